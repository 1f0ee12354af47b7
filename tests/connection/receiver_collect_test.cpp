// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection that has failed: what it still holds, taken by a state that may refuse, have
// no room, or close the client.

#include <uplink/detail/connection/receiver.hpp>

#include "support/asking_client.hpp"
#include "support/scripted_stream.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// A client whose connection fails as soon as it sends, and then holds "abcdef".
struct doomed_client : scripted_client<asking_bytes> {
    explicit doomed_client(client_options options = {}) : scripted_client(std::move(options)) {
        connect();
        script().writes.push_back({was_reset});
        script().reads.push_back({{}, "abcdef"});
    }
    void doom() {
        client.async_send(std::string("x"), [](error_code, std::size_t) {});
    }
};

}  // namespace

TEST_CASE("an exchange whose request meets the failure keeps what the connection holds") {
    completion exchanged;
    doomed_client talk;
    talk.client.async_exchange(std::string("request"), record(exchanged));
    talk.run();
    CHECK(exchanged == completed(was_reset, 6));
    CHECK(talk.client.state().view() == "abcdef");
    CHECK(talk.client.stats().bytes_received == 6);
}

TEST_CASE(
    "a failed connection's bytes are given in pieces, until the state refuses one, has no room or closes") {
    enum class obstacle { refusal, no_room, close_when_asked, close_when_given, max_receive };
    struct row {
        obstacle what;
        error_code expected;
        std::string_view kept;
    };
    const row rows[] = {
        {obstacle::refusal, net::error::message_size, "abcd"},
        {obstacle::no_room, net::error::no_memory, "ab"},
        // Where the client is closed the request has failed before that.
        {obstacle::close_when_asked, was_reset, "ab"},
        {obstacle::close_when_given, was_reset, "abcd"},
        {obstacle::max_receive, was_reset, "abcd"},
    };
    for (const row& each : rows) {
        const obstacle what = each.what;
        CAPTURE(static_cast<int>(what));
        completion exchanged;
        doomed_client talk({.max_receive = what == obstacle::max_receive ? 4u : 100u});
        talk.client.state().piece = 2;
        int asked = 0;
        int given = 0;
        talk.client.state().asked = [&] {
            if (++asked != 2) return;
            if (what == obstacle::no_room) throw std::length_error("full");
            if (what == obstacle::close_when_asked) talk.client.close();
        };
        talk.client.state().given = [&] {
            if (++given != 2) return success;
            if (what == obstacle::refusal) return error_code(net::error::message_size);
            if (what == obstacle::close_when_given) talk.client.close();
            return success;
        };
        talk.client.async_exchange(std::string("request"), record(exchanged));
        talk.run();
        CHECK(exchanged == completed(each.expected, each.kept.size()));
        CHECK(talk.client.state().view() == each.kept);
        CHECK(talk.client.stats().bytes_received == each.kept.size());
    }
}

TEST_CASE(
    "a state that uses its client while it is given what a failed connection holds is asked again only after") {
    completion exchanged, inner;
    doomed_client talk;
    talk.client.state().piece = 2;
    bool is_inside = false;
    int refused = 0;
    talk.client.state().asked = [&] {
        CHECK_FALSE(is_inside);
        is_inside = true;
        talk.client.cancel();
        talk.client.async_receive([&](error_code ec, std::size_t) { refused += ec ? 1 : 0; });
        talk.client.async_send(std::string("y"), [&](error_code ec, std::size_t) { refused += ec ? 1 : 0; });
        is_inside = false;
    };
    talk.client.async_exchange(std::string("request"), record(exchanged));
    talk.run();
    CHECK(exchanged == completed(was_reset));
    CHECK(talk.client.state().view() == "abcdef");
    CHECK(refused == 8);  // two for each piece, and once more to see that there is none
}

TEST_CASE(
    "the byte that did not fit comes before what a failed connection holds, and alone where nothing else fits") {
    completion full, first, second, third;
    scripted_client<asking_bytes> talk({.max_receive = 2});
    talk.connect();
    talk.client.async_receive(record(full));
    talk.script().end_read("01");
    talk.run();
    talk.script().end_read("2");
    talk.run();
    CHECK(full == completed(errc::receive_limit));
    talk.script().writes.push_back({was_reset});
    talk.script().reads.push_back({{}, "345"});
    talk.client.async_send(std::string("x"), [](error_code, std::size_t) {});
    talk.run();
    CHECK(talk.client.state().view() == "01");
    std::string all;
    for (completion* each : {&first, &second, &third}) {
        all += talk.client.state().view();
        talk.client.state().consume(talk.client.state().size());
        talk.client.async_receive(record(*each));
        talk.run();
        CHECK(*each == completed(was_reset));
    }
    all += talk.client.state().view();
    CHECK(all == "012345");
}

TEST_CASE("a read of no bytes succeeds at once, with nothing there and on an idle connection") {
    completion read;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_read_some(net::mutable_buffer(), record(read));
    CHECK_FALSE(talk.script().is_reading());
    talk.run();
    CHECK(read == completed(success, 0));
}

TEST_CASE("a receive that spins reads nothing where what it sends first fails the connection") {
    completion received;
    scripted_client<> talk({.receive_spin = 1us});
    talk.connect();
    std::size_t polls = 0;
    talk.script().writes.push_back({{}, {}, 1});
    talk.client.async_send(std::string("a"), [&](error_code, std::size_t) {
        talk.script().writes.push_back({{}, {}, 1});
        talk.client.async_send(std::string("b"), [](error_code, std::size_t) {});
        talk.script().writes.push_back({was_reset});
        talk.client.async_send(std::string("held"), [](error_code, std::size_t) {});
        talk.script().reads.push_back({{}, "there"});
        talk.client.async_receive(record(received));
        polls = talk.script().polls;
    });
    talk.run();
    CHECK(received == completed(was_reset, 5));
    CHECK(talk.client.state().view() == "there");
    CHECK(polls == 2);  // for what was there, and to see that there is no more
}

}  // namespace uplink::tests
