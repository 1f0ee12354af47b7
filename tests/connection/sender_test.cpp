// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue's rules (faults 27, 28, 31 to 37).

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

TEST_CASE("sends leave in the order started, whole, and complete in that order") {
    for (const std::size_t piece : {0u, 1u, 3u}) {
        connected talk([](endpoint& server) { server.accept().window(7).latency(1ms).silent(); });
        talk.network().piece_size(piece);
        std::string all;
        for (int i = 0; i != 200; ++i) {
            const std::string bytes(static_cast<std::size_t>(i % 11), static_cast<char>('a' + i % 26));
            all += bytes;
            if (i % 3 == 0) talk.send(bytes);
            if (i % 3 == 1) talk.send_borrowed(bytes, 3);
            if (i % 3 == 2)
                talk.write_some(bytes.substr(0, 1)),
                    all.resize(all.size() - bytes.size() + std::min<std::size_t>(bytes.size(), 1));
        }
        talk.run();
        CHECK(talk.peer_got() == all);
        std::size_t last = 0;
        for (const operation& each : talk.operations()) {
            CHECK(each == completed(success));
            CHECK(each.order >= last);
            CHECK(each.n == each.bytes.size());
            last = each.order;
        }
    }
}

TEST_CASE("queued small sends leave together in one gathered write, however many") {
    connected talk(takes_all);
    const std::size_t before = count(talk, operation_kind::write);
    for (int i = 0; i != 100; ++i) talk.send("x");
    talk.run();
    CHECK(talk.peer_got() == std::string(100, 'x'));
    CHECK(count(talk, operation_kind::write) - before == 2);  // the first alone, then 99
}

TEST_CASE("faults 32: more buffers than one call takes, most of them empty") {
    connected talk(takes_all);
    std::string bytes;
    for (int i = 0; i != 1000; ++i) bytes += static_cast<char>('a' + i % 26);
    talk.send_borrowed(bytes, 1000);
    talk.run();
    CHECK(talk.peer_got() == bytes);
    CHECK(talk.latest() == completed(success, bytes.size()));
}

TEST_CASE("faults 31: sends of no bytes succeed in their place, without a write") {
    connected talk(deaf_after_four);
    talk.send("");
    operation& first = talk.latest();
    talk.run();
    CHECK(first == completed(success, 0));
    CHECK(count(talk, operation_kind::write) == 0);
    talk.send("01234567");
    talk.send("");
    operation& behind = talk.latest();
    talk.run();
    CHECK(behind.is_pending());
    talk.emit(behind.index, net::cancellation_type::total);
    talk.run();
    CHECK(behind == completed(aborted, 0));
}

TEST_CASE(
    "a send into an empty queue is taken whatever its size; what waits behind is limited, to the byte") {
    connected talk(deaf_after_four, {.send_queue = {.limit = 10}});
    talk.network().writes_at_once(false);
    talk.send(std::string(100, 'a'));
    talk.send("0123456789");
    operation& fits = talk.latest();
    talk.send("x");
    operation& refused = talk.latest();
    talk.send("");
    operation& nothing = talk.latest();
    talk.write_some(std::string(50, 'w'));
    operation& some = talk.latest();
    CHECK(talk.client()->send_queue_bytes() == 160);
    talk.run();
    CHECK(refused == completed(errc::send_queue_full, 0));
    CHECK(fits.is_pending());
    CHECK(nothing.is_pending());
    CHECK(some.is_pending());
    CHECK(talk.client()->send_queue_bytes() == 156);
}

TEST_CASE("what a write gathers is in progress and waits no more") {
    connected talk(deaf_after_four, {.send_queue = {.limit = 6}});
    talk.send("01");
    talk.send("234567");  // the limit, behind the first
    talk.run();           // both have been gathered: four bytes of them are gone
    talk.send("abcdef");
    operation& fits = talk.latest();
    talk.send("g");
    operation& refused = talk.latest();
    talk.run();
    CHECK(fits.is_pending());
    CHECK(refused == completed(errc::send_queue_full));
    // One that is removed makes room.
    talk.emit(fits.index, net::cancellation_type::total);
    talk.send("h");
    talk.run();
    CHECK(talk.latest().is_pending());
}

TEST_CASE("async_drain completes at the low-water mark, at once where the queue is there already") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(1ms).silent(); },
                   {.send_queue = {.low_water = 5}});
    talk.drain();
    operation& at_once = talk.latest();
    talk.send(std::string(20, 'a'));
    talk.drain();
    operation& later = talk.latest();
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
        talk.drain({}, 20ms);
        operation& limited = talk.latest();
        talk.drain();
        operation& cancelled = talk.latest();
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
    talk.write_some("0123456789");
    operation& some = talk.latest();
    talk.send("abc");
    talk.run();
    CHECK(some == completed(success, 4));
    CHECK(talk.peer_got() == "0123abc");
}

}  // namespace uplink::tests
