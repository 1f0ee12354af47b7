// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the receive functions deliver, and that they share one buffer with each other and with Asio's own algorithms
// on the client as a stream (faults 41, 46, 58 to 61).

#include <uplink/detail/connection/receive_operation.hpp>

#include "support/connected.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#endif

#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;
using namespace std::string_literals;
using uplink::testing::endpoint;

namespace {

/// Messages of letters, each ended by a digit; what a user may write wrong, it does on request.
struct user_framing {
    enum class fault { none, throws, no_memory, beyond, nothing, lies_about_more } does = fault::none;
    uplink::parse_result parse(std::string_view pending) const {
        if (pending.size() < 4)
            return uplink::parse_result::need_more(
                does == fault::lies_about_more ? static_cast<std::size_t>(-1) : 0);
        if (does == fault::throws) throw std::runtime_error("no");
        if (does == fault::no_memory) throw std::bad_alloc();
        if (does == fault::beyond)
            return uplink::parse_result::message(0, pending.size(), pending.size() + 1);
        if (does == fault::nothing) return uplink::parse_result::message(0, 0, 0);
        const std::size_t digit = pending.find_first_of("0123456789");
        if (digit != std::string_view::npos) return uplink::parse_result::message(0, digit, digit + 1);
        return uplink::parse_result::need_more();
    }
};

completion receive_by(connected& talk, user_framing framing) {
    completion got;
    talk.client()->async_receive_message(framing, record(got));
    CHECK_FALSE(got);
    talk.run();
    return got;
}

}  // namespace

TEST_CASE("faults 60: an end between messages is eof, inside one it is truncated and the bytes stay") {
    for (const std::string rest : {"", "tail"}) {
        for (int which = 0; which != 4; ++which) {
            connected talk([&](endpoint& server) { server.accept().reply("one\n" + rest).close(); });
            talk.inbound = {"one\n" + rest};
            talk.receive_until("\n");
            talk.run();
            if (which == 0) talk.receive_until("\n");
            if (which == 1) talk.receive_exactly(5);
            if (which == 2) talk.receive_line(10);
            if (which == 3) talk.receive_prefixed(0xffff);
            talk.run();
            CHECK(talk.latest() == completed(rest.empty() ? end_of_stream : error_code(errc::truncated)));
            CHECK(talk.held() == rest);
        }
    }
}

TEST_CASE("faults 60: an end inside the header and inside the body of a length-prefixed message") {
    for (const std::string& part : {"\0"s, "\0\3"s, "\0\3ab"s}) {
        connected talk([&](endpoint& server) { server.accept().reply(part).close(); });
        talk.inbound = {part};
        talk.receive_prefixed(10);
        talk.run();
        CHECK(talk.latest() == completed(errc::truncated));
        CHECK(talk.held() == part);
    }
}

TEST_CASE("faults 61: what came with the last message is delivered from the buffer, posted, without a read") {
    connected talk([](endpoint& server) { server.accept().reply("one\ntwo\nthree").deaf(); });
    talk.inbound = {"one\ntwo\nthree"};
    talk.receive_until("\n");
    talk.run();
    const std::size_t reads = talk.network().operations();
    talk.receive_line(3);
    talk.run();
    CHECK(talk.latest() == completed(success, "two"));
    talk.receive_some();
    CHECK(talk.latest().is_pending());
    talk.run();
    CHECK(talk.latest() == completed(success, "three"));
    CHECK(talk.network().operations() == reads);
}

TEST_CASE("async_receive_until with an empty delimiter is an invalid argument, and nothing is read") {
    connected talk([](endpoint& server) { server.accept().reply("text").deaf(); });
    talk.inbound = {"text"};
    const std::size_t operations = talk.network().operations();
    talk.receive_until("");
    talk.run();
    CHECK(talk.latest() == completed(net::error::invalid_argument));
    CHECK(talk.network().operations() == operations);
    talk.receive_exactly(4);
    talk.run();
    CHECK(talk.latest() == completed(success, "text"));
}

