// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When the receiver asks a framing, and how often: not where the client is closed, nor before the bytes that the framing
// wants are there.

#include <uplink/detail/connection/receiver.hpp>

#include "support/asking_client.hpp"
#include "support/scripted_stream.hpp"

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

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

}  // namespace uplink::tests
