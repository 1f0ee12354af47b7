// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The short way of a send that does not wait: whatever the write brings, and whatever happens while it goes on, the
// machine does and says afterwards what it would have done by way of the queue.

#include "support/catch.hpp"

#include "machine/send_machine_rig.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace uplink::tests {

namespace {

using uplink::detail::gathered_write;
using uplink::detail::send_action;
using uplink::detail::send_kind;
using uplink::detail::send_machine;
using uplink::detail::send_step;
using uplink::detail::stop_reason;

/// What happens while the write goes on, as the user's stream may have it.
enum class meanwhile { nothing, cancelled, total_cancelled, timed_out, all_stopped, failed, closed };

struct written {
    send_kind kind;
    std::size_t most;  ///< bytes of one write
    std::size_t n;
    error_code ec;
    meanwhile event;
};

void let_happen(send_machine& machine, lettered_send& send, meanwhile event) {
    bool interrupts = false;
    switch (event) {
    case meanwhile::nothing: return;
    case meanwhile::cancelled: interrupts = machine.stop(send, stop_reason::cancel, false); break;
    case meanwhile::total_cancelled: interrupts = machine.stop(send, stop_reason::cancel, true); break;
    case meanwhile::timed_out: interrupts = machine.stop(send, stop_reason::limit, false); break;
    case meanwhile::all_stopped: interrupts = machine.stop_all(stop_reason::cancel); break;
    case meanwhile::failed: interrupts = machine.fail(net::error::connection_reset); break;
    case meanwhile::closed:
        machine.close();
        interrupts = machine.stop_all(stop_reason::cancel);
        break;
    }
    CHECK_FALSE(interrupts);  // nothing is in flight
    CHECK(machine.next() == send_step{});
}

/// Both ways end here: the rest of the steps, and how the machine stands.
std::string rest(send_machine& machine) {
    std::string text;
    gathered_write write;
    for (;;) {
        const send_step step = machine.next();
        switch (step.action) {
        case send_action::wait:
            return text + std::to_string(machine.queued_bytes()) + " queued, " +
                   std::to_string(machine.bytes_sent()) + " sent, " +
                   std::to_string(machine.sends_completed()) + " completed" +
                   (machine.is_idle() ? ", idle" : "") + (machine.is_interrupted() ? ", interrupted" : "") +
                   (machine.is_write_in_flight() ? ", in flight" : "");
        case send_action::complete:
            text += "complete " + error_name(step.item->error) + " " + std::to_string(step.item->sent) + "; ";
            break;
        case send_action::write:
            machine.prepare_write(write, 100);
            text += "write " + std::to_string(write.size()) + "; ";
            break;
        case send_action::fail: text += "fail " + error_name(machine.failure()) + "; "; break;
        default: text += "another step; "; break;
        }
    }
}

std::string by_queue(const written& how) {
    send_machine machine(true);
    lettered_send send('a', how.kind, 10);
    machine.add(send, false);
    CHECK(machine.next() == send_step{send_action::write_now});
    gathered_write write;
    machine.prepare_write(write, how.most, false);
    let_happen(machine, send, how.event);
    machine.commit_write(how.ec, how.n);
    return rest(machine);
}

std::string directly(const written& how) {
    send_machine machine(true);
    lettered_send send('a', how.kind, 10);
    REQUIRE(machine.start_directly(send, false));
    let_happen(machine, send, how.event);
    if (machine.commit_directly(how.ec, how.n, (std::min)(how.most, std::size_t{10})))
        return "complete " + error_name(send.error) + " " + std::to_string(send.sent) + "; " + rest(machine);
    return rest(machine);
}

}  // namespace

TEST_CASE("a send that does not wait ends as it would by way of the queue") {
    const error_code errors[] = {
        {}, net::error::would_block, net::error::connection_reset, net::error::operation_aborted};
    std::size_t ways = 0;
    for (const send_kind kind : {send_kind::bytes, send_kind::some})
        for (const std::size_t most : {std::size_t{100}, std::size_t{10}, std::size_t{4}})
            for (std::size_t n = 0; n <= (std::min)(most, std::size_t{10}); ++n)
                for (const error_code& ec : errors)
                    for (const meanwhile event :
                         {meanwhile::nothing, meanwhile::cancelled, meanwhile::total_cancelled,
                          meanwhile::timed_out, meanwhile::all_stopped, meanwhile::failed,
                          meanwhile::closed}) {
                        if (ec && n == (std::min)(most, std::size_t{10})) continue;  // all, and an error
                        CAPTURE(static_cast<int>(kind), most, n, ec.message(), static_cast<int>(event));
                        const written how{kind, most, n, ec, event};
                        CHECK(directly(how) == by_queue(how));
                        ++ways;
                    }
    CHECK(ways == 1386);
}

TEST_CASE("only a send that is alone and would be written now takes the short way") {
    lettered_send send('a', send_kind::bytes, 10), other('b', send_kind::bytes, 10);
    lettered_send empty('e', send_kind::bytes, 0), half_close('h', send_kind::half_close, 0);
    CHECK_FALSE(send_machine(false).start_directly(send, false));
    send_machine machine(true);
    CHECK_FALSE(machine.start_directly(send, true));
    CHECK_FALSE(machine.start_directly(empty, false));
    CHECK_FALSE(machine.start_directly(half_close, false));
    machine.add(other, true);
    CHECK_FALSE(machine.start_directly(send, false));
    CHECK_FALSE(machine.stop(other, stop_reason::cancel, false));
    CHECK_FALSE(machine.start_directly(send, false));  // the other has not been completed yet
    CHECK(machine.next() == send_step{send_action::complete, &other});
    CHECK(machine.next() == send_step{});
    CHECK(machine.start_directly(send, false));
    CHECK_FALSE(machine.start_directly(other, false));  // one write at a time
    CHECK_FALSE(machine.commit_directly(net::error::would_block, 3, 10));
    CHECK(machine.next() == send_step{send_action::write});
}

TEST_CASE("after a failure, and while the system takes no more, a send goes the usual way") {
    lettered_send send('a', send_kind::bytes, 10), some('s', send_kind::some, 10);
    send_machine failed(true);
    CHECK_FALSE(failed.fail(net::error::connection_reset));
    CHECK(failed.next() == send_step{});
    CHECK_FALSE(failed.start_directly(send, false));
    send_machine full(true);
    REQUIRE(full.start_directly(some, false));
    CHECK(full.commit_directly({}, 4, 10));
    CHECK(full.next() == send_step{});
    CHECK_FALSE(full.start_directly(send, false));
}

}  // namespace uplink::tests
