// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Rules of the send machine about what ends more than one send: half-close, async_close, failure, drains; and its
// questions.

#include <support/catch.hpp>

#include "send_machine_rig.hpp"

#include <string>

namespace {

using namespace uplink::tests;
using uplink::detail::send_action;
using uplink::detail::send_item;
using uplink::detail::send_kind;
using uplink::detail::send_machine;
using uplink::detail::write_limit_policy;
namespace net = uplink::net;

TEST_CASE("a half-close is made when all before it has left, once, and a second one succeeds behind it") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 10);
    rig.half_close('h');
    rig.half_close('i');
    CHECK(rig.machine.is_ending());
    CHECK_FALSE(rig.machine.write_side_ended());
    CHECK(rig.steps() == "write_now 10a>0; write 10a");
    rig.written(6);
    CHECK(rig.steps() == "write 4a");
    rig.written();
    CHECK(rig.steps() == "a ok 10; shut_down ok; h ok 0; i ok 0");
    CHECK(rig.machine.write_side_ended());
    CHECK(rig.machine.sends_completed() == 1);
    rig.close_when_empty();
    CHECK(rig.steps() == "finish_closing");
}

TEST_CASE("no write goes beyond a half-close, and a stopped half-close lets sends follow") {
    send_rig rig;
    rig.send('a', 3, true);
    auto& h = rig.half_close('h', true);
    rig.send('b', 2, true);  // the client refuses it; the machine keeps the order
    rig.takes_now = 0;
    rig.resume_deferred();
    CHECK(rig.steps() == "write_now 3a>0; write 3a");
    rig.stop_if_untouched(h);
    CHECK_FALSE(rig.machine.is_ending());
    rig.takes_now = send_rig::all;
    rig.written();
    CHECK(rig.steps() == "h operation_aborted 0; a ok 3; write_now 2b>2; b ok 2");
}

TEST_CASE(
    "a half-close on a socket that has been reset reports the reset, and the connection fails with it") {
    send_rig rig;
    rig.shut_down_error = net::error::not_connected;
    rig.half_close('h', true);
    rig.drain(0);
    CHECK(rig.steps() == "drains ok");
    rig.resume_deferred();
    CHECK(rig.steps() == "shut_down not_connected; h connection_reset 0; fail connection_reset");
    CHECK(rig.machine.failure() == net::error::connection_reset);
}

TEST_CASE("any other error of the half-close stays as it is") {
    send_rig rig;
    rig.shut_down_error = net::error::broken_pipe;
    rig.half_close('h');
    CHECK(rig.steps() == "shut_down broken_pipe; h broken_pipe 0; fail broken_pipe");
}

TEST_CASE("async_close sends what is queued at once, ends the write side, and says so once") {
    send_rig rig;
    rig.send('a', 3, true);
    rig.close_when_empty();
    CHECK(rig.steps() == "write_now 3a>3; a ok 3; shut_down ok; finish_closing");
    rig.drain();
    CHECK(rig.steps() == "drains ok");
    CHECK(rig.machine.is_ending());
}

TEST_CASE("async_close makes no half-close after a failure") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 3);
    rig.close_when_empty();
    rig.steps();
    rig.written(1, net::error::connection_reset);
    CHECK(rig.steps() == "fail connection_reset; a connection_reset 1");
    CHECK_FALSE(rig.machine.write_side_ended());
}

TEST_CASE("async_close makes no half-close on a closed socket") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 3);
    rig.close_when_empty();
    rig.close();
    rig.steps();
    rig.written(1, net::error::operation_aborted);
    CHECK(rig.steps() == "a operation_aborted 1");
    CHECK_FALSE(rig.machine.write_side_ended());
}

