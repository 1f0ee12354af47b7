// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Rules of the send machine that take several events to show.

#include "support/catch.hpp"

#include "machine/send_machine_rig.hpp"

#include <string>

namespace uplink::tests {

namespace {

using uplink::detail::send_kind;
using uplink::detail::stop_reason;

TEST_CASE("sends that were started while completions waited leave in one write and complete in order") {
    send_rig rig;
    rig.send('a', 3, true);
    rig.send('b', 0, true);
    rig.send('c', 2, true);
    CHECK(rig.machine.is_deferred());
    CHECK(rig.steps() == "wait");
    rig.resume_deferred();
    CHECK(rig.steps() == "write_now 3a+2c>5; a ok 3; b ok 0; c ok 2");
    CHECK(rig.machine.bytes_sent() == 5);
    CHECK(rig.machine.sends_completed() == 3);
}

TEST_CASE(
    "what the system does not take at once is written asynchronously, and the next send is tried at once") {
    send_rig rig;
    rig.takes_now = 4;
    rig.send('a', 10);
    CHECK(rig.steps() == "write_now 10a>4; write 6a");
    rig.takes_now = send_rig::all;
    rig.send('b', 5);
    rig.written(5);
    CHECK(rig.steps() == "write 1a+5b");
    rig.written();
    CHECK(rig.steps() == "a ok 10; b ok 5");
    rig.send('c', 5);
    CHECK(rig.steps() == "write_now 5c>5; c ok 5");
}

TEST_CASE(
    "a write that is full and leaves something behind is the last that does not wait, since others have a turn") {
    send_rig rig;
    rig.most = 4;
    rig.send('a', 10);
    CHECK(rig.steps() == "write_now 4a>4; write 4a");
    rig.written();
    CHECK(rig.steps() == "write 2a");
    rig.send('b', 1);
    rig.written();
    CHECK(rig.steps() == "a ok 10; write_now 1b>1; b ok 1");
    rig.send('c', 4);  // full, and the last
    rig.send('d', 4);
    CHECK(rig.steps() == "write_now 4c>4; c ok 4; write_now 4d>4; d ok 4");
}

TEST_CASE("a send that a full write has not reached is not in it, and can be stopped without disturbing it") {
    send_rig rig;
    rig.most = 10;
    rig.takes_now = 0;
    rig.send('a', 10, true);
    auto& b = rig.send('b', 5, true);
    rig.resume_deferred();
    CHECK(rig.steps() == "write_now 10a>0; write 10a");
    rig.stop(b);
    CHECK(rig.steps() == "b operation_aborted 0");
}

TEST_CASE("a send for which the write had no buffer is not in it") {
    constexpr std::size_t size = 1024;  // not copied together
    send_rig rig;
    rig.takes_now = 0;
    for (int i = 0; i != 64; ++i) rig.send('a', size, true);
    auto& b = rig.send('b', size, true);
    rig.resume_deferred();
    CHECK(rig.steps() == "write_now 65536a>0; write 65536a");
    CHECK_FALSE(b.begun);
    rig.stop(b);
    CHECK(rig.steps() == "b operation_aborted 0");
}

TEST_CASE("a stopped send behind others in a write ends when it has come back, and is not written again") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 10, true);
    auto& b = rig.send('b', 5, true);
    rig.send('c', 5, true);
    rig.resume_deferred();
    rig.steps();
    rig.stop(b);
    CHECK(rig.steps() == "interrupts");
    rig.written(3, net::error::operation_aborted);
    CHECK(rig.steps() == "b operation_aborted 0; write 7a+5c");
    rig.written();
    CHECK(rig.steps() == "a ok 10; c ok 5");
}

TEST_CASE("total cancellation that the write has outrun leaves no trace") {
    send_rig rig;
    rig.takes_now = 0;
    auto& a = rig.send('a', 10);
    rig.send('b', 5);
    rig.steps();
    rig.stop_if_untouched(a);
    CHECK(rig.steps() == "interrupts");
    rig.written(3, net::error::operation_aborted);
    CHECK(rig.steps() == "write 7a+5b");
    rig.stop_if_untouched(a);
    CHECK(rig.steps() == "wait");
    rig.written();
    CHECK(rig.steps() == "a ok 10; b ok 5");
    CHECK_FALSE(rig.machine.is_interrupted());
}

