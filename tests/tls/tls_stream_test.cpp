// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client over TLS on a simulated network: what holds without TLS holds with it.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};

std::string many_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i != size; ++i) bytes[i] = static_cast<char>(i * 7 % 251);
    return bytes;
}

}  // namespace

TEST_CASE("TLS client: a request is answered, and the session is reported") {
    for (const int version : every_version) {
        tls_world world(version);
        world.peer().expect("ping").reply("pong").close();
        auto client = world.client();
        world.connect(client);
        CHECK(client.last_connect().tls.protocol == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"));
        CHECK_FALSE(client.last_connect().tls.cipher.empty());
        CHECK_FALSE(client.last_connect().tls.resumed);
        completion sent, received;
        client.async_send(std::string("ping"), record(sent));
        client.async_receive(record(received));
        world.net.run();
        CHECK(sent == completed(success, 4));
        CHECK(received == completed(success, 4));
        CHECK(client.state().view() == "pong");
        client.close();
        world.net.run();
    }
}

TEST_CASE("TLS client: bytes of any number arrive, in any pieces, both ways at once") {
    for (const std::size_t piece : {0u, 1u, 1000u}) {
        for (const std::size_t size : {1u, 16'384u, 16'385u, 300'000u}) {
            if (piece == 1 && size > 20'000) continue;
            CAPTURE(piece, size);
            tls_world world;
            const std::string bytes = many_bytes(size);
            world.peer().window(20'000).split(piece).reply(bytes).expect(bytes).close();
            auto client = world.client();
            world.connect(client);
            completion sent, received;
            client.async_send(net::buffer(bytes), record(sent));
            client.async_receive(record(received));
            world.net.run();
            CHECK(sent == completed(success, size));
            CHECK(received == completed(success, size));
            CHECK(client.state().view() == bytes);
            client.close();
            world.net.run();
        }
    }
}

TEST_CASE("TLS client: an end without close_notify is truncated, and its bytes are kept") {
    tls_world world;
    world.peer().reply("half").after(1s);
    world.net.endpoint("192.0.2.1:443").limit(100'000);
    auto client = world.client();
    world.connect(client);
    completion received;
    client.async_receive(record(received));
    world.net.run_until([&] { return client.state().size() == 4; });
    CHECK(client.state().view() == "half");
    client.close();
    world.net.run();
    CHECK(received == completed(net::error::operation_aborted, 4));
}

TEST_CASE("TLS client: a graceful close sends close_notify and waits for the peer's") {
    tls_world world;
    world.peer().expect("bye").expect_eof().reply("late").close();
    auto client = world.client();
    world.connect(client);
    completion sent, closed;
    client.async_send(std::string("bye"), record(sent));
    client.async_close(record(closed));
    world.net.run();
    CHECK(sent == completed(success, 3));
    CHECK(closed == completed(success));
}

TEST_CASE("TLS client: a certificate of another host is rejected, in words") {
    tls_world world;
    world.net.host("other.test").v4({"192.0.2.1"});
    world.peer();
    auto client = world.client();
    connect_completion connected;
    client.async_connect("other.test", "443", connected.handler(world.net));
    world.net.run();
    CHECK(connected.calls == 1);
    CHECK(connected.ec == error_code(errc::certificate_rejected));
    CHECK(client.last_connect().tls.verify_error == "hostname mismatch");
    CHECK_FALSE(client.is_open());
}

TEST_CASE("TLS client: a send that is cancelled while its ciphertext waits has the exact number") {
    tls_world world;
    const std::string bytes = many_bytes(100'000);
    world.peer().window(10'000).after(1s).expect(bytes).close();
    auto client = world.client();
    world.connect(client);
    completion sent, received;
    net::cancellation_signal stop;
    client.async_send(net::buffer(bytes), net::bind_cancellation_slot(stop.slot(), record(sent)));
    client.async_receive(record(received));
    world.net.poll();
    CHECK_FALSE(sent);
    stop.emit(net::cancellation_type::terminal);
    world.net.poll();
    CHECK(sent);
    const std::size_t n = sent.n;
    CHECK(n != 0);
    world.net.run();
    CHECK(world.net.attempts().back().received == bytes.substr(0, n));
    client.close();
    world.net.run();
}

}  // namespace uplink::tests
