// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection: limits of size and time are exact, and nothing is lost by them or by a
// cancel (faults 42, 43, 45, 62, 63, 66, 68).

#include <uplink/detail/connection/receiver.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

namespace {

/// What ends a receive early.
enum class stop { terminal, partial, total, cancel, limit };

}  // namespace

TEST_CASE("a state that is exactly full at the end is no error") {
    connected talk([](endpoint& server) { server.accept().reply("0123").close(); }, {.max_receive = 4});
    talk.inbound = {"0123"};
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(success, 4));
}

TEST_CASE(
    "after receive_limit take_state() makes room, and the byte that did not fit is the next, for any receive") {
    for (const bool direct : {false, true}) {
        connected talk([](endpoint& server) { server.accept().reply("0123456789").deaf(); },
                       {.max_receive = 4});
        talk.inbound = {"0123456789"};
        operation& full = talk.receive_until("\n");
        talk.run();
        CHECK(full == completed(errc::receive_limit));
        CHECK(talk.client()->take_state().view() == "0123");
        talk.inbound = {"456789"};
        operation& next = direct ? talk.read_some(3) : talk.receive_exactly(3);
        talk.run();
        CHECK(next == completed(success, "456"));
    }
}

TEST_CASE("the byte that did not fit keeps its place where the connection fails after it") {
    connected talk([](endpoint& server) { server.accept().reply("abcdefghij").deaf(); }, {.max_receive = 8});
    talk.inbound = {"abcdefghij"};
    operation& full = talk.receive();
    talk.run();
    CHECK(full == completed(errc::receive_limit));
    talk.consume_state(8);
    talk.network().fail_operation(talk.network().operations(), net::error::host_unreachable);
    talk.send("x");
    talk.run();
    operation& failed = talk.receive();
    talk.run();
    CHECK(failed == completed(net::error::host_unreachable));
    CHECK(talk.held() == "ij");
}

TEST_CASE("faults 43: nothing is read while no receive is pending") {
    connected talk(
        [](endpoint& server) { server.accept().window(100).reply(std::string(10'000, 'x')).deaf(); });
    talk.inbound = {std::string(10'000, 'x')};
    talk.run();
    CHECK(talk.network().attempts().back().read == 0);
    operation& received = talk.receive_exactly(10);
    talk.run();
    CHECK(received == completed(success, std::string(10, 'x')));
    CHECK(talk.network().attempts().back().read <= 200);
}

TEST_CASE(
    "faults 45: a million receives that find their bytes there use no stack, and leave the event loop turns") {
    uplink::testing::network net;
    const std::string many(1'000'000, 'x');
    net.endpoint(server_address).accept().window(2'000'000).reply(many).deaf();
    client_type client(net.get_executor());
    std::size_t received = 0;
    bool other_work_ran = false;
    struct next {
        client_type& client;
        std::size_t& received;
        void operator()(error_code ec, std::string_view text) {
            if (ec || text != "x") FAIL("number " << received << ": " << ec.message() << ", " << text);
            if (++received != 1'000'000) client.async_receive_exactly(1, next{client, received});
        }
    };
    client.async_connect(uplink::testing::detail::parse_endpoint(server_address), [&](error_code, auto) {
        client.async_receive_exactly(1, next{client, received});
        net::post(net.get_executor(), [&] { other_work_ran = received < 10; });
    });
    net.run();
    CHECK(received == 1'000'000);
    CHECK(other_work_ran);
}

TEST_CASE("a receive that is cancelled, by any type, or times out loses nothing, and the next goes on") {
    for (const stop how : {stop::terminal, stop::partial, stop::total, stop::cancel, stop::limit}) {
        CAPTURE(static_cast<int>(how));
        const bool by_limit = how == stop::limit;
        connected talk(
            [](endpoint& server) { server.accept().reply("half ").after(1s).reply("and half\n").deaf(); });
        talk.inbound = {"half and half\n"};
        operation& first = talk.receive_until("\n", {}, by_limit ? time_limit(10ms) : time_limit());
        talk.network().run_for(5ms);
        if (how == stop::terminal) talk.emit(first.index, net::cancellation_type::terminal);
        if (how == stop::partial) talk.emit(first.index, net::cancellation_type::partial);
        if (how == stop::total) talk.emit(first.index, net::cancellation_type::total);
        if (how == stop::cancel) talk.cancel();
        talk.network().run_for(10ms);
        CHECK(first == completed(by_limit ? error_code(errc::receive_timeout) : aborted));
        CHECK(talk.held() == "half ");
        CHECK(talk.network().pending_operations() == 0);
        operation& second = talk.receive_until("\n");
        talk.run();
        CHECK(second == completed(success, "half and half\n"));
    }
}

TEST_CASE("faults 62: a limit that has passed ends a receive at once, posted, even if the bytes are there") {
    for (const auto limit : {time_limit(0s), time_limit(-1s), time_limit(clock::duration::min()),
                             time_limit(clock::time_point::min()), time_limit(clock::time_point{})}) {
        connected talk([](endpoint& server) { server.accept().reply("text").deaf(); });
        talk.inbound = {"text"};
        operation& late = talk.receive_some({}, limit);
        const auto before = talk.network().elapsed();
        talk.run();
        CHECK(late == completed(errc::receive_timeout));
        CHECK(talk.network().elapsed() == before);
        operation& next = talk.receive_exactly(4, {}, time_limit(clock::duration::max()));
        talk.run();
        CHECK(next == completed(success, "text"));
    }
}

TEST_CASE("faults 66: a trickle never meets the idle timeout, but the limit") {
    connected talk(
        [](endpoint& server) { server.accept().pace(40ms).split(1).reply(std::string(1000, 'x')).deaf(); },
        {.idle_timeout = 50ms});
    talk.inbound = {std::string(1000, 'x')};
    operation& received = talk.receive({}, 1s);
    talk.run();
    CHECK(received == completed(errc::receive_timeout, 25));
    CHECK(received.ended == 1s);
}

TEST_CASE("faults 63: a limit and the bytes at one instant: the bytes are delivered") {
    for (const bool together : {false, true}) {
        connected talk([](endpoint& server) { server.accept().after(10ms).reply("text").deaf(); });
        talk.inbound = {"text"};
        talk.network().together(together);
        operation& received = talk.receive_some({}, 10ms);
        talk.run();
        CHECK(received == completed(success, "text"));
    }
}

}  // namespace uplink::tests
