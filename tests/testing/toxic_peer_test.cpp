// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Networks that cut bytes into slices, let few of them through, stop after so many, or hold back the end
// (faults 57), on virtual time, so that what they cost is exact.

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

namespace {

const std::string text = "one\ntwo\nthree\n";

}  // namespace

TEST_CASE("faults 57: slices of any size make the same lines, and the same whole") {
    for (std::size_t slice = 1; slice <= text.size(); ++slice) {
        INFO("slices of " << slice);
        connected talk([&](endpoint& server) { server.accept().split(slice).pace(1ms).reply(text).close(); });
        talk.inbound = {text};
        for (const std::string line : {"one\n", "two\n"}) {
            operation& received = talk.receive_until("\n");
            talk.run();
            CHECK(received == completed(success, line));
        }
        operation& rest = talk.receive();
        talk.run();
        CHECK(rest == completed(success));
        CHECK(talk.held() == "three\n");
    }
}

TEST_CASE("faults 57: a band of 1000 bytes a second delivers all, in the time that takes") {
    const std::string reply(5000, 'x');
    connected talk(
        [&](endpoint& server) { server.accept().window(10).split(10).pace(10ms).reply(reply).close(); },
        {.idle_timeout = 20ms});
    talk.inbound = {reply};
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(success, reply.size()));
    CHECK(received.ended == 5s);
}

TEST_CASE("faults 57: sending through a narrow band ends by the limit with what is gone, or completes") {
    const std::string request(2000, 'x');
    for (const bool is_limited : {true, false}) {
        connected talk([](endpoint& server) {
            server.accept().window(10).latency(5ms).expect_bytes(2000).reply("done").close();
        });
        talk.inbound = {"done"};
        operation& sent = talk.send(request, {}, is_limited ? time_limit(100ms) : time_limit());
        talk.run();
        if (is_limited) {
            CHECK(sent == completed(errc::send_timeout));
            CHECK(sent.n > 0);
            CHECK(sent.n < 1000);
        } else {
            CHECK(sent == completed(success, 2000));
        }
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
            operation& received = talk.receive_until("\n");
            talk.run();
            CHECK(received == completed(success, arrived.substr(at, end + 1 - at)));
            at = end + 1;
        }
        operation& rest = talk.receive_until("\n");
        talk.run();
        CHECK(rest == completed(at == most ? end_of_stream : error_code(errc::truncated)));
        CHECK(talk.held() == arrived.substr(at));
    }
}

TEST_CASE("faults 57: a way that resets after so many bytes is no end, and keeps them") {
    connected talk([](endpoint& server) { server.accept().reset_after(5).reply(text).deaf(); });
    talk.inbound = {text.substr(0, 5)};
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(was_reset, 5));
    CHECK(talk.held() == text.substr(0, 5));
}

TEST_CASE("faults 57: a slow close delays only who waits for the end") {
    connected talk(
        [](endpoint& server) { server.accept().reply(text).after(60s).half_close().expect_eof(); });
    talk.inbound = {text};
    operation& by_length = talk.receive_exactly(text.size());
    talk.run_until(by_length);
    CHECK(by_length == completed(success, text));
    operation& limited = talk.receive({}, 1s);
    talk.run_until(limited);
    CHECK(limited == completed(errc::receive_timeout, 0));
    operation& to_end = talk.receive();
    talk.run_until(to_end);
    CHECK(to_end == completed(success, 0));
    CHECK(to_end.ended == 60s);
}

TEST_CASE("faults 57: a slow close makes a graceful close wait, until its own limit") {
    for (const auto limit : {5s, 90s}) {
        connected talk([](endpoint& server) { server.accept().expect_eof().after(60s).half_close().deaf(); });
        operation& closed = talk.close_gracefully({}, limit);
        talk.run();
        const bool in_time = limit > 60s;
        CHECK(closed == completed(in_time ? success : error_code(errc::close_timeout)));
        CHECK(closed.ended == (in_time ? 60s : 5s));
        CHECK_FALSE(talk.client()->is_open());
    }
}

}  // namespace uplink::tests
