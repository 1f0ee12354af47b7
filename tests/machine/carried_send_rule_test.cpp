// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What becomes of a send that a connection has given back: every error, with and without bytes gone, cancelled or not,
// ended meanwhile or not, under both policies.
#include <uplink/detail/machine/carried_send_rule.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <optional>
#include <ostream>

namespace uplink::tests {

namespace {

using uplink::detail::carried_send_outcome;
using uplink::detail::decide_returned_send;
using uplink::detail::returned_send;

struct printed_outcome : carried_send_outcome {
    friend std::ostream& operator<<(std::ostream& out, const printed_outcome& outcome) {
        if (outcome.waits) out << "waits again";
        else out << "ends with \"" << outcome.error.message() << '"';
        if (outcome.interrupts) out << ", interrupts";
        if (outcome.has_failed) out << ", the connection has failed";
        return out;
    }
};

/// Who has asked for its end.
enum class cancel { none, if_untouched, total, both };

returned_send make(const error_code& error, std::size_t sent, cancel cancelled, std::optional<error_code> end,
                   loss_policy policy, bool is_open) {
    returned_send send;
    send.error = error;
    send.sent = sent;
    send.is_cancelled = cancelled == cancel::total || cancelled == cancel::both;
    send.is_cancelled_if_untouched = cancelled == cancel::if_untouched || cancelled == cancel::both;
    send.end = end;
    send.is_connection_open = is_open;
    send.on_loss = policy;
    return send;
}

template <class Expected> void check(const returned_send& send, Expected expected) {
    INFO(send.error.message() << ", " << send.sent << " sent, cancelled " << send.is_cancelled << ' '
                              << send.is_cancelled_if_untouched << ", end \""
                              << (send.end ? send.end->message() : "") << "\", open "
                              << send.is_connection_open << ", policy " << static_cast<int>(send.on_loss));
    const printed_outcome outcome{decide_returned_send(send)};
    CHECK(outcome == printed_outcome{expected(send)});
    // Nothing of which a byte went is ever sent again, and what waits has not ended.
    CHECK_FALSE((outcome.waits && (send.sent != 0 || outcome.error)));
    CHECK((outcome.waits || outcome.error || !send.error));
}

/// All that can be said of a send with that error; `expected` says what has to become of it.
template <class Expected> void for_each_send(const error_code& error, Expected expected) {
    const std::optional<error_code> ends[] = {std::nullopt, error_code(errc::connection_lost),
                                              error_code(net::error::operation_aborted)};
    for (const std::size_t sent : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
        for (const cancel cancelled : {cancel::none, cancel::if_untouched, cancel::total, cancel::both}) {
            for (const auto& end : ends) {
                for (const loss_policy policy : {loss_policy::fail, loss_policy::keep_untouched}) {
                    for (const bool is_open : {false, true})
                        check(make(error, sent, cancelled, end, policy, is_open), expected);
                }
            }
        }
    }
}

carried_send_outcome ends(const error_code& error, bool interrupts = false) {
    carried_send_outcome outcome;
    outcome.error = error;
    outcome.interrupts = interrupts;
    return outcome;
}
/// The user does not want it any more, and nothing of it has gone that would count.
bool is_cancelled(const returned_send& send) {
    return send.is_cancelled || (send.is_cancelled_if_untouched && send.sent == 0);
}
/// The connection has failed under it.
carried_send_outcome lost(const returned_send& send) {
    carried_send_outcome outcome;
    outcome.has_failed = true;
    if (send.end) outcome.error = *send.end;
    else if (send.sent != 0) outcome.error = errc::connection_lost;
    else if (is_cancelled(send)) outcome.error = net::error::operation_aborted;
    else if (send.on_loss == loss_policy::fail) outcome.error = errc::connection_lost;
    else outcome.waits = true;
    return outcome;
}

TEST_CASE("a send that has gone whole has succeeded, whatever has been said of it") {
    for_each_send({}, [](const returned_send&) { return carried_send_outcome(); });
}

TEST_CASE(
    "a send whose limit has passed ends with it, and if a part has gone the connection can send no more") {
    for_each_send(errc::send_timeout,
                  [](const returned_send& send) { return ends(errc::send_timeout, send.sent != 0); });
}

TEST_CASE("a send for which the queue had no room ends, and the connection goes on") {
    for_each_send(errc::send_queue_full, [](const returned_send&) { return ends(errc::send_queue_full); });
}

TEST_CASE(
    "a send that was cancelled by the user ends, and one that may be cancelled only untouched was not, if part went") {
    for_each_send(net::error::operation_aborted, [](const returned_send& send) {
        // An open connection that aborts it was cancelled below the client.
        const bool is_below = send.is_connection_open && !send.end;
        return is_cancelled(send) || is_below ? ends(net::error::operation_aborted, send.sent != 0)
                                              : lost(send);
    });
}

TEST_CASE(
    "under any other error the connection has failed: an untouched send waits, if nobody has cancelled it") {
    const error_code errors[] = {net::error::connection_reset,
                                 net::error::broken_pipe,
                                 net::error::timed_out,
                                 net::error::connection_aborted,
                                 net::error::eof,
                                 net::error::not_connected,
                                 net::error::no_memory,
                                 errc::send_interrupted,
                                 errc::receive_timeout,
                                 errc::tls_alert,
                                 errc::tls_failed,
                                 errc::close_timeout};
    for (const error_code& error : errors) for_each_send(error, lost);
}

TEST_CASE("outcomes that differ in anything are different") {
    const carried_send_outcome same;
    CHECK(same == carried_send_outcome());
    CHECK_FALSE(same == ends(errc::connection_lost));
    CHECK_FALSE(same == ends({}, true));
    CHECK_FALSE(same == carried_send_outcome{true, {}, false, false});
    CHECK_FALSE(same == carried_send_outcome{false, {}, false, true});
}

}  // namespace

}  // namespace uplink::tests
