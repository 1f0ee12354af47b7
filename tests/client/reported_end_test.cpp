// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connecting again after the peer's end, without close(): once a receive has completed with that end, and
// nothing is pending.
#include "support/client_test.hpp"

#include <uplink/testing/network.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using peer_ends_client = async_client<testing::socket>;

struct peer_ends {
    testing::network net;
    peer_ends_client client{net.get_executor()};
    net::ip::tcp::endpoint place = testing::detail::parse_endpoint("192.0.2.1:80");

    explicit peer_ends(const std::string& reply) {
        net.endpoint("192.0.2.1:80").reply(reply).half_close().then().reply("second");
        client.async_connect(place, [](error_code ec, const auto&) { CHECK_FALSE(ec); });
        net.run();
    }
    completion connect_again() {
        completion again;
        client.async_connect(place, record(again));
        net.run();
        return again;
    }
};

}  // namespace

TEST_CASE("after an end that a receive has reported the same client connects again", "[connect]") {
    using receive = std::function<void(peer_ends_client&, completion&)>;
    const std::vector<std::pair<std::string, receive>> receives{
        {"", [](auto& on, completion& result) { on.async_receive(record(result)); }},
        {"all", [](auto& on, completion& result) { on.async_receive(record(result)); }},
        {"", [](auto& on, completion& result) { on.async_receive_some(record(result)); }},
        {"part", [](auto& on, completion& result) { on.async_receive_until("\n", record(result)); }},
        {"part", [](auto& on, completion& result) { on.async_receive_exactly(5, record(result)); }},
        {"", [](auto& on, completion& result) {
             static char room[4];
             on.async_read_some(net::buffer(room), record(result));
         }}};
    for (const auto& [reply, start] : receives) {
        INFO(reply << " " << (&start - &receives.front().second));
        peer_ends test(reply);
        completion received;
        start(test.client, received);
        test.net.run();
        REQUIRE(received.calls == 1);
        CHECK(test.client.is_open());
        CHECK(test.connect_again() == completed(success));
        CHECK(test.client.state().empty());
        completion next;
        test.client.async_receive_some(record(next));
        test.net.run();
        CHECK(next == completed(success, "second"));
    }
}

TEST_CASE("in the handler of that receive it connects again too", "[connect]") {
    peer_ends test("x");
    completion again;
    test.client.async_receive([&](error_code ec, std::size_t) {
        CHECK_FALSE(ec);
        test.client.async_connect(test.place, record(again));
    });
    test.net.run();
    CHECK(again == completed(success));
}

TEST_CASE("an end that nobody was told of, or with something pending, leaves the client connected",
          "[connect]") {
    peer_ends test("text");
    CHECK(test.connect_again() ==
          completed(net::error::already_connected));  // the end has come, no receive has said so
    completion message;
    test.client.async_receive_exactly(4, record(message));
    test.net.run();
    CHECK(message == completed(success));
    CHECK(test.connect_again() == completed(net::error::already_connected));  // nor this one

    completion end;
    test.client.async_receive(record(end));
    test.net.run();
    REQUIRE(end == completed(success));
    completion sent, second_receive;
    SECTION("a send") {
        test.net.endpoint("192.0.2.1:80").window(1);
        test.client.async_send(std::string(1 << 20, 'x'), record(sent));
        completion again;
        test.client.async_connect(test.place, record(again));
        test.net.poll();
        CHECK(again == completed(net::error::already_connected));
    }
    SECTION("a receive") {
        test.client.async_receive_some(record(second_receive));
        completion again;
        test.client.async_connect(test.place, record(again));
        test.net.poll();
        CHECK(again == completed(net::error::already_connected));
        CHECK(second_receive == completed(net::error::eof));
    }
    test.net.run();
    CHECK(test.client.is_open());
}

}  // namespace uplink::tests
