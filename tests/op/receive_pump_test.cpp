// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection: what an end of stream means, that limits are exact and nothing is lost (contract,
// sections 5 and 7; faults 38, 42 to 53, 62, 66, 68).

#include <uplink/detail/op/receive_pump.hpp>

#include <support/connected.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using test::connected;
using test::ended;
using test::error_code;
using test::operation;
using uplink::errc;
using uplink::testing::endpoint;
using uplink::testing::operation_kind;
namespace net = uplink::net;

namespace {

const error_code aborted = net::error::operation_aborted;
const error_code reset = net::error::connection_reset;
const error_code success{};

}  // namespace

TEST_CASE("faults 47, 48: an orderly end is success, whatever came before it, and so is asking again") {
    for (const std::string text : {"", "x", "all of it"}) {
        connected talk([&](endpoint& server) { server.accept().reply(text).close(); });
        talk.inbound = {text};
        talk.receive();
        talk.run();
        CHECK(ended(talk.latest(), success, text.size()));
        CHECK(talk.held() == text);
        talk.receive();
        talk.run();
        CHECK(ended(talk.latest(), success, std::size_t{0}));
        CHECK(talk.client()->is_open());
    }
}

TEST_CASE("faults 49: a reset after data keeps the data and is an error, latched") {
    connected talk([](endpoint& server) { server.accept().reply("partial").reset(); });
    talk.inbound = {"partial"};
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), reset, std::size_t{7}));
    CHECK(talk.held() == "partial");
    talk.receive_some();  // there is something, but the connection has failed
    operation& again = talk.latest();
    talk.send("x");
    operation& send = talk.latest();
    talk.drain();
    talk.run();
    CHECK(ended(again, reset));
    CHECK(ended(send, reset, 0));
    CHECK(ended(talk.latest(), reset));
    CHECK(talk.held() == "partial");
}

TEST_CASE("faults 50: with a read and a write pending at a reset the receive gets the reset, never an end") {
    for (const bool reads_first : {false, true})
        for (const bool together : {false, true}) {
            for (const std::size_t before : {4u, 8u, 40u}) {
                connected talk([&](endpoint& server) {
                    server.accept().window(4).reply("abc").expect_bytes(before).reset();
                });
                talk.inbound = {"abc"};
                talk.network().reads_first(reads_first);
                talk.network().together(together);
                talk.receive();
                operation& receive = talk.latest();
                talk.send(std::string(100, 'x'));
                operation& send = talk.latest();
                talk.run();
                CHECK(ended(receive, reset, std::size_t{3}));
                CHECK(ended(send, reset));
                CHECK(send.n >= before);
                CHECK(talk.held() == "abc");
            }
        }
}

TEST_CASE("faults 50: the same for every receive, and for async_read_some") {
    for (int which = 0; which != 6; ++which) {
        connected talk([](endpoint& server) { server.accept().window(4).expect_bytes(8).reset(); });
        if (which == 0) talk.receive();
        if (which == 1) talk.receive_some();
        if (which == 2) talk.receive_until("\n");
        if (which == 3) talk.receive_exactly(5);
        if (which == 4) talk.receive_prefixed(5);
        if (which == 5) talk.read_some(5);
        operation& receive = talk.latest();
        talk.send(std::string(100, 'x'));
        talk.run();
        CAPTURE(which);
        CHECK(ended(receive, reset));
        CHECK(ended(talk.latest(), reset));
    }
}

TEST_CASE("faults 51: a server that closes with our bytes unread: its reply is kept, the end is a reset") {
    connected talk([](endpoint& server) { server.accept().expect("GET").reply("reply").after(1ms).close(); });
    talk.inbound = {"reply"};
    talk.send("GET");
    talk.send("more that nobody reads");
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), reset, std::size_t{5}));
    CHECK(talk.held() == "reply");
}

TEST_CASE("faults 52: after our half-close the peer's answer and its end come as always") {
    connected talk([](endpoint& server) { server.accept().expect_eof().after(1s).reply("answer").close(); });
    talk.inbound = {"answer"};
    talk.shutdown_send();
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), success, std::size_t{6}));
}

