// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A time limit is a value that an operation is given when it starts: a duration is each operation's own, a time point
// is the same for all, and neither can be moved while the operation is pending (faults 64).

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

/// Only until the latest operation has ended; run() goes on until nothing happens any more.
void run_latest(connected& talk) {
    talk.network().run_until([&] { return talk.latest().calls != 0; });
}

}  // namespace

TEST_CASE("faults 64: a duration is counted anew from the start of each operation") {
    connected talk(slow_speaker);
    talk.inbound = {"abcdefgh"};
    const time_limit limit = 500ms;
    for (int i = 1; i <= 5; ++i) {
        talk.receive_exactly(1, {}, limit);
        run_latest(talk);
        CHECK(talk.latest() == completed(success, std::string(1, static_cast<char>('a' + i - 1))));
        CHECK(talk.latest().ended == i * 400ms);
    }
}

TEST_CASE("faults 64: a time point bounds all operations that are given it") {
    connected talk(slow_speaker);
    talk.inbound = {"abcdefgh"};
    const time_limit limit = talk.network().now() + 1s;
    for (const std::string part : {"a", "b"}) {
        talk.receive_exactly(1, {}, limit);
        run_latest(talk);
        CHECK(talk.latest() == completed(success, part));
    }
    talk.receive_exactly(1, {}, limit);
    run_latest(talk);
    CHECK(talk.latest() == completed(errc::receive_timeout));
    CHECK(talk.latest().ended == 1s);
    talk.send("too late", {}, limit);
    operation& sent = talk.latest();
    talk.close_gracefully({}, limit);
    run_latest(talk);
    CHECK(sent == completed(errc::send_timeout, 0));
    CHECK(talk.latest() == completed(errc::close_timeout));
    CHECK(talk.latest().ended == 1s);
    CHECK(talk.peer_got().empty());
}

TEST_CASE("faults 64: a limit that is changed later moves no operation that has started") {
    connected talk([](endpoint& server) { server.accept().silent(); });
    time_limit limit = 1s;
    talk.receive({}, limit);
    limit = time_limit(1h);
    run_latest(talk);
    CHECK(talk.latest() == completed(errc::receive_timeout));
    CHECK(talk.latest().ended == 1s);
}

TEST_CASE("faults 64: operations side by side end each by its own limit, and the connection goes on") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(1s).expect_bytes(20).deaf(); });
    talk.receive({}, 300ms);
    operation& received = talk.latest();
    talk.send("0123456789", {}, 4s);
    operation& first = talk.latest();
    talk.send("abcdef", {}, 200ms);
    operation& waiting = talk.latest();
    talk.drain({}, 100ms);
    operation& drained = talk.latest();
    talk.run();
    CHECK(drained.ended <= waiting.ended);
    CHECK(waiting == completed(errc::send_timeout, 0));
    CHECK(waiting.ended == 200ms);
    CHECK(received == completed(errc::receive_timeout));
    CHECK(received.ended == 300ms);
    CHECK(first.calls == 1);
    CHECK(first.ended <= 4s);
}

TEST_CASE("faults 64: the limit of an operation that is over does not reach the next") {
    connected talk(
        [](endpoint& server) { server.accept().after(100ms).reply("soon").after(10s).reply("late").deaf(); });
    talk.inbound = {"soonlate"};
    talk.receive_some({}, 1s);
    run_latest(talk);
    CHECK(talk.latest() == completed(success, "soon"));
    talk.receive_some();
    run_latest(talk);
    CHECK(talk.latest() == completed(success, "late"));
    CHECK(talk.latest().ended == 10100ms);
}

}  // namespace uplink::tests
