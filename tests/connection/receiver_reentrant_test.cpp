// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// States and sinks of the user's that use the client while the receiver asks them: cancel, close, destroy and fail; and
// what they throw. Framings are in receiver_framing_test.cpp.

#include <uplink/detail/connection/receiver.hpp>

#include "support/asking_client.hpp"
#include "support/mortal_client.hpp"
#include "support/scripted_stream.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("a read that does not wait is not made where the state has ended the receive meanwhile") {
    for (const deed what : deeds) {
        for (const bool spins : {false, true}) {
            CAPTURE(static_cast<int>(what), spins);
            mortal_client<asking_bytes> talk({.receive_spin = spins ? 1us : 0us});
            stream_script& script = talk.script();
            talk.mortal->state().piece = 3;
            completion received;
            bool acts = false;
            talk.mortal->state().asked = [&] {
                if (std::exchange(acts, false)) act(what, talk.mortal, script);
            };
            talk.mortal->async_receive(record(received));
            const std::size_t polls = script.polls;
            acts = true;
            script.end_read("abc");  // which fills its room, so that one that does not wait follows
            script.reads.push_back({{}, "de"});
            talk.run();
            if (what == deed::fail) {
                CHECK(received == completed(was_reset, 5));  // what was there is kept
                CHECK(talk.mortal->state().view() == "abcde");
            } else {
                CHECK(script.polls == polls);
                CHECK(script.reads.size() == 1);
                CHECK(received == completed(aborted, 3));
            }
            CHECK_FALSE(script.is_reading());
        }
    }
}

TEST_CASE("a read that waits is not started where the state has ended the receive meanwhile") {
    for (const deed what : deeds) {
        CAPTURE(static_cast<int>(what));
        mortal_client<asking_bytes> talk;
        stream_script& script = talk.script();
        completion received;
        int times = 0;
        talk.mortal->state().asked = [&] {
            if (++times == 1) act(what, talk.mortal, script);
        };
        script.reads.push_back({{}, "there"});
        talk.mortal->async_receive(record(received));
        talk.run();
        CHECK(received == completed(what == deed::fail ? was_reset : aborted, what == deed::fail ? 5 : 0));
        CHECK_FALSE(script.is_reading());
        CHECK(script.reads.size() == (what == deed::fail ? 0 : 1));
    }
}

TEST_CASE("a state may cancel, close, destroy and fail the client while it takes bytes") {
    for (const deed what : deeds) {
        CAPTURE(static_cast<int>(what));
        mortal_client<asking_bytes> talk;
        stream_script& script = talk.script();
        completion received;
        int times = 0;
        talk.mortal->state().given = [&] {
            if (++times == 1) act(what, talk.mortal, script);
            return error_code();
        };
        script.reads.push_back({{}, "more"});
        talk.mortal->async_receive(record(received));
        script.end_read("abc");
        talk.run();
        CHECK(received == completed(what == deed::fail ? was_reset : aborted, what == deed::fail ? 7 : 3));
        CHECK_FALSE(script.is_reading());
    }
}

TEST_CASE("what a state's refusal or exception says ends the receive, once, and the next goes on") {
    struct row {
        std::function<error_code()> given;
        error_code expected;
    };
    const row rows[] = {
        {[] { return error_code(net::error::message_size); }, net::error::message_size},
        {[]() -> error_code { throw system_error(net::error::access_denied); }, net::error::access_denied},
        {[]() -> error_code { throw system_error(errc::malformed_message); }, errc::malformed_message},
        {[]() -> error_code { throw std::bad_alloc(); }, net::error::no_memory},
        {[]() -> error_code { throw std::runtime_error("no"); }, net::error::no_memory},
        {[]() -> error_code { throw 1; }, net::error::no_memory},
    };
    for (const row& each : rows) {
        CAPTURE(each.expected.message());
        asking_client talk;
        talk.connect();
        talk.client.state().given = each.given;
        completion refused, next;
        talk.client.async_receive_exactly(3, record(refused));
        talk.script().end_read("abc");
        talk.run();
        CHECK(refused == completed(each.expected, ""));  // though that piece would have been enough
        CHECK(talk.client.state().view() == "abc");
        CHECK(talk.client.stats().receives == 0);
        talk.client.state().given = [] { return error_code(); };
        talk.client.async_receive_exactly(4, record(next));
        talk.run();
        CHECK_FALSE(next);
        talk.script().end_read("d");
        talk.run();
        CHECK(next == completed(success, "abcd"));
    }
}

TEST_CASE("a sink that throws a system_error ends the receive with its code") {
    scripted_client<plain_sink> talk(
        {}, plain_sink([](std::string_view) { throw system_error(net::error::access_denied); }));
    talk.connect();
    completion received;
    talk.client.async_receive(record(received));
    talk.script().end_read("abc");
    talk.run();
    CHECK(received == completed(net::error::access_denied));
    CHECK(talk.client.state().total() == 3);
}

TEST_CASE("the byte that did not fit waits where the state has no memory for it, and comes first") {
    for (const bool fails : {false, true}) {
        asking_client talk({.max_receive = 4});
        talk.connect();
        completion full, no_memory, received, sent;
        talk.client.async_receive(record(full));
        talk.script().end_read("0123");
        talk.run();
        REQUIRE(talk.script().read_room() == 1);
        talk.script().end_read("4");
        talk.run();
        CHECK(full == completed(errc::receive_limit, 4));
        talk.client.state().consume(4);
        talk.client.state().asked = [] { throw std::bad_alloc(); };
        if (fails) {
            talk.script().writes.push_back({was_reset});
            talk.client.async_send(std::string("x"), record(sent));
            talk.script().reads.push_back({{}, "56"});
        }
        talk.client.async_receive_exactly(3, record(no_memory));
        talk.run();
        CHECK(no_memory == completed(net::error::no_memory, ""));
        CHECK(talk.client.state().size() == 0);
        talk.client.state().asked = [] {};
        talk.client.async_receive_exactly(3, record(received));
        if (!fails) talk.script().end_read("56");
        talk.run();
        CHECK(received == completed(success, "456"));
        CHECK(talk.client.state().size() == 0);
    }
}

}  // namespace uplink::tests
