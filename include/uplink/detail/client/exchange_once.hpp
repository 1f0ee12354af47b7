// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The initiating function of the free async_exchange. Each call has a client of its own, on a strand. The
// type of that client does not depend on the caller's executor, so it is compiled once.
#pragma once

#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/exchange_once_operation.hpp>
#include <uplink/detail/client/initiation.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/support/string_state.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What a free async_exchange is to do.
struct exchange_task {
    std::string host;
    std::string service;
    std::string request;
    bool half_closes = false;
    client_options options{};
    std::optional<basic_time_limit<std::chrono::steady_clock>> limit{};
};

/// The stream is the socket.
template <class Socket> using no_layer = Socket;

net::any_io_executor strand_on(const net::io_context::executor_type& executor);
template <class Executor> net::any_io_executor strand_on(const Executor& executor) {
    return net::make_strand(executor);
}

/// `Layer` makes a stream of a socket, such as TLS, and has these options.
template <class Token, template <class> class Layer = no_layer, class Executor,
          class Options = no_layer_options>
auto exchange_once(const Executor& executor, exchange_task&& task, std::remove_reference_t<Token>& token,
                   Options options = {}) {
    using core_type = client_core<Layer<net::ip::tcp::socket>, string_state>;
    auto run = [options = std::move(options)](const Executor& where, auto&& handler, exchange_task what) {
        using operation = exchange_once_operation<core_type, Executor, std::decay_t<decltype(handler)>>;
        auto core = std::make_shared<core_type>(strand_on(where), Options(options), std::move(what.options),
                                                string_state{});
        operation::start(std::move(core), where, std::forward<decltype(handler)>(handler),
                         {std::move(what.host), std::move(what.service), std::move(what.request),
                          what.half_closes, what.limit});
    };
    return net::async_initiate<Token, void(error_code, std::string)>(
        executor_initiation<Executor, decltype(run)>(executor, std::move(run)), token, std::move(task));
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/client/impl/exchange_once.ipp>
#endif
