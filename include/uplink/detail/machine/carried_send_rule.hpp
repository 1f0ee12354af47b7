// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What becomes of a send of a reconnecting client that a connection has given back: it has ended, with which
// code, or it waits for the next connection. A send of which a byte has been sent is never repeated. Pure.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <cstddef>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct returned_send {
    error_code error{};    ///< what the client's send completed with
    std::size_t sent = 0;  ///< how many of its bytes were sent
    /// What has ended it meanwhile, if it has not gone whole: the loss of its connection, a stop, close().
    std::optional<error_code> end{};
    bool is_cancelled = false;  ///< by the user, whatever was sent of it
    bool is_cancelled_if_untouched = false;
    bool is_connection_open = false;
    loss_policy on_loss = loss_policy::fail;
};

struct carried_send_outcome {
    bool waits = false;  ///< for the next connection
    error_code error{};
    /// The connection is in order, and can send no more: a part was sent, and the rest never will be.
    bool interrupts = false;
    /// The connection has failed.
    bool has_failed = false;

    friend bool operator==(const carried_send_outcome&, const carried_send_outcome&) = default;
};

inline carried_send_outcome decide_returned_send(const returned_send& send) noexcept {
    carried_send_outcome outcome;
    if (!send.error) return outcome;
    const bool is_untouched = send.sent == 0;
    const bool is_by_user = send.is_cancelled || (send.is_cancelled_if_untouched && is_untouched);
    // A connection that is open and aborts a send was cancelled by the user on the stream itself. That ends
    // this send; those behind it go on.
    const bool is_cancelled = is_by_user || (send.is_connection_open && !send.end);
    if ((is_cancelled && send.error == net::error::operation_aborted) || send.error == errc::send_timeout) {
        outcome.error = send.error;
        outcome.interrupts = !is_untouched;
        return outcome;
    }
    if (send.error == errc::send_queue_full) {
        outcome.error = send.error;
        return outcome;
    }
    outcome.has_failed = true;
    if (send.end) outcome.error = *send.end;
    else if (is_untouched && is_by_user) outcome.error = net::error::operation_aborted;
    else if (is_untouched && send.on_loss == loss_policy::keep_untouched) outcome.waits = true;
    else outcome.error = errc::connection_lost;
    return outcome;
}

}  // namespace uplink::detail
