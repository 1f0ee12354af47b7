// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Gives the socket of a client's connection away. A function; it refers to the client's core.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Why the socket cannot be given away now. An operation is pending until its handler is called, and also as
/// long as the transport has not given back its read or write.
template <class Core> error_code refuse_release(Core& core) noexcept {
    if (core.is_connecting()) return errc::operation_in_progress;
    const auto* const connection = core.current();
    if (connection == nullptr) return net::error::not_connected;
    if (connection->failure()) return connection->failure();
    const bool is_busy = core.is_closing() || core.is_receive_pending() || core.completions().is_waiting() ||
                         connection->is_in_flight() || !connection->sends().machine().is_idle();
    return is_busy ? error_code(errc::operation_in_progress) : error_code();
}

/// Afterwards the client is closed. On an error the returned socket is not open, and the client is as it was.
template <class Core> typename Core::socket_type release_socket(Core& core, error_code& ec) {
    ec = refuse_release(core);
    if (ec) return typename Core::socket_type(core.get_executor());
    auto socket = core.connections().give_away();
    core.finish_call();
    return socket;
}

}  // namespace uplink::detail
