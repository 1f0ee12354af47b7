// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The handshake of a stream that is more than a socket, such as TLS; other streams need none. The connect
// operation owns this object, and starts the handshake when the race has been won.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/connect/attempt_handler.hpp>
#include <uplink/detail/machine/proxy_route.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The server at this endpoint. A connect to endpoints has neither host nor service: then the endpoint's
/// address and port are used. A socket that was handed over has a host alone.
template <class Endpoint>
handshake_target target_at(const Endpoint& place, const std::string& host, const std::string& service) {
    if constexpr (is_tcp_v<typename Endpoint::protocol_type>) {
        if (host.empty()) return {place.address().to_string(), std::to_string(place.port())};
    }
    return {host, service};
}
/// The server that the proxy has reached.
inline handshake_target target_behind(const proxy_route& route, const proxy_options& proxy,
                                      const std::string& service) {
    return {route.server_host(), service.empty() ? std::to_string(route.server().port) : service,
            name_of(proxy)};
}

/// The handshake has completed.
struct handshake_ended {};

/// `Operation` is the connect operation, which child_ended(handshake_ended, error_code) notifies.
template <class Core, class Operation> class handshake {
    using stream_type = typename Core::stream_type;
    using handler = attempt_handler<Core, Operation, handshake_ended>;

public:
    static constexpr bool is_needed = requires(stream_type & stream, handler call) {
        stream.async_handshake(handshake_target(), std::move(call));
    };

    bool is_pending() const noexcept { return is_pending_; }
    void start(Operation& operation, stream_type& stream, handshake_target&& target) requires is_needed {
        started_ = operation.elapsed();
        operation.events().handshake_started();
        stream.async_handshake(std::move(target), handler(operation, {}));
        is_pending_ = true;
    }
    /// Writes into the report what the handshake has agreed on, and the time that it has taken. `ec` is what
    /// it has ended with, or why it was given up.
    void completed(Operation& operation, stream_type& stream, const error_code& ec) {
        auto& report = operation.core->record().report();
        is_pending_ = false;
        report.handshake = operation.elapsed() - started_;
        if constexpr (requires { stream.describe(report.tls); }) stream.describe(report.tls);
        operation.events().handshake_ended(ec);
    }

private:
    std::chrono::nanoseconds started_{};
    bool is_pending_ = false;
};

}  // namespace uplink::detail
