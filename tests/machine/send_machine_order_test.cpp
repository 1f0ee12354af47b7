// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a stop finds that comes between two steps: the end of one operation stops another, as the parts of an exchange
// do.

#include "support/catch.hpp"

#include "machine/send_machine_rig.hpp"

namespace uplink::tests {

namespace {

using uplink::detail::gathered_write;
using uplink::detail::send_action;
using uplink::detail::send_kind;
using uplink::detail::send_machine;
using uplink::detail::send_step;
using uplink::detail::stop_reason;

TEST_CASE("a send that waits can be stopped when another has just ended") {
    send_machine machine(true);
    lettered_send a('a', send_kind::bytes, 0), b('b', send_kind::bytes, 1), c('c', send_kind::bytes, 0);
    machine.add(a, true);
    machine.add(b, true);
    machine.add(c, false);
    CHECK(machine.next() == send_step{send_action::complete, &a});
    CHECK_FALSE(machine.stop(b, stop_reason::limit, false));
    CHECK(machine.next() == send_step{send_action::complete, &b});
    CHECK(machine.next() == send_step{send_action::complete, &c});
    CHECK(machine.next() == send_step{});
    CHECK(machine.queued_bytes() == 0);
}

TEST_CASE("a stop between the end of a write and the next step interrupts what was cut off") {
    send_machine machine(false);
    lettered_send a('a', send_kind::bytes, 4), b('b', send_kind::bytes, 1);
    machine.add(a, false);
    machine.add(b, false);
    gathered_write write;
    CHECK(machine.next() == send_step{send_action::write});
    machine.prepare_write(write, 100);
    machine.commit_write({}, 3);
    CHECK_FALSE(machine.stop(a, stop_reason::limit, false));
    CHECK(machine.is_interrupted());
    CHECK(machine.next() == send_step{send_action::complete, &a});
    CHECK(machine.next() == send_step{send_action::complete, &b});
    CHECK(machine.next() == send_step{});
    CHECK(a.error == uplink::errc::send_timeout);
    CHECK(b.error == uplink::errc::send_interrupted);
}

TEST_CASE(
    "a send that has ended with all others and was not yet returned is not counted twice when it is stopped") {
    send_machine machine(true);
    lettered_send a('a', send_kind::bytes, 1), h('h', send_kind::half_close, 0);
    machine.add(a, true);
    machine.add(h, true);
    CHECK_FALSE(machine.stop_all(stop_reason::cancel));
    CHECK(machine.next() == send_step{send_action::complete, &a});
    CHECK_FALSE(machine.stop(h, stop_reason::cancel, false));
    CHECK(machine.next() == send_step{send_action::complete, &h});
    CHECK(machine.next() == send_step{});
    CHECK_FALSE(machine.is_ending());
}

TEST_CASE("a send that is complete and is stopped before the next step succeeds behind those before it") {
    send_machine machine(false);
    lettered_send a('a', send_kind::bytes, 1), b('b', send_kind::bytes, 1);
    machine.add(a, false);
    machine.add(b, false);
    gathered_write write;
    CHECK(machine.next() == send_step{send_action::write});
    machine.prepare_write(write, 100);
    machine.commit_write({}, 2);
    CHECK_FALSE(machine.stop(b, stop_reason::cancel, false));
    CHECK(machine.next() == send_step{send_action::complete, &a});
    CHECK(machine.next() == send_step{send_action::complete, &b});
    CHECK(machine.next() == send_step{});
}

}  // namespace

}  // namespace uplink::tests