TEST_CASE("the first failure is everybody's, and the connection hears of it once, before the sends") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 3, true);
    rig.send('b', 5, true);
    rig.resume_deferred();
    rig.drain();
    rig.steps();
    rig.written(4, net::error::connection_reset);
    CHECK(rig.steps() == "fail connection_reset; a ok 3; b connection_reset 1; drains connection_reset");
    rig.fail(net::error::broken_pipe);
    CHECK(rig.machine.failure() == net::error::connection_reset);
    CHECK_FALSE(rig.machine.is_interrupted());
    CHECK(rig.machine.bytes_sent() == 4);
    CHECK(rig.machine.sends_completed() == 1);
}

TEST_CASE(
    "a failure from outside is not reported back, and the error of the write in flight means nothing then") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 3);
    rig.drain(0);
    rig.steps();
    rig.fail(net::error::broken_pipe);
    CHECK(rig.steps() == "interrupts");
    rig.written(1, net::error::connection_reset);
    CHECK(rig.steps() == "a broken_pipe 1; drains broken_pipe");
}

TEST_CASE("transient errors of a write are no failure") {
    for (const uplink::error_code ec :
         {uplink::error_code(net::error::would_block), uplink::error_code(net::error::try_again),
          uplink::error_code(net::error::interrupted)}) {
        send_rig rig;
        rig.takes_now = 0;
        rig.now_error = ec;
        rig.send('a', 3);
        CHECK(rig.machine.is_write_in_flight());
        rig.written(1, ec);
        rig.written();
        CHECK(rig.machine.is_idle());
        CHECK_FALSE(rig.machine.failure());
    }
}

TEST_CASE("drains end at the low-water mark, when what has been sent is reported and before the next write") {
    send_rig rig;
    rig.takes_now = 0;
    rig.most = 6;
    rig.send('a', 6);
    auto& b = rig.send('b', 8);
    rig.drain(4);
    rig.steps();
    rig.written();
    CHECK(rig.steps() == "a ok 6; write 6b");
    rig.written(3);
    CHECK(rig.steps() == "write 5b");
    rig.written(1);
    CHECK(rig.steps() == "drains ok; write 4b");
    rig.drain(4);
    CHECK(rig.steps() == "drains ok");
    rig.drain(3);
    CHECK(rig.steps() == "wait");
    rig.send('c', 1);
    rig.stop(b);
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.steps() == "interrupts; b operation_aborted 4; c send_interrupted 0; drains ok");
}

TEST_CASE("a drain is due when a send that waits is withdrawn, with the write still in flight") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 4);
    auto& b = rig.send('b', 5);
    rig.drain();
    rig.steps();
    rig.stop(b);
    CHECK(rig.steps() == "b operation_aborted 0; drains ok");
}

TEST_CASE("the machine is idle when nothing waits and nothing is in flight") {
    send_rig rig;
    CHECK(rig.machine.is_idle());
    rig.takes_now = 0;
    rig.send('a', 4);
    CHECK_FALSE(rig.machine.is_idle());
    rig.drain(0);
    rig.written();
    CHECK(rig.machine.is_idle());
    rig.send('b', 4, true);
    CHECK_FALSE(rig.machine.is_idle());
    rig.drain(0);
    rig.end_drain();
    rig.stop_all();
    CHECK(rig.machine.is_idle());
}

TEST_CASE("a send is told when a write has begun with it, and when it or what is before it has moved on") {
    send_rig rig;
    rig.takes_now = 3;
    auto& a = rig.send('a', 10);
    auto& b = rig.send('b', 5);
    CHECK(a.progress == 1);  // by the write that did not wait
    CHECK(b.progress == 0);
    rig.written(0, net::error::would_block);
    CHECK(a.progress == 1);
    CHECK(b.progress == 1);
    rig.most = 2;
    rig.written(2);
    CHECK(a.progress == 2);
    CHECK(b.progress == 2);
    rig.written();  // of a alone
    CHECK(a.progress == 3);
    CHECK(b.progress == 3);
}

