// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Rules of the send machine about what ends more than one send: half-close, async_close, failure, drains.

#include "support/catch.hpp"

#include "machine/send_machine_rig.hpp"

#include <string>

namespace uplink::tests {

namespace {

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

}  // namespace

}  // namespace uplink::tests
