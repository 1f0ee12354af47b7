// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Networks that cut bytes into slices, let few of them through, stop after so many, or hold back the end (faults 57),
// on virtual time, so that what they cost is exact.

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

namespace {

const std::string text = "one\ntwo\nthree\n";

/// Only until the latest operation has ended; run() goes on until nothing happens any more.
void run_latest(connected& talk) {
    talk.network().run_until([&] { return talk.latest().calls != 0; });
}

}  // namespace

TEST_CASE("faults 57: slices of any size make the same lines, and the same whole") {
    for (std::size_t slice = 1; slice <= text.size(); ++slice) {
        INFO("slices of " << slice);
        connected talk([&](endpoint& server) { server.accept().split(slice).pace(1ms).reply(text).close(); });
        talk.inbound = {text};
        for (const std::string line : {"one\n", "two\n"}) {
            talk.receive_until("\n");
            talk.run();
            CHECK(talk.latest() == completed(success, line));
        }
        talk.receive();
        talk.run();
        CHECK(talk.latest() == completed(success));
        CHECK(talk.held() == "three\n");
    }
}

TEST_CASE("faults 57: a band of 1000 bytes a second delivers all, in the time that takes") {
    const std::string reply(5000, 'x');
    connected talk(
        [&](endpoint& server) { server.accept().window(10).split(10).pace(10ms).reply(reply).close(); },
        {.idle_timeout = 20ms});
    talk.inbound = {reply};
    talk.receive();
    talk.run();
    CHECK(talk.latest() == completed(success, reply.size()));
    CHECK(talk.latest().ended == 5s);
}

TEST_CASE("faults 57: sending through a narrow band ends by the limit with what is gone, or completes") {
    const std::string request(2000, 'x');
    for (const bool is_limited : {true, false}) {
        connected talk([](endpoint& server) {
            server.accept().window(10).latency(5ms).expect_bytes(2000).reply("done").close();
        });
        talk.inbound = {"done"};
        talk.send(request, {}, is_limited ? time_limit(100ms) : time_limit());
        talk.run();
        const operation& sent = talk.latest();
        CHECK(sent.calls == 1);
        CHECK(sent.ec == (is_limited ? error_code(errc::send_timeout) : success));
        CHECK((is_limited ? sent.n > 0 && sent.n < 1000 : sent.n == 2000));
        CHECK(talk.client()->stats().bytes_sent == sent.n);
    }
}

TEST_CASE("faults 57: a way that stops after so many bytes truncates what is not complete, and keeps it") {
    for (std::size_t most = 0; most <= text.size(); ++most) {
        INFO("after " << most << " bytes");
        connected talk([&](endpoint& server) { server.accept().limit(most).reply(text).deaf(); });
        const std::string arrived = text.substr(0, most);
        talk.inbound = {arrived};
        std::size_t at = 0;
        for (std::size_t end = arrived.find('\n'); end != std::string::npos; end = arrived.find('\n', at)) {
            talk.receive_until("\n");
            talk.run();
            CHECK(talk.latest() == completed(success, arrived.substr(at, end + 1 - at)));
            at = end + 1;
        }
        talk.receive_until("\n");
        talk.run();
        CHECK(talk.latest() ==
              completed(at == most ? error_code(net::error::eof) : error_code(errc::truncated)));
        CHECK(talk.held() == arrived.substr(at));
    }
}

TEST_CASE("faults 57: a way that resets after so many bytes is no end, and keeps them") {
    connected talk([](endpoint& server) { server.accept().reset_after(5).reply(text).deaf(); });
    talk.inbound = {text.substr(0, 5)};
    talk.receive();
    talk.run();
    CHECK(talk.latest() == completed(net::error::connection_reset, 5));
    CHECK(talk.held() == text.substr(0, 5));
}

TEST_CASE("faults 57: a slow close delays only who waits for the end") {
    connected talk(
        [](endpoint& server) { server.accept().reply(text).after(60s).half_close().expect_eof(); });
    talk.inbound = {text};
    talk.receive_exactly(text.size());
    run_latest(talk);
    CHECK(talk.latest() == completed(success, text));
    talk.receive({}, 1s);
    run_latest(talk);
    CHECK(talk.latest() == completed(errc::receive_timeout, 0));
    talk.receive();
    run_latest(talk);
    CHECK(talk.latest() == completed(success, 0));
    CHECK(talk.latest().ended == 60s);
}

TEST_CASE("faults 57: a slow close makes a graceful close wait, until its own limit") {
    for (const auto limit : {5s, 90s}) {
        connected talk([](endpoint& server) { server.accept().expect_eof().after(60s).half_close().deaf(); });
        talk.close_gracefully({}, limit);
        talk.run();
        const bool in_time = limit > 60s;
        CHECK(talk.latest() == completed(in_time ? success : error_code(errc::close_timeout)));
        CHECK(talk.latest().ended == (in_time ? 60s : 5s));
        CHECK_FALSE(talk.client()->is_open());
    }
}

}  // namespace uplink::tests