TEST_CASE("the limit of the queue is for what waits behind the first send and has no part in a write") {
    send_rig rig;
    lettered_send five('x', send_kind::bytes, 5), six('y', send_kind::bytes, 6),
        large('z', send_kind::bytes, 99);
    lettered_send some('s', send_kind::some, 99), end('h', send_kind::half_close, 0);
    CHECK(rig.machine.has_room_for(large, 5));
    rig.send('a', 10, true);
    const auto check = [&](bool has_room_for_five, bool has_room_for_six) {
        CHECK(rig.machine.has_room_for(five, 8) == has_room_for_five);
        CHECK(rig.machine.has_room_for(six, 8) == has_room_for_six);
        CHECK_FALSE(rig.machine.has_room_for(large, 8));
        CHECK(rig.machine.has_room_for(some, 8));
        CHECK(rig.machine.has_room_for(end, 8));
    };
    check(true, true);
    rig.send('b', 3, true);
    check(true, false);
    rig.takes_now = 0;
    rig.resume_deferred();
    check(true, true);  // the write has both
    rig.send('c', 3);
    check(true, false);
    rig.written(0, net::error::would_block);
    check(true, true);
    rig.send('d', 4);
    check(false, false);
    rig.stop(*rig.queue.back());
    check(true, true);
}

TEST_CASE("a send is likely to be written at once into an empty queue that the system has not filled") {
    lettered_send small('s', send_kind::bytes, write_limit_policy::shared);
    lettered_send large('l', send_kind::bytes, write_limit_policy::shared + 1);
    lettered_send some('w', send_kind::some, write_limit_policy::shared + 1);
    send_rig rig;
    CHECK(rig.machine.is_likely_written_now(small, false));
    CHECK(rig.machine.is_likely_written_now(some, false));
    CHECK_FALSE(rig.machine.is_likely_written_now(large, false));
    CHECK_FALSE(rig.machine.is_likely_written_now(small, true));
    CHECK_FALSE(send_machine(false).is_likely_written_now(small, false));
    rig.takes_now = 0;
    auto& a = rig.send('a', 4);
    CHECK(rig.machine.has_one_send());
    CHECK_FALSE(rig.machine.is_likely_written_now(small, false));
    rig.stop(a);
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.machine.is_idle());
    CHECK_FALSE(rig.machine.is_likely_written_now(small, false));  // it took nothing the last time
    rig.send('b', 4);
    rig.written();
    CHECK(rig.machine.is_likely_written_now(small, false));
    rig.fail(net::error::broken_pipe);
    CHECK_FALSE(rig.machine.is_likely_written_now(small, false));
}

TEST_CASE("take() gives out every send once, those that have ended and were not yet returned first") {
    send_machine machine(true);
    lettered_send a('a', send_kind::bytes, 1), b('b', send_kind::bytes, 1), c('c', send_kind::bytes, 1);
    machine.add(a, true);
    machine.add(b, true);
    machine.add(c, true);
    CHECK_FALSE(machine.stop(b, uplink::detail::stop_reason::cancel, false));
    CHECK(machine.take() == &b);
    CHECK(machine.take() == &a);
    CHECK(machine.take() == &c);
    CHECK(machine.take() == nullptr);
}

/// The second part of an exchange is stopped by what its first part does when it has ended.
TEST_CASE("a send that has ended with all others and was not yet returned can be stopped again",
          "[!shouldfail]") {
    send_machine machine(true);
    lettered_send a('a', send_kind::bytes, 1), h('h', send_kind::half_close, 0);
    machine.add(a, true);
    machine.add(h, true);
    CHECK_FALSE(machine.stop_all(uplink::detail::stop_reason::cancel));
    CHECK(machine.next() == uplink::detail::send_step{send_action::complete, &a});
    CHECK_FALSE(machine.stop(h, uplink::detail::stop_reason::cancel, false));
    CHECK(machine.next() == uplink::detail::send_step{send_action::complete, &h});
    CHECK(machine.next().action == send_action::wait);
    CHECK_FALSE(machine.is_ending());
}

}  // namespace
