// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client as an AsyncReadStream and AsyncWriteStream under one time limit: what async_client::limited()
// returns.
#pragma once

#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/initiating_functions.hpp>
#include <uplink/detail/support/concepts.hpp>
#include <uplink/error.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE {

/// The reads and writes of a client under one time limit; made by async_client::limited().
///
/// It may be copied, and may be destroyed before its own operations end; an operation that is made of many
/// still refers to it. After the client is gone they complete with asio::error::not_connected. A handler, its
/// executor and its cancellation are as for the class async_client.
template <class Stream, class State> class basic_limited_stream {
    using core_type = detail::client_core<Stream, State>;

public:
    using executor_type = typename core_type::executor_type;   ///< the client's
    using transfer_signature = void(error_code, std::size_t);  ///< of a read and of a write
    /// The type of the default token, as for async_client.
    using default_token = detail::default_token_t<executor_type>;

    /// The client's.
    executor_type get_executor() const noexcept { return core_->get_executor(); }

    /// As the async_read_some of async_client, but under the limit; one that has expired is
    /// errc::receive_timeout, whatever state() holds.
    template <detail::mutable_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_read_some(const Buffers& buffers, Token&& token = Token()) {
        return detail::initiate_receive<Token, detail::receive_direct<core_type, Buffers>,
                                        transfer_signature>(core_, limit_, token, buffers);
    }
    /// As the async_write_some of async_client, but under the limit.
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_write_some(const Buffers& buffers, Token&& token = Token()) {
        return detail::initiate_send<Token, detail::borrowed_bytes<Buffers>>(core_, detail::send_kind::some,
                                                                             limit_, token, buffers);
    }

private:
    friend class async_client<Stream, State>;
    using time_limit = typename core_type::time_limit;

    basic_limited_stream(const std::shared_ptr<core_type>& core, time_limit limit)
        : core_(core), limit_(limit.is_limited() ? time_limit(limit.deadline(core->now())) : limit) {}

    std::shared_ptr<core_type> core_;
    time_limit limit_;
};

}  // namespace uplink
