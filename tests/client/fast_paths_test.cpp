// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What needs no turn of the event loop takes none: each way around one is seen to be taken.
#include "support/client_test.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "a send that the system takes has left when async_send returns", "[send]") {
    loopback_server server({conversation().expect("abc").close()});
    async_client client{io};
    connect(client, server);
    outcome sent;
    client.async_send(net::buffer("abc", 3), noted_in(sent));
    CHECK(client.stats().bytes_sent == 3);
    CHECK(client.send_queue_bytes() == 0);
    CHECK_FALSE(sent);
    run();
    CHECK(sent.succeeded());
}

TEST_CASE_METHOD(client_test, "a large send leaves much of the thread to a client that is at work too",
                 "[send]") {
    using uplink::detail::write_limit_policy;
    const std::string bytes(4 * write_limit_policy::shared, 'x');
    for (const bool is_alone : {true, false}) {
        INFO("alone " << is_alone);
        loopback_server server({conversation().expect_anything_until_eof().close()});
        loopback_server other_server({conversation().expect_anything_until_eof().close()});
        async_client client{io,
                            {.socket = {.send_buffer = static_cast<int>(2 * write_limit_policy::shared)}}};
        connect(client, server);
        std::optional<async_client<>> other;
        if (!is_alone) connect(other.emplace(io), other_server);
        outcome sent;
        client.async_send(net::buffer(bytes), noted_in(sent));
        if (is_alone) CHECK(client.stats().bytes_sent > write_limit_policy::shared);
        else CHECK(client.stats().bytes_sent == write_limit_policy::shared);
        run_until(sent);
        CHECK(sent.succeeded());
    }
}

TEST_CASE_METHOD(client_test, "some handlers of one step follow each other, and not for ever", "[send]") {
    loopback_server server({conversation().expect_anything_until_eof().close()});
    async_client client{io};
    connect(client, server);
    std::size_t calls = 0;
    std::function<void()> send = [&] {
        client.async_send(net::buffer("x", 1), [&](error_code ec, std::size_t) {
            if (!ec && ++calls != 1000) send();
        });
    };
    send();
    CHECK(calls == 0);
    run_until([&] { return calls != 0; });
    CHECK(calls > 1);
    CHECK(calls < 100);
    run();
    CHECK(calls == 1000);
}

TEST_CASE_METHOD(client_test, "a read that has filled its room is followed by another at once", "[receive]") {
    const std::string bytes = many_bytes(1000);
    loopback_server server({conversation().reply(bytes).when_told().close()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    outcome received;
    client.async_receive(noted_in(received));
    run_until([&] { return client.stats().bytes_received != 0; });
    CHECK(same(client.state().view(), bytes));
    server.tell();
    run();
    CHECK(received.succeeded());
}

TEST_CASE_METHOD(client_test, "a receive that may spin has what is there when it returns", "[receive]") {
    for (const bool spins : {true, false}) {
        loopback_server server({conversation().reply("abc").expect_eof()});
        async_client client{io, {.receive_spin = spins ? 10ms : 0ms}};
        connect(client, server);
        REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
        outcome received;
        client.async_receive_exactly(3, noted_in(received));
        CHECK(client.stats().bytes_received == (spins ? 3 : 0));
        CHECK_FALSE(received);
        run();
        CHECK(received.succeeded());
        CHECK(received.text == "abc");
    }
}

TEST_CASE_METHOD(client_test, "a receive that may spin waits for what comes later", "[receive]") {
    loopback_server server({conversation().when_told().reply("abc").close()});
    async_client client{io, {.receive_spin = 1us}};
    connect(client, server);
    outcome received;
    client.async_receive(noted_in(received));
    CHECK(client.stats().bytes_received == 0);
    server.tell();
    run();
    CHECK(received.succeeded());
    CHECK(client.state().view() == "abc");
}

TEST_CASE_METHOD(client_test, "a receive that may spin lets the request go first", "[receive]") {
    loopback_server server({conversation().expect("abc").reply("d").close()});
    async_client client{io, {.receive_spin = 1us}};
    connect(client, server);
    outcome received;
    std::size_t sent_before = 0;
    client.async_send(net::buffer("a", 1), [&](error_code, std::size_t) {
        client.async_send(net::buffer("b", 1), [](error_code, std::size_t) {});
        // Held back, since the handler of the one before, which is still to be called, may send more.
        client.async_send(net::buffer("c", 1), [](error_code, std::size_t) {});
        CHECK(client.stats().bytes_sent == 2);
        client.async_receive(noted_in(received));
        sent_before = client.stats().bytes_sent;
    });
    run();
    CHECK(received.succeeded());
    CHECK(sent_before == 3);
    CHECK(client.state().view() == "d");
}

TEST_CASE_METHOD(client_test, "a receive that may spin tells an end from a reset", "[receive]") {
    for (const int what : {0, 1, 2, 3}) {
        const bool resets = what % 2 != 0;
        const std::string before =
            what < 2 ? "" : "abc";  // with nothing before it the end is what is met first
        auto script = conversation();
        if (!before.empty()) script.reply(before);
        script.when_told();
        loopback_server server({resets ? script.reset() : script.close()});
        async_client client{io, {.receive_spin = 10ms}};
        connect(client, server);
        server.tell();
        REQUIRE(server.wait_for_end());
        outcome received;
        client.async_receive(noted_in(received));
        run();
        CHECK(client.state().view() == before);
        if (resets) CHECK(received.failed_with(net::error::connection_reset));
        else CHECK(received.succeeded());
    }
}

TEST_CASE_METHOD(client_test, "a sink may close, cancel and destroy while a receive spins", "[receive]") {
    for (const int what : {0, 1, 2}) {
        INFO("what " << what);
        loopback_server server({conversation().reply("abc").expect_eof()});
        std::function<void()> act;
        using sink = std::function<void(std::string_view)>;
        using client_type = async_client<net::ip::tcp::socket, sink_bytes<sink>>;
        client_options options{.receive_spin = 10ms};
        auto client = std::make_unique<client_type>(
            io, options, sink_bytes<sink>(sink([&act](std::string_view) { act(); })));
        connect(*client, server);
        REQUIRE(wait_until_readable(client->lowest_layer().native_handle()));
        act = [&] {
            if (what == 0) client->close();
            if (what == 1) client->cancel();
            if (what == 2) client.reset();
        };
        outcome received;
        client->async_receive(noted_in(received));
        CHECK_FALSE(received);
        run_until(received);
        CHECK(received.is_aborted());
        client.reset();
        run();
    }
}

TEST_CASE_METHOD(client_test, "a connect that ends at once does so beside a completion that waits",
                 "[connect]") {
    loopback_server server({conversation().expect_eof()});
    async_client client{io};
    outcome sent;
    outcome connected;
    client.async_send(net::buffer("abc", 3), noted_in(sent));
    client.async_connect(server.host(), server.service(), noted_in(connected));
    run_until(connected);
    CHECK(sent.failed_with(net::error::not_connected));
    CHECK(connected.succeeded());
    client.close();
}

}  // namespace uplink::tests
