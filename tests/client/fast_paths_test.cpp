// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What needs no turn of the event loop takes none: each way around one is seen to be taken.
#include "support/client_test.hpp"
#include "support/sink_client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "a send that the system takes has left when async_send returns", "[send]") {
    loopback_server server({server_script().expect("abc").close()});
    async_client client{io};
    connect(client, server);
    completion sent;
    client.async_send(net::buffer("abc", 3), record(sent));
    CHECK(client.stats().bytes_sent == 3);
    CHECK(client.send_queue_bytes() == 0);
    CHECK_FALSE(sent);
    run();
    CHECK(sent == completed(success));
}

TEST_CASE_METHOD(client_test, "a large send leaves much of the thread to a client that is at work too",
                 "[send]") {
    using detail::write_limit_policy;
    const std::string bytes(4 * write_limit_policy::shared, 'x');
    for (const bool is_alone : {true, false}) {
        INFO("alone " << is_alone);
        loopback_server server({server_script().expect_anything_until_eof().close()});
        loopback_server other_server({server_script().expect_anything_until_eof().close()});
        async_client client{io,
                            {.socket = {.send_buffer = static_cast<int>(2 * write_limit_policy::shared)}}};
        connect(client, server);
        std::optional<async_client<>> other;
        if (!is_alone) connect(other.emplace(io), other_server);
        completion sent;
        client.async_send(net::buffer(bytes), record(sent));
        if (is_alone) CHECK(client.stats().bytes_sent > write_limit_policy::shared);
        else CHECK(client.stats().bytes_sent == write_limit_policy::shared);
        run_until(sent);
        CHECK(sent == completed(success));
    }
}

TEST_CASE_METHOD(client_test, "some handlers of one step follow each other, and not for ever", "[send]") {
    loopback_server server({server_script().expect_anything_until_eof().close()});
    async_client client{io};
    connect(client, server);
    completion sent;
    sent.and_then = [&] {
        if (!sent.ec && sent.calls != 1000) client.async_send(net::buffer("x", 1), record(sent));
    };
    client.async_send(net::buffer("x", 1), record(sent));
    CHECK_FALSE(sent);
    run_until(sent);
    CHECK(sent.calls > 1);
    CHECK(sent.calls < 100);
    run();
    CHECK(sent.calls == 1000);
}

TEST_CASE_METHOD(client_test, "a read that has filled its room is followed by another at once", "[receive]") {
    const std::string bytes = many_bytes(1000);
    loopback_server server({server_script().reply(bytes).when_signalled().close()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    completion received;
    client.async_receive(record(received));
    run_until([&] { return client.stats().bytes_received != 0; });
    CHECK(same(client.state().view(), bytes));
    server.signal();
    run();
    CHECK(received == completed(success));
}

TEST_CASE_METHOD(client_test, "a receive that may spin has what is there when it returns", "[receive]") {
    for (const bool spins : {true, false}) {
        loopback_server server({server_script().reply("abc").expect_eof()});
        async_client client{io, {.receive_spin = spins ? 10ms : 0ms}};
        connect(client, server);
        REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
        completion received;
        client.async_receive_exactly(3, record(received));
        CHECK(client.stats().bytes_received == (spins ? 3 : 0));
        CHECK_FALSE(received);
        run();
        CHECK(received == completed(success, "abc"));
    }
}

TEST_CASE_METHOD(client_test, "a receive that may spin waits for what comes later", "[receive]") {
    loopback_server server({server_script().when_signalled().reply("abc").close()});
    async_client client{io, {.receive_spin = 1us}};
    connect(client, server);
    completion received;
    client.async_receive(record(received));
    CHECK(client.stats().bytes_received == 0);
    server.signal();
    run();
    CHECK(received == completed(success));
    CHECK(client.state().view() == "abc");
}

TEST_CASE_METHOD(client_test, "a receive that may spin lets the request go first", "[receive]") {
    loopback_server server({server_script().expect("abc").reply("d").close()});
    async_client client{io, {.receive_spin = 1us}};
    connect(client, server);
    completion first, second, third, received;
    std::uint64_t sent_before = 0;
    first.and_then = [&] {
        client.async_send(net::buffer("b", 1), record(second));
        // Held back, since the handler of the one before, which is still to be called, may send more.
        client.async_send(net::buffer("c", 1), record(third));
        CHECK(client.stats().bytes_sent == 2);
        client.async_receive(record(received));
        sent_before = client.stats().bytes_sent;
    };
    client.async_send(net::buffer("a", 1), record(first));
    run();
    CHECK(received == completed(success));
    CHECK(sent_before == 3);
    CHECK(client.state().view() == "d");
}

TEST_CASE_METHOD(client_test, "a receive that may spin tells an end from a reset", "[receive]") {
    for (const bool resets : {false, true}) {
        for (const std::string before : {"", "abc"}) {  // with nothing before it the end is what is met first
            auto script = server_script();
            if (!before.empty()) script.reply(before);
            script.when_signalled();
            loopback_server server({resets ? script.reset() : script.close()});
            async_client client{io, {.receive_spin = 10ms}};
            connect(client, server);
            server.signal();
            REQUIRE(server.wait_for_end());
            completion received;
            client.async_receive(record(received));
            run();
            CHECK(client.state().view() == before);
            CHECK(received == completed(resets ? was_reset : success));
        }
    }
}

TEST_CASE_METHOD(client_test, "a sink may close, cancel and destroy while a receive spins", "[receive]") {
    enum class act { close, cancel, destroy };
    for (const auto what : {act::close, act::cancel, act::destroy}) {
        CAPTURE(what);
        loopback_server server({server_script().reply("abc").expect_eof()});
        std::function<void()> in_sink;
        client_options options{.receive_spin = 10ms};
        auto client = std::make_unique<sink_client>(
            io, options, function_sink([&in_sink](std::string_view) { in_sink(); }));
        connect(*client, server);
        REQUIRE(wait_until_readable(client->lowest_layer().native_handle()));
        in_sink = [&] {
            if (what == act::close) client->close();
            if (what == act::cancel) client->cancel();
            if (what == act::destroy) client.reset();
        };
        completion received;
        client->async_receive(record(received));
        CHECK_FALSE(received);
        run_until(received);
        CHECK(received == completed(aborted));
        client.reset();
        run();
    }
}

TEST_CASE_METHOD(client_test, "a connect that ends at once does so beside a completion that waits",
                 "[connect]") {
    loopback_server server({server_script().expect_eof()});
    async_client client{io};
    completion sent;
    completion connected;
    client.async_send(net::buffer("abc", 3), record(sent));
    client.async_connect(server.host(), server.service(), record(connected));
    run_until(connected);
    CHECK(sent == completed(net::error::not_connected));
    CHECK(connected == completed(success));
    client.close();
}

}  // namespace uplink::tests