TEST_CASE("async_receive_exactly of nothing is success at once, also at the end and with bytes there") {
    connected talk([](endpoint& server) { server.accept().reply("x").close(); });
    talk.inbound = {"x"};
    talk.receive_exactly(0);
    CHECK(talk.latest().is_pending());
    talk.run();
    CHECK(talk.latest() == completed(success, ""));
    talk.receive_exactly(1);
    talk.run();
    talk.receive_exactly(0);
    talk.run();
    CHECK(talk.latest() == completed(success, ""));
    talk.receive_exactly(1);
    talk.run();
    CHECK(talk.latest() == completed(end_of_stream));
}

TEST_CASE("faults 58, 59: too large a message is refused, and the connection goes on") {
    connected talk([](endpoint& server) { server.accept().reply("a long line\nok\n").deaf(); });
    talk.inbound = {"a long line\nok\n"};
    talk.receive_line(5);
    talk.run();
    CHECK(talk.latest() == completed(errc::message_too_large));
    talk.receive_line(5);
    talk.run();
    CHECK(talk.latest() == completed(errc::message_too_large));
    talk.receive_until("\n");
    talk.run();
    CHECK(talk.latest() == completed(success, "a long line\n"));
    talk.receive_line(5);
    talk.run();
    CHECK(talk.latest() == completed(success, "ok"));
}

TEST_CASE("faults 59: a length above max is refused from its prefix alone") {
    connected talk([](endpoint& server) { server.accept().reply("\xff\xff").deaf(); });
    talk.inbound = {"\xff\xff"};
    talk.receive_prefixed(1000);
    talk.run();
    CHECK(talk.latest() == completed(errc::message_too_large));
    CHECK(talk.held() == "\xff\xff");
    CHECK(talk.client()->state().capacity() <= 64 * 1024);
}

TEST_CASE("a message larger than max_receive is receive_limit") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").deaf(); }, {.max_receive = 8});
    talk.inbound = {"0123456789"};
    talk.receive_exactly(9);
    talk.run();
    CHECK(talk.latest() == completed(errc::receive_limit));
    CHECK(talk.held().empty());  // known before anything is read
    talk.receive_exactly(8);
    talk.run();
    talk.receive_exactly(2);
    talk.run();
    CHECK(talk.latest() == completed(success, "89"));
}

TEST_CASE("a user's framing delivers, and one that misbehaves is malformed_message with the bytes kept") {
    using fault = user_framing::fault;
    for (const auto does : {fault::throws, fault::no_memory, fault::beyond, fault::nothing}) {
        connected talk([](endpoint& server) { server.accept().reply("abc1rest").deaf(); });
        const completion got = receive_by(talk, {does});
        CHECK(got.ec == (does == fault::no_memory ? error_code(net::error::no_memory)
                                                  : error_code(errc::malformed_message)));
        CHECK(got.text.empty());
        CHECK(talk.held() == "abc1rest");
        CHECK(receive_by(talk, {}).text == "abc");
        talk.client()->take_state();
    }
}

TEST_CASE("a user's framing that says 0 or a huge number for what is missing does no harm") {
    connected talk([](endpoint& server) { server.accept().split(1).reply("abc1").close(); });
    CHECK(receive_by(talk, {}).text == "abc");
    connected other([](endpoint& server) { server.accept().split(1).reply("abc1").close(); });
    CHECK(receive_by(other, {user_framing::fault::lies_about_more}).ec == errc::receive_limit);
    other.client()->take_state();
}

TEST_CASE("a view is valid until the next receive, also after the client has closed") {
    connected talk([](endpoint& server) { server.accept().reply("one\ntwo\n").deaf(); });
    std::string_view first;
    talk.client()->async_receive_until("\n", [&](error_code, std::string_view view) { first = view; });
    talk.run();
    CHECK(first == "one\n");
    CHECK(talk.held() == "two\n");
    talk.client()->send_queue_bytes();
    talk.close();
    talk.run();
    CHECK(first == "one\n");
    talk.client()->take_state();
}

}  // namespace uplink::tests
