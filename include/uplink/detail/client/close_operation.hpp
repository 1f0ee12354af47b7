// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_close. The sender sends what is queued and half-closes, the receiver reads until the peer's end of
// stream, and the core completes the operation. This object has only the handler and the time limit.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <tuple>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class close_operation : public operation_base {
public:
    using time_point = typename Core::time_point;

    close_operation() noexcept;
    void on_deadline(total_limit);
    std::tuple<error_code> result() const noexcept { return {error}; }

    using admitted = close_operation;  ///< the type that the admission uses for it
    static constexpr net::cancellation_type honoured = strong_cancellation;
    void cancelled(net::cancellation_type);

    Core* core = nullptr;
    error_code error{};
    operation_deadline<close_operation, time_point, total_limit> limit;

protected:
    ~close_operation() = default;
};

template <class Core> UPLINK_DECL close_operation<Core>::close_operation() noexcept : limit(*this) {}

template <class Core> UPLINK_DECL void close_operation<Core>::on_deadline(total_limit) {
    core->finish_close(errc::close_timeout);
}

template <class Core> UPLINK_DECL void close_operation<Core>::cancelled(net::cancellation_type) {
    core->stop_close(*this);
}

}  // namespace uplink::detail
