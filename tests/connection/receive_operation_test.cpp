// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the receive functions deliver from the buffer that they share, and what they make of an end, of a
// message that is too large and of a user's framing (faults 46, 59 to 61).

#include <uplink/detail/connection/receive_operation.hpp>

#include "support/connected.hpp"

#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::string_literals;
using uplink::testing::endpoint;

namespace {

/// Messages of letters, each ended by a digit; what a user may write wrong, it does on request.
struct user_framing {
    enum class fault { none, throws, no_memory, beyond, nothing, lies_about_more } does = fault::none;
    parse_result parse(std::string_view pending) const {
        if (pending.size() < 4)
            return parse_result::need_more(does == fault::lies_about_more ? static_cast<std::size_t>(-1) : 0);
        if (does == fault::throws) throw std::runtime_error("no");
        if (does == fault::no_memory) throw std::bad_alloc();
        if (does == fault::beyond) return parse_result::message(0, pending.size(), pending.size() + 1);
        if (does == fault::nothing) return parse_result::message(0, 0, 0);
        const std::size_t digit = pending.find_first_of("0123456789");
        if (digit != std::string_view::npos) return parse_result::message(0, digit, digit + 1);
        return parse_result::need_more();
    }
};

completion receive_by(connected& talk, user_framing framing) {
    completion received;
    talk.client()->async_receive_message(framing, record(received));
    CHECK_FALSE(received);
    talk.run();
    return received;
}

}  // namespace

TEST_CASE("faults 60: an end inside the header and inside the body of a length-prefixed message") {
    for (const std::string& part : {"\0"s, "\0\3"s, "\0\3ab"s}) {
        connected talk([&](endpoint& server) { server.accept().reply(part).close(); });
        talk.inbound = {part};
        operation& received = talk.receive_prefixed(10);
        talk.run();
        CHECK(received == completed(errc::truncated));
        CHECK(talk.held() == part);
    }
}

TEST_CASE("faults 61: what came with the last message is delivered from the buffer, posted, without a read") {
    connected talk([](endpoint& server) { server.accept().reply("one\ntwo\nthree").deaf(); });
    talk.inbound = {"one\ntwo\nthree"};
    talk.receive_until("\n");
    talk.run();
    const std::size_t reads = talk.network().operations();
    operation& second = talk.receive_line(3);
    talk.run();
    CHECK(second == completed(success, "two"));
    operation& third = talk.receive_some();
    CHECK_FALSE(third);
    talk.run();
    CHECK(third == completed(success, "three"));
    CHECK(talk.network().operations() == reads);
}

TEST_CASE("async_receive_until with an empty delimiter is an invalid argument, and nothing is read") {
    connected talk([](endpoint& server) { server.accept().reply("text").deaf(); });
    talk.inbound = {"text"};
    const std::size_t operations = talk.network().operations();
    operation& refused = talk.receive_until("");
    talk.run();
    CHECK(refused == completed(net::error::invalid_argument));
    CHECK(talk.network().operations() == operations);
    operation& received = talk.receive_exactly(4);
    talk.run();
    CHECK(received == completed(success, "text"));
}

TEST_CASE("async_receive_exactly of nothing is success at once, also at the end and with bytes there") {
    connected talk([](endpoint& server) { server.accept().reply("x").close(); });
    talk.inbound = {"x"};
    operation& with_bytes_there = talk.receive_exactly(0);
    CHECK_FALSE(with_bytes_there);
    talk.run();
    CHECK(with_bytes_there == completed(success, ""));
    talk.receive_exactly(1);
    talk.run();
    operation& at_the_end = talk.receive_exactly(0);
    talk.run();
    CHECK(at_the_end == completed(success, ""));
    operation& beyond_the_end = talk.receive_exactly(1);
    talk.run();
    CHECK(beyond_the_end == completed(end_of_stream));
}

TEST_CASE("faults 59: a length above max is refused from its prefix alone") {
    connected talk([](endpoint& server) { server.accept().reply("\xff\xff").deaf(); });
    talk.inbound = {"\xff\xff"};
    operation& refused = talk.receive_prefixed(1000);
    talk.run();
    CHECK(refused == completed(errc::message_too_large));
    CHECK(talk.held() == "\xff\xff");
    CHECK(talk.client()->state().capacity() <= 64 * 1024);
}

TEST_CASE("a message larger than max_receive is receive_limit") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").deaf(); }, {.max_receive = 8});
    talk.inbound = {"0123456789"};
    operation& too_large = talk.receive_exactly(9);
    talk.run();
    CHECK(too_large == completed(errc::receive_limit));
    CHECK(talk.held().empty());  // known before anything is read
    talk.receive_exactly(8);
    talk.run();
    operation& rest = talk.receive_exactly(2);
    talk.run();
    CHECK(rest == completed(success, "89"));
}

TEST_CASE("a user's framing delivers, and one that misbehaves is malformed_message with the bytes kept") {
    using fault = user_framing::fault;
    for (const auto does : {fault::throws, fault::no_memory, fault::beyond, fault::nothing}) {
        connected talk([](endpoint& server) { server.accept().reply("abc1rest").deaf(); });
        const error_code expected = does == fault::no_memory ? error_code(net::error::no_memory)
                                                             : error_code(errc::malformed_message);
        CHECK(receive_by(talk, {does}) == completed(expected, ""));
        CHECK(talk.held() == "abc1rest");
        CHECK(receive_by(talk, {}) == completed(success, "abc"));
        talk.client()->take_state();
    }
}

TEST_CASE("a user's framing that says 0 or a huge number for what is missing does no harm") {
    connected talk([](endpoint& server) { server.accept().split(1).reply("abc1").close(); });
    CHECK(receive_by(talk, {}) == completed(success, "abc"));
    connected other([](endpoint& server) { server.accept().split(1).reply("abc1").close(); });
    CHECK(receive_by(other, {user_framing::fault::lies_about_more}) == completed(errc::receive_limit));
    other.client()->take_state();
}

}  // namespace uplink::tests