TEST_CASE("faults 53: after the peer's half-close sends go on until there is an error") {
    connected talk(
        [](endpoint& server) { server.accept().reply("done").half_close().expect("0123456789").silent(); });
    talk.inbound = {"done"};
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), success, std::size_t{4}));
    talk.send("0123456789");
    talk.run();
    CHECK(ended(talk.latest(), success, 10));
    CHECK(talk.peer_got() == "0123456789");
}

TEST_CASE("faults 38: one byte at a time, and the peer's bytes in pieces, give the same") {
    for (const std::size_t piece : {0u, 1u, 2u})
        for (const std::size_t split : {0u, 1u, 3u}) {
            connected talk(
                [&](endpoint& server) { server.accept().split(split).reply("one\r\ntwo\r\nthree").close(); });
            talk.inbound = {"one\r\ntwo\r\nthree"};
            talk.network().piece_size(piece);
            talk.receive_until("\r\n");
            talk.run();
            CHECK(ended(talk.latest(), success, "one\r\n"));
            talk.receive_exactly(3);
            talk.run();
            CHECK(ended(talk.latest(), success, "two"));
            talk.receive();
            talk.run();
            CHECK(talk.held() == "\r\nthree");
            CHECK(ended(talk.latest(), success));
        }
}

TEST_CASE("faults 42: max_receive is exact: the state is full, and the byte that did not fit comes next") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").close(); }, {.max_receive = 4});
    talk.inbound = {"0123456789"};
    for (const std::string part : {"0123", "4567"}) {
        talk.receive();
        talk.run();
        CHECK(ended(talk.latest(), errc::receive_limit, std::size_t{4}));
        CHECK(talk.held() == part);
        talk.receive();  // it is still full
        talk.run();
        CHECK(ended(talk.latest(), errc::receive_limit, std::size_t{0}));
        talk.consume_state(4);
    }
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), success));
    CHECK(talk.held() == "89");
}

TEST_CASE("a state that is exactly full at the end is no error") {
    connected talk([](endpoint& server) { server.accept().reply("0123").close(); }, {.max_receive = 4});
    talk.inbound = {"0123"};
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), success, std::size_t{4}));
}

TEST_CASE(
    "after receive_limit take_state() makes room, and the byte that did not fit is the next, for any receive") {
    for (const bool direct : {false, true}) {
        connected talk([](endpoint& server) { server.accept().reply("0123456789").deaf(); },
                       {.max_receive = 4});
        talk.inbound = {"0123456789"};
        talk.receive_until("\n");
        talk.run();
        CHECK(ended(talk.latest(), errc::receive_limit));
        CHECK(talk.client()->take_state().view() == "0123");
        talk.inbound = {"456789"};
        direct ? talk.read_some(3) : talk.receive_exactly(3);
        talk.run();
        CHECK(talk.latest().text.starts_with("4"));
        CHECK_FALSE(talk.latest().ec);
    }
}

TEST_CASE("the byte that did not fit keeps its place where the connection fails after it") {
    connected talk([](endpoint& server) { server.accept().reply("abcdefghij").deaf(); }, {.max_receive = 8});
    talk.inbound = {"abcdefghij"};
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), errc::receive_limit));
    talk.consume_state(8);
    talk.network().fail_operation(talk.network().operations(), net::error::host_unreachable);
    talk.send("x");
    talk.run();
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), net::error::host_unreachable));
    CHECK(talk.held() == "ij");
}

