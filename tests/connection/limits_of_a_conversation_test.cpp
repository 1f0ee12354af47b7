// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A time limit is a value that an operation is given when it starts: a duration is each operation's own, a
// time point is the same for all, and neither can be moved while the operation is pending (faults 64).

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

namespace {

/// A reply of one byte each 400 ms.
void slow_speaker(endpoint& server) { server.accept().split(1).pace(400ms).reply("abcdefgh").deaf(); }

}  // namespace

TEST_CASE("faults 64: a duration is counted anew from the start of each operation") {
    connected talk(slow_speaker);
    talk.inbound = {"abcdefgh"};
    const time_limit limit = 500ms;
    for (int i = 1; i <= 5; ++i) {
        operation& received = talk.receive_exactly(1, {}, limit);
        talk.run_until(received);
        CHECK(received == completed(success, std::string(1, static_cast<char>('a' + i - 1))));
        CHECK(received.ended == i * 400ms);
    }
}

TEST_CASE("faults 64: a time point bounds all operations that are given it") {
    connected talk(slow_speaker);
    talk.inbound = {"abcdefgh"};
    const time_limit limit = talk.network().now() + 1s;
    for (const std::string part : {"a", "b"}) {
        operation& received = talk.receive_exactly(1, {}, limit);
        talk.run_until(received);
        CHECK(received == completed(success, part));
    }
    operation& third = talk.receive_exactly(1, {}, limit);
    talk.run_until(third);
    CHECK(third == completed(errc::receive_timeout));
    CHECK(third.ended == 1s);
    operation& sent = talk.send("too late", {}, limit);
    operation& closed = talk.close_gracefully({}, limit);
    talk.run_until(closed);
    CHECK(sent == completed(errc::send_timeout, 0));
    CHECK(closed == completed(errc::close_timeout));
    CHECK(closed.ended == 1s);
    CHECK(talk.peer_got().empty());
}

TEST_CASE("faults 64: a limit that is changed later moves no operation that has started") {
    connected talk([](endpoint& server) { server.accept().silent(); });
    time_limit limit = 1s;
    operation& received = talk.receive({}, limit);
    limit = time_limit(1h);
    talk.run_until(received);
    CHECK(received == completed(errc::receive_timeout));
    CHECK(received.ended == 1s);
}

TEST_CASE("faults 64: operations side by side end each by its own limit, and the connection goes on") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(1s).expect_bytes(20).deaf(); },
                   {.send_queue = {.low_water = 0}});
    operation& received = talk.receive({}, 300ms);
    operation& first = talk.send("0123456789", {}, 4s);
    operation& waiting = talk.send("abcdef", {}, 200ms);
    operation& drained = talk.drain({}, 100ms);
    talk.run();
    CHECK(drained == completed(errc::send_timeout));
    CHECK(drained.ended == 100ms);
    CHECK(waiting == completed(errc::send_timeout, 0));
    CHECK(waiting.ended == 200ms);
    CHECK(received == completed(errc::receive_timeout));
    CHECK(received.ended == 300ms);
    CHECK(first == completed(success, 10));
    CHECK(first.ended <= 4s);
}

TEST_CASE("faults 64: the limit of an operation that is over does not reach the next") {
    connected talk(
        [](endpoint& server) { server.accept().after(100ms).reply("soon").after(10s).reply("late").deaf(); });
    talk.inbound = {"soonlate"};
    operation& soon = talk.receive_some({}, 1s);
    talk.run_until(soon);
    CHECK(soon == completed(success, "soon"));
    operation& late = talk.receive_some();
    talk.run_until(late);
    CHECK(late == completed(success, "late"));
    CHECK(late.ended == 10100ms);
}

}  // namespace uplink::tests
