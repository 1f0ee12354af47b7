// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue's rules on the simulated network: what one write gathers, drains, sends of no bytes (faults
// 31). What holds on real sockets too stands in client/sends_test.cpp.

#include <uplink/detail/connection/sender.hpp>

#include "support/connected.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;
using uplink::testing::operation_kind;

namespace {

void takes_all(endpoint& server) { server.accept().silent(); }

std::size_t count(connected& talk, operation_kind what) {
    const auto& log = talk.network().faults().log();
    return static_cast<std::size_t>(
        std::count_if(log.begin(), log.end(), [&](const auto& each) { return each.kind == what; }));
}

}  // namespace

TEST_CASE("queued small sends leave together in one gathered write, however many") {
    connected talk(takes_all);
    const std::size_t before = count(talk, operation_kind::write);
    for (int i = 0; i != 100; ++i) talk.send("x");
    talk.run();
    CHECK(talk.peer_got() == std::string(100, 'x'));
    CHECK(count(talk, operation_kind::write) - before == 2);  // the first alone, then 99
}

TEST_CASE("faults 31: sends of no bytes succeed in their place, without a write") {
    connected talk(deaf_after_four);
    operation& first = talk.send("");
    talk.run();
    CHECK(first == completed(success, 0));
    CHECK(count(talk, operation_kind::write) == 0);
    talk.send("01234567");
    operation& behind = talk.send("");
    talk.run();
    CHECK(behind.is_pending());
    talk.emit(behind.index, net::cancellation_type::total);
    talk.run();
    CHECK(behind == completed(aborted, 0));
}

TEST_CASE("what a write gathers is in progress and waits no more") {
    connected talk(deaf_after_four, {.send_queue = {.limit = 6}});
    talk.send("01");
    talk.send("234567");  // the limit, behind the first
    talk.run();           // both have been gathered: four bytes of them are gone
    operation& fits = talk.send("abcdef");
    operation& refused = talk.send("g");
    talk.run();
    CHECK(fits.is_pending());
    CHECK(refused == completed(errc::send_queue_full));
    // One that is removed makes room.
    talk.emit(fits.index, net::cancellation_type::total);
    operation& next = talk.send("h");
    talk.run();
    CHECK(next.is_pending());
}

TEST_CASE("async_drain completes at the low-water mark, at once where the queue is there already") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(1ms).silent(); },
                   {.send_queue = {.low_water = 5}});
    operation& at_once = talk.drain();
    talk.send(std::string(20, 'a'));
    operation& later = talk.drain();
    std::size_t bytes_at_end = 99;
    later.then = [&](const operation&) { bytes_at_end = talk.client()->send_queue_bytes(); };
    talk.network().poll();
    CHECK(at_once == completed(success));
    CHECK(later.is_pending());
    talk.run();
    CHECK(later == completed(success));
    CHECK(bytes_at_end == 4);
}

TEST_CASE("a drain may be cancelled by any type, times out as send_timeout, and disturbs nothing") {
    for (const auto type : every_type) {
        connected talk(deaf_after_four, {.send_queue = {.low_water = 0}});
        talk.send("0123456789");
        operation& limited = talk.drain({}, 20ms);
        operation& cancelled = talk.drain();
        talk.network().run_for(10ms);
        talk.emit(cancelled.index, type);
        talk.run();
        CHECK(cancelled == completed(aborted));
        CHECK(limited == completed(errc::send_timeout));
        CHECK(talk.pending().size() == 1);  // the send
    }
}

TEST_CASE("async_write_some is one place in the queue, done with the first bytes that leave") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(1ms).silent(); });
    operation& some = talk.write_some("0123456789");
    talk.send("abc");
    talk.run();
    CHECK(some == completed(success, 4));
    CHECK(talk.peer_got() == "0123abc");
}

}  // namespace uplink::tests
