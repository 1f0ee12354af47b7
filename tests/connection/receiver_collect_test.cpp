// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection that has failed: what it still holds, taken by a state that may refuse, have
// no room, or close the client; and how often framings are asked.

#include <uplink/detail/connection/receiver.hpp>

#include "support/asking_client.hpp"
#include "support/scripted_stream.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Is told how much it has seen; wants `wanted` bytes, and says so or that it does not know.
struct counting_framing {
    std::vector<std::pair<std::size_t, std::size_t>>* calls;
    std::size_t wanted;
    bool says_so;
    parse_result parse(std::string_view) const { throw std::logic_error("the other one is called"); }
    parse_result parse(std::string_view pending, std::size_t examined) const {
        calls->emplace_back(pending.size(), examined);
        if (pending.size() < wanted) return parse_result::need_more(says_so ? wanted - pending.size() : 0);
        return parse_result::message(0, wanted, wanted);
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

TEST_CASE(
    "a framing is not asked where the state has closed the client, nor before the bytes it wants are there") {
    std::vector<std::pair<std::size_t, std::size_t>> calls;
    for (const bool says_so : {true, false}) {
        calls.clear();
        completion received;
        scripted_client<asking_bytes> talk;
        talk.connect();
        talk.client.async_receive_message(counting_framing{&calls, 6, says_so}, record(received));
        for (const char* piece : {"ab", "c", "defg"}) {
            talk.script().end_read(piece);
            talk.run();
        }
        CHECK(received == completed(success, "abcdef"));
        using seen = std::vector<std::pair<std::size_t, std::size_t>>;
        CHECK(calls == (says_so ? seen{{0, 0}, {7, 0}} : seen{{0, 0}, {2, 0}, {3, 2}, {7, 3}}));
        // The next receive's framing has seen nothing yet.
        calls.clear();
        completion next;
        talk.client.async_receive_message(counting_framing{&calls, 2, says_so}, record(next));
        talk.script().end_read("h");
        talk.run();
        CHECK(next == completed(success, "gh"));
        CHECK(calls == seen{{1, 0}, {2, 1}});
    }
    calls.clear();
    completion full, closed;
    scripted_client<asking_bytes> talk({.max_receive = 2});
    talk.connect();
    talk.client.async_receive(record(full));
    talk.script().end_read("01");
    talk.run();
    talk.script().end_read("2");
    talk.run();
    talk.client.state().consume(2);
    talk.client.state().asked = [&] { talk.client.close(); };
    talk.client.async_receive_message(counting_framing{&calls, 1, true}, record(closed));
    talk.run();
    CHECK(closed == completed(aborted));
    CHECK(calls.empty());
}

TEST_CASE("a framing that wants more than there can be is a receive limit at once, and what has come stays") {
    for (const std::size_t more : {static_cast<std::size_t>(-1), static_cast<std::size_t>(-1) - 1,
                                   static_cast<std::size_t>(-1) / 2 + 1}) {
        struct insatiable {
            std::size_t more;
            int* calls;
            parse_result parse(std::string_view pending) const {
                if (pending.empty()) return parse_result::need_more();
                ++*calls;
                return parse_result::need_more(more);
            }
        };
        int calls = 0;
        completion received;
        scripted_client<> talk;
        talk.connect();
        talk.client.async_receive_message(insatiable{more, &calls}, record(received));
        talk.script().end_read("ab");
        talk.run();
        CHECK(calls == 1);
        CHECK(received == completed(errc::receive_limit));
        CHECK(talk.client.state().view() == "ab");
    }
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