TEST_CASE("the first reason to stop a send is the one it reports") {
    send_rig rig;
    rig.takes_now = 0;
    auto& a = rig.send('a', 10);
    rig.steps();
    SECTION("a limit before a cancel") {
        rig.stop(a, stop_reason::limit);
        rig.stop(a, stop_reason::cancel);
        rig.written(2, net::error::operation_aborted);
        CHECK(rig.steps() == "interrupts; interrupts; a send_timeout 2");
    }
    SECTION("a cancel before a limit") {
        rig.stop(a, stop_reason::cancel);
        rig.stop_all(stop_reason::limit);
        rig.written(0, net::error::operation_aborted);
        CHECK(rig.steps() == "interrupts; interrupts; a operation_aborted 0");
    }
    SECTION("total cancellation before a limit, and nothing has left") {
        rig.stop_if_untouched(a);
        rig.stop(a, stop_reason::limit);
        rig.written(0, net::error::operation_aborted);
        CHECK(rig.steps() == "interrupts; interrupts; a operation_aborted 0");
    }
    SECTION("total cancellation before a limit, and part has left") {
        rig.stop_if_untouched(a);
        rig.stop(a, stop_reason::limit);
        rig.written(2, net::error::operation_aborted);
        CHECK(rig.steps() == "interrupts; interrupts; a send_timeout 2");
    }
}

TEST_CASE("a stopped send that was written whole meanwhile has succeeded") {
    send_rig rig;
    rig.takes_now = 0;
    auto& a = rig.send('a', 10);
    rig.stop(a);
    rig.written();
    CHECK(rig.steps() == "write_now 10a>0; write 10a; interrupts; a ok 10");
    CHECK_FALSE(rig.machine.is_interrupted());
}

TEST_CASE("a send that is cut off fails all that follow, now and later, until the connection is another") {
    send_rig rig;
    rig.takes_now = 4;
    auto& a = rig.send('a', 10);
    rig.send('b', 5);
    rig.send('c', 0);
    rig.half_close('h');
    rig.steps();
    rig.stop(a, stop_reason::limit);
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.steps() == "interrupts; a send_timeout 4; b send_interrupted 0; c send_interrupted 0; "
                         "h send_interrupted 0");
    CHECK(rig.machine.is_interrupted());
    CHECK_FALSE(rig.machine.is_ending());
    CHECK(rig.machine.queued_bytes() == 0);
    rig.send('d', 5);
    rig.drain();
    CHECK(rig.steps() == "d send_interrupted 0; drains ok");
}

TEST_CASE("a cut-off send does not take the reason from a follower that was stopped itself") {
    send_rig rig;
    rig.takes_now = 4;
    rig.send('a', 10, true);
    auto& b = rig.send('b', 5, true);
    rig.resume_deferred();
    rig.stop(b, stop_reason::limit);
    rig.stop(*rig.queue.front());
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.steps() ==
          "write_now 10a+5b>4; write 6a+5b; interrupts; interrupts; a operation_aborted 4; b send_timeout 0");
}

TEST_CASE("a part is enough for write_some, which is never cut off") {
    send_rig rig;
    rig.takes_now = 0;
    auto& a = rig.write_some('a', 10);
    rig.send('b', 5);
    rig.steps();
    rig.stop(a);
    rig.written(3, net::error::operation_aborted);
    CHECK(rig.steps() == "interrupts; a ok 3; write 5b");
    rig.written();
    CHECK(rig.steps() == "b ok 5");
    CHECK(rig.machine.bytes_sent() == 8);
    CHECK(rig.machine.queued_bytes() == 0);
    CHECK_FALSE(rig.machine.is_interrupted());
}

TEST_CASE("an abort that nobody here has asked for ends the first send alone") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 10);
    rig.send('b', 5);
    rig.written(0, net::error::would_block);
    CHECK(rig.steps() == "write_now 10a>0; write 10a; write 10a+5b");
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.steps() == "a operation_aborted 0; write 5b");
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.steps() == "b operation_aborted 0");
    CHECK_FALSE(rig.machine.failure());
}

TEST_CASE("an abort that came with the last bytes of a send ends neither it nor the next") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 10, true);
    rig.send('b', 5, true);
    rig.resume_deferred();
    rig.steps();
    rig.written(10, net::error::operation_aborted);
    CHECK(rig.steps() == "a ok 10; write 5b");
}

TEST_CASE(
    "a send that waits ends at once while a write is in flight, and all of them only when it has come back") {
    send_rig rig;
    rig.takes_now = 0;
    rig.send('a', 10);
    auto& b = rig.send('b', 5);
    rig.send('c', 5);
    rig.steps();
    rig.stop(b);
    CHECK(rig.steps() == "b operation_aborted 0");
    rig.stop_all();
    CHECK(rig.steps() == "interrupts");
    rig.written(0, net::error::operation_aborted);
    CHECK(rig.steps() == "a operation_aborted 0; c operation_aborted 0");
}

TEST_CASE("stopping a send that has ended does nothing") {
    send_rig rig;
    auto& a = rig.send('a', 10);
    rig.steps();
    rig.stop(a);
    rig.stop_if_untouched(a);
    CHECK(rig.steps() == "wait");
    CHECK(rig.machine.is_idle());
    CHECK(rig.machine.queued_bytes() == 0);
}

}  // namespace

}  // namespace uplink::tests
