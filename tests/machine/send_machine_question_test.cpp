// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the send machine answers when it is asked, and what it tells a send on the way.

#include "support/catch.hpp"

#include "machine/send_machine_rig.hpp"

namespace uplink::tests {

namespace {

using uplink::detail::send_kind;
using uplink::detail::send_machine;
using uplink::detail::write_limit_policy;

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

}  // namespace

}  // namespace uplink::tests