TEST_CASE("faults 43: nothing is read while no receive is pending") {
    connected talk(
        [](endpoint& server) { server.accept().window(100).reply(std::string(10'000, 'x')).deaf(); });
    talk.inbound = {std::string(10'000, 'x')};
    talk.run();
    CHECK(talk.network().attempts().back().read == 0);
    talk.receive_exactly(10);
    talk.run();
    CHECK(ended(talk.latest(), success));
    CHECK(talk.network().attempts().back().read <= 200);
}

TEST_CASE("faults 44: a second receive is operation_in_progress, the first undisturbed") {
    connected talk([](endpoint& server) { server.accept().after(1ms).reply("text\n").deaf(); });
    talk.inbound = {"text\n"};
    talk.receive_until("\n");
    operation& first = talk.latest();
    talk.receive();
    operation& second = talk.latest();
    talk.read_some(3);
    operation& third = talk.latest();
    talk.exchange("x");
    operation& fourth = talk.latest();
    talk.run();
    for (operation* each : {&second, &third, &fourth}) CHECK(ended(*each, errc::operation_in_progress));
    CHECK(ended(first, success, "text\n"));
    CHECK(second.end_order < first.end_order);
    CHECK(talk.peer_got().empty());
}

TEST_CASE(
    "faults 45: a million receives that find their bytes there use no stack, and leave the event loop turns") {
    uplink::testing::network net;
    const std::string many(1'000'000, 'x');
    net.endpoint(test::server_address).accept().window(2'000'000).reply(many).deaf();
    test::client_type client(net.get_executor());
    std::size_t received = 0;
    bool other_work_ran = false;
    struct next {
        test::client_type& client;
        std::size_t& received;
        void operator()(error_code ec, std::string_view text) {
            REQUIRE((!ec && text == "x"));
            if (++received != 1'000'000) client.async_receive_exactly(1, next{client, received});
        }
    };
    client.async_connect(uplink::testing::detail::parse_endpoint(test::server_address),
                         [&](error_code, auto) {
                             client.async_receive_exactly(1, next{client, received});
                             net::post(net.get_executor(), [&] { other_work_ran = received < 10; });
                         });
    net.run();
    CHECK(received == 1'000'000);
    CHECK(other_work_ran);
}

TEST_CASE("a receive that is cancelled, by any type, or times out loses nothing, and the next goes on") {
    for (int how = 0; how != 5; ++how) {
        connected talk(
            [](endpoint& server) { server.accept().reply("half ").after(1s).reply("and half\n").deaf(); });
        talk.inbound = {"half and half\n"};
        talk.receive_until("\n", {}, how == 4 ? test::time_limit(10ms) : test::time_limit());
        operation& first = talk.latest();
        talk.network().run_for(5ms);
        if (how < 3) talk.emit(first.index, test::every_type[how]);
        if (how == 3) talk.cancel();
        talk.network().run_for(10ms);
        CHECK(ended(first, how == 4 ? error_code(errc::receive_timeout) : aborted));
        CHECK(talk.held() == "half ");
        CHECK(talk.network().pending_operations() == 0);
        talk.receive_until("\n");
        talk.run();
        CHECK(ended(talk.latest(), success, "half and half\n"));
    }
}

TEST_CASE("faults 62: a limit that has passed ends a receive at once, posted, even if the bytes are there") {
    for (const auto limit :
         {test::time_limit(0s), test::time_limit(-1s), test::time_limit(test::clock::duration::min()),
          test::time_limit(test::clock::time_point::min()), test::time_limit(test::clock::time_point{})}) {
        connected talk([](endpoint& server) { server.accept().reply("text").deaf(); });
        talk.inbound = {"text"};
        talk.receive_some({}, limit);
        operation& late = talk.latest();
        const auto before = talk.network().elapsed();
        talk.run();
        CHECK(ended(late, errc::receive_timeout));
        CHECK(talk.network().elapsed() == before);
        talk.receive_exactly(4, {}, test::time_limit(test::clock::duration::max()));
        talk.run();
        CHECK(ended(talk.latest(), success, "text"));
    }
}

TEST_CASE("faults 66: a trickle never meets the idle timeout, but the limit") {
    connected talk(
        [](endpoint& server) { server.accept().pace(40ms).split(1).reply(std::string(1000, 'x')).deaf(); },
        {.idle_timeout = 50ms});
    talk.inbound = {std::string(1000, 'x')};
    talk.receive({}, 1s);
    talk.run();
    CHECK(ended(talk.latest(), errc::receive_timeout, std::size_t{25}));
    CHECK(talk.latest().ended == 1s);
}

TEST_CASE("faults 63: a limit and the bytes at one instant: the bytes are delivered") {
    for (const bool together : {false, true}) {
        connected talk([](endpoint& server) { server.accept().after(10ms).reply("text").deaf(); });
        talk.inbound = {"text"};
        talk.network().together(together);
        talk.receive_some({}, 10ms);
        talk.run();
        CHECK(ended(talk.latest(), success, "text"));
    }
}
