// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an initiating function refuses, in which order, posted; what it does with slots and limits; and that one that
// throws has changed nothing (promises 2, 5, 15; faults 62, 67, 84).

#include <uplink/detail/client/admission.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using testing::endpoint;

namespace {

/// Each operation that takes a limit, with its timeout code.
struct limited {
    const char* name;
    std::function<operation&(client_run&, time_limit)> start;
    errc code;
};
const std::vector<limited>& limited_operations() {
    static const std::vector<limited> all{
        {"receive", [](client_run& talk, time_limit limit) -> operation& { return talk.receive({}, limit); },
         errc::receive_timeout},
        {"receive_some",
         [](client_run& talk, time_limit limit) -> operation& { return talk.receive_some({}, limit); },
         errc::receive_timeout},
        {"receive_until",
         [](client_run& talk, time_limit limit) -> operation& { return talk.receive_until("\n", {}, limit); },
         errc::receive_timeout},
        {"receive_exactly",
         [](client_run& talk, time_limit limit) -> operation& { return talk.receive_exactly(9, {}, limit); },
         errc::receive_timeout},
        {"send",
         [](client_run& talk, time_limit limit) -> operation& { return talk.send("0123456789", {}, limit); },
         errc::send_timeout},
        {"shutdown_send",
         [](client_run& talk, time_limit limit) -> operation& { return talk.shutdown_send({}, limit); },
         errc::send_timeout},
        {"drain", [](client_run& talk, time_limit limit) -> operation& { return talk.drain({}, limit); },
         errc::send_timeout},
        {"exchange",
         [](client_run& talk, time_limit limit) -> operation& {
             return talk.exchange("0123456789", {}, limit);
         },
         errc::send_timeout},
        {"close",
         [](client_run& talk, time_limit limit) -> operation& { return talk.close_gracefully({}, limit); },
         errc::close_timeout}};
    return all;
}

}  // namespace

TEST_CASE("faults 62: an expired limit ends every operation at once, posted, with its own code, untouched") {
    for (const limited& each : limited_operations()) {
        CAPTURE(each.name);
        for (const time_limit limit : {time_limit(0s), time_limit(-1ns), time_limit(clock::time_point{})}) {
            connected talk(deaf_with_reply);
            const operation& expired = each.start(talk, limit);
            CHECK(expired.is_pending());
            talk.run();
            CHECK(expired == completed(each.code));
            CHECK(expired.ec == condition::timeout);
            CHECK(expired.ended == 0s);
            CHECK(talk.peer_got().empty());
            CHECK(talk.client()->is_open() == (each.code != errc::close_timeout));
        }
    }
}

TEST_CASE(
    "every operation that meets its limit says its own code, at that instant, and never operation_aborted") {
    for (const limited& each : limited_operations()) {
        CAPTURE(each.name);
        connected talk(deaf_with_reply, {.send_queue = {.low_water = 0}});
        talk.inbound = {"abc"};
        if (each.name == std::string("shutdown_send") || each.name == std::string("drain"))
            talk.send("0123456789");
        if (each.name == std::string("receive_some")) {
            talk.receive_exactly(3);
            talk.run();
        }
        const operation& waiting = each.start(talk, 1s);
        talk.run();
        CHECK(waiting == completed(each.code));
        CHECK(waiting.ended == 1s);
    }
}

TEST_CASE("faults 67: an operation that is cancelled right after its start, before any I/O, is aborted") {
    for (const limited& each : limited_operations()) {
        for (const auto type : every_type) {
            CAPTURE(each.name, static_cast<int>(type));
            connected talk(deaf_with_reply, {.send_queue = {.low_water = 0}});
            talk.inbound = {"abc"};
            talk.send("0123456789");  // so that nothing of a further send can leave
            const operation& cancelled = each.start(talk, 1s);
            talk.emit(cancelled.index, type);
            CHECK(cancelled.is_pending());
            talk.run();
            const bool honoured = type != net::cancellation_type::total ||
                                  (!is_exchange(cancelled.what) && cancelled.what != kind::close);
            CHECK(cancelled == completed(honoured ? aborted : error_code(each.code)));
        }
    }
}

TEST_CASE("faults 62: limits beyond the clock are none") {
    for (const time_limit limit : {time_limit(clock::duration::max()), time_limit(std::chrono::hours::max()),
                                   time_limit(clock::time_point::max()), time_limit(1e300s)}) {
        connected talk([](endpoint& server) {
            server.accept().after(std::chrono::hours(24 * 365)).reply("late").close();
        });
        talk.inbound = {"late"};
        const operation& received = talk.receive({}, limit);
        talk.run();
        CHECK(received == completed(success, 4));
    }
}

TEST_CASE("the client's state is looked at before the connection's error, and that before the limit") {
    connected talk([](endpoint& server) { server.accept().after(1ms).reset(); });
    const operation& first = talk.receive();
    const operation& second = talk.receive();
    talk.run();
    CHECK(first == completed(was_reset));
    CHECK(second == completed(errc::operation_in_progress));
    const operation& expired = talk.receive({}, time_limit(0s));
    talk.run();
    CHECK(expired == completed(was_reset));
}

TEST_CASE("faults 84: an initiating function that throws has destroyed the handler and changed nothing") {
    for (const limited& each : limited_operations()) {
        CAPTURE(each.name);
        connected talk(deaf_with_reply);
        const std::size_t queued = talk.client()->send_queue_bytes();
        talk.memory().fail_at = talk.memory().count;
        const operation& refused = each.start(talk, 1s);
        CHECK(refused.threw);
        CHECK_FALSE(refused.alive);
        CHECK(talk.client()->send_queue_bytes() == queued);
        CHECK(talk.client()->is_open());
        CHECK_NOTHROW(talk.client()->take_state());  // no receive is pending
        talk.memory().fail_at.reset();
        talk.run();
        CHECK_FALSE(refused);
        const operation& sent = talk.send("abc");  // no half-close is in the queue
        talk.run();
        CHECK(sent == completed(success, 3));
    }
}

TEST_CASE("one limit as a time point bounds a whole conversation") {
    connected talk([](endpoint& server) { server.accept().pace(400ms).split(1).reply("abcdef").deaf(); });
    talk.inbound = {"abcdef"};
    const time_limit limit = talk.network().now() + 1s;
    for (const char* expected : {"a", "b"}) {
        const operation& received = talk.receive_exactly(1, {}, limit);
        talk.network().run_until([&] { return static_cast<bool>(received); });
        CHECK(received == completed(success, expected));
    }
    const operation& last = talk.receive_exactly(1, {}, limit);
    talk.run();
    CHECK(last == completed(errc::receive_timeout));
    CHECK(last.ended == 1s);
}

}  // namespace uplink::tests
