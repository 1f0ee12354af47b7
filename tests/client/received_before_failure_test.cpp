// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What has been received is delivered before a failure is: a receive that state() satisfies succeeds on a
// connection that has failed. And what is delivered stays as it is.
#include "support/client_test.hpp"

#include <uplink/testing/network.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// Connected to a server that has said two lines and something, and has reset the connection, which a send
/// has noticed.
struct failed_connection : client_test {
    loopback_server server{
        {server_script().reply("220 hello\r\n421 closing\r\nrest").when_signalled().reset()}};
    async_client<> client{io};

    failed_connection() {
        connect(client, server);
        completion first;
        client.async_receive_until("\r\n", record(first));
        run_until(first);
        REQUIRE(first == completed(success, "220 hello\r\n"));
        server.signal();
        REQUIRE(wait_until_gone(client.lowest_layer().native_handle()));
        completion sent;
        client.async_send(std::string("MAIL\r\n"), record(sent));
        run_until(sent);
        REQUIRE(sent == completed(was_reset));
    }
};

}  // namespace

TEST_CASE_METHOD(failed_connection, "after a failure each receive that state() satisfies succeeds",
                 "[receive]") {
    completion line, late, exact, some, rest, direct;
    client.async_receive_until("\r\n", record(line));
    run_until(line);
    CHECK(line == completed(success, "421 closing\r\n"));
    client.async_receive_until("\r\n", 0s, record(late));
    run_until(late);
    CHECK(late == completed(was_reset));  // and not the expired limit
    client.async_receive_exactly(5, record(exact));
    run_until(exact);
    CHECK(exact == completed(was_reset));
    client.async_receive_exactly(2, record(some));
    run_until(some);
    CHECK(some == completed(success, "re"));
    std::array<char, 1> room{};
    client.async_read_some(net::buffer(room), record(direct));
    run_until(direct);
    CHECK(direct == completed(success, 1));
    CHECK(room[0] == 's');
    client.async_receive_some(record(rest));
    run_until(rest);
    CHECK(rest == completed(success, "t"));
    completion empty;
    client.async_receive_some(record(empty));
    run_until(empty);
    CHECK(empty == completed(was_reset));
    completion all;
    client.async_receive(record(all));
    run_until(all);
    CHECK(all == completed(was_reset));
}

namespace {

/// Sends, and so finds the connection broken, while it is asked; a message is a line.
struct sending_framing {
    async_client<>* client = nullptr;
    loopback_server* server = nullptr;

    parse_result parse(std::string_view pending) {
        const std::size_t end = pending.find('\n');
        if (end == std::string_view::npos) return parse_result::need_more();
        server->signal();
        REQUIRE(server->wait_for_end());
        REQUIRE(wait_until_gone(client->lowest_layer().native_handle()));
        for (int i = 0; i != 2; ++i)
            client->async_send(net::buffer("ack", 3), [](error_code, std::size_t) {});
        return parse_result::message(0, end, end + 1);
    }
};

}  // namespace

TEST_CASE_METHOD(
    client_test,
    "a message that is delivered is not overwritten where its framing finds the connection broken",
    "[receive]") {
    loopback_server server(
        {server_script().reply("hello world\n").when_signalled().reply("----------------").reset()});
    async_client<> client{io};
    connect(client, server);
    completion line;
    client.async_receive_message(sending_framing{&client, &server}, record(line));
    run_until(line);
    CHECK(line == completed(success, "hello world"));
    run();
    server.take_failures();
}

TEST_CASE("a receive that max_receive can never satisfy says so at once", "[receive]") {
    testing::network net;
    net.endpoint("192.0.2.1:80").reply("12345678");
    async_client<testing::socket> client{net.get_executor(), {.max_receive = 10}};
    client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"),
                         [](error_code ec, const auto&) { CHECK_FALSE(ec); });
    net.run();
    const auto begun = net.operations();
    completion exactly, fixed, prefixed, enough;
    client.async_receive_exactly(11, record(exactly));
    net.poll();
    CHECK(exactly == completed(errc::receive_limit));
    client.async_receive_message(fixed_size{11}, record(fixed));
    net.poll();
    CHECK(fixed == completed(errc::receive_limit));
    client.async_receive_exactly(static_cast<std::size_t>(-1), record(enough));
    net.poll();
    CHECK(enough == completed(errc::receive_limit));
    CHECK(net.operations() == begun);  // nothing was read for them
    client.async_receive_message(length_prefixed<std::uint8_t>{}, record(prefixed));
    net.run();
    CHECK(prefixed == completed(errc::receive_limit));  // '1' is 49 bytes
    completion usable;
    client.async_receive_exactly(8, record(usable));
    net.run();
    CHECK(usable == completed(success, "12345678"));
}

TEST_CASE("the memory for received bytes stays within max_receive", "[receive]") {
    for (const std::size_t most : {1'000u, 20'000u, 100'000u}) {
        testing::network net;
        net.endpoint("192.0.2.1:80").window(1 << 20).reply(std::string(most, 'x')).close();
        async_client<testing::socket> client{net.get_executor(), {.max_receive = most}};
        client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"),
                             [](error_code ec, const auto&) { CHECK_FALSE(ec); });
        net.run();
        completion received;
        client.async_receive(record(received));
        net.run();
        CHECK(received == completed(success, most));
        CHECK(client.state().capacity() <= most);
    }
}

}  // namespace uplink::tests
