// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client over TLS on a simulated network: what holds without TLS holds with it.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};

std::string many_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i != size; ++i) bytes[i] = static_cast<char>(i * 7 % 251);
    return bytes;
}

/// Of the record with its first plaintext so many bytes leave, and then it ends without close_notify.
class cuts_a_record : public tls_server_layer {
public:
    cuts_a_record(SSL_CTX* context, std::size_t size) : tls_server_layer(context, false), size_(size) {}

    void send(std::string_view plaintext) override {
        is_cut_ = true;
        tls_server_layer::send(plaintext);
    }
    std::string take_output() override {
        std::string bytes = tls_server_layer::take_output();
        if (is_cut_ && bytes.size() > size_) bytes.resize(size_);
        return bytes;
    }

private:
    const std::size_t size_;
    bool is_cut_ = false;
};

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
        world.converse(client, "ping", "pong");
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
            world.converse(client, bytes, bytes);
        }
    }
}

TEST_CASE(
    "TLS client: an end without close_notify is truncated, its bytes are kept, and it may be tolerated") {
    for (const bool is_tolerated : {false, true}) {
        tls_world world;
        world.net.endpoint("192.0.2.1:443")
            .accept()
            .over(tls_server(world.server, false))
            .reply("half")
            .close();
        auto client = world.client({.tolerate_missing_close_notify = is_tolerated});
        world.connect(client);
        completion received, again;
        client.async_receive(record(received));
        world.net.run();
        const error_code expected = is_tolerated ? success : error_code(errc::truncated);
        CHECK(received == completed(expected, 4));
        CHECK(client.state().view() == "half");
        client.async_receive(record(again));
        world.net.run();
        CHECK(again == completed(expected, 0));
        world.end(client);
    }
}

TEST_CASE("TLS client: an end inside a record is truncated, tolerated or not") {
    for (const int version : every_version) {
        const std::size_t whole = 4 + (version == TLS1_3_VERSION ? 5 + 1 + 16 : 5 + 8 + 16);  // of AES-GCM
        for (std::size_t size = 0; size <= whole; ++size) {
            CAPTURE(version, size);
            tls_world world(version);
            world.net.endpoint("192.0.2.1:443")
                .accept()
                .over([raw = world.server.get(), size] { return std::make_shared<cuts_a_record>(raw, size); })
                .expect("ping")
                .reply("half")
                .close();
            auto client = world.client({.ciphers = "AESGCM",
                                        .cipher_suites = "TLS_AES_128_GCM_SHA256",
                                        .tolerate_missing_close_notify = true});
            world.connect(client);
            completion sent, received;
            client.async_send("ping", record(sent));
            client.async_receive(record(received));
            world.net.run();
            const bool is_between = size == 0 || size == whole;
            CHECK(received ==
                  completed(is_between ? success : error_code(errc::truncated), size == whole ? 4 : 0));
            world.end(client);
        }
    }
}

TEST_CASE("TLS client: a tolerated end inside a message is truncated all the same") {
    tls_world world;
    world.net.endpoint("192.0.2.1:443").accept().over(tls_server(world.server, false)).reply("a\nb").close();
    auto client = world.client({.tolerate_missing_close_notify = true});
    world.connect(client);
    completion first, second;
    client.async_receive_until("\n", record(first));
    world.net.run();
    CHECK(first == completed(success, "a\n"));
    client.async_receive_until("\n", record(second));
    world.net.run();
    CHECK(second == completed(errc::truncated));
    CHECK(client.state().view() == "b");
    world.end(client);
}

TEST_CASE("TLS client: a reset is that error, after the bytes that came before it") {
    for (const bool is_pending : {false, true}) {
        CAPTURE(is_pending);
        tls_world world;
        world.peer().reply("some").reset();
        auto client = world.client();
        world.connect(client);
        completion received, again;
        if (is_pending) client.async_receive(record(received));
        world.net.run();
        if (!is_pending) client.async_receive(record(received));
        world.net.run();
        CHECK(received == completed(was_reset, 4));
        CHECK(client.state().view() == "some");
        client.async_receive(record(again));
        world.net.run();
        CHECK(again == completed(was_reset, 0));
        world.end(client);
    }
}

TEST_CASE("TLS client: close_notify is an orderly end, though a reset comes behind it") {
    tls_world world;
    world.peer().reply("all").half_close().reset();
    auto client = world.client();
    world.connect(client);
    completion received;
    client.async_receive(record(received));
    world.net.run();
    CHECK(received == completed(success, 3));
    world.end(client);
}

TEST_CASE("TLS client: keys are updated in the middle of a blocked send, and nothing is lost") {
    tls_world world;
    const std::string bytes = many_bytes(200'000);
    world.net.endpoint("192.0.2.1:443")
        .accept()
        .window(1000)
        .split(1)
        .over(tls_server_that_updates_keys(world.server))
        .after(1s)
        .reply("between")
        .after(1s)
        .expect(bytes)
        .reply("after")
        .close();
    auto client = world.client();
    world.connect(client);
    world.converse(client, bytes, "betweenafter");
}

TEST_CASE("TLS client: probe takes in what has come, and consumes nothing") {
    tls_world world;
    world.peer().after(1s).reply("text").after(1s).half_close().after(1s);
    auto client = world.client();
    CHECK(client.probe() == net::error::not_connected);
    world.connect(client);
    world.net.poll();
    CHECK_FALSE(client.probe());  // the tickets that have come are nothing
    world.net.run_for(1s);
    CHECK_FALSE(client.probe());
    world.net.run_for(1s);
    CHECK_FALSE(client.probe());  // text is unread
    completion received;
    client.async_receive_some(record(received));
    world.net.poll();
    CHECK(received == completed(success, "text"));
    CHECK(client.probe() == net::error::eof);
    world.end(client);
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

TEST_CASE("TLS client: each connection has a session of its own, all of one context") {
    tls_world world;
    world.peer().reply("hello").close();
    auto client = world.client();
    world.connect(client);
    SSL* const first = client.stream().native_handle();
    REQUIRE(first != nullptr);
    SSL_up_ref(first);  // so that nothing else gets its place
    completion again;
    client.stream().async_handshake({"server.test", "443", ""}, record(again));
    world.net.poll();
    CHECK(again == completed(net::error::already_started));
    world.end(client);
    world.connect(client);
    SSL* const second = client.stream().native_handle();
    CHECK(second != first);
    CHECK(SSL_get_SSL_CTX(second) == SSL_get_SSL_CTX(first));
    SSL_free(first);
    world.end(client);
}

TEST_CASE("TLS stream: a write that fails leaves reading alive") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().reply("before").after(1s).reply("after").close();
        auto client = world.client();
        world.connect(client);
        auto& stream = client.stream();
        completion sent, again, first, second, end;
        world.net.fail_operation(world.net.operations(), net::error::broken_pipe);
        stream.async_write_some(net::buffer("never", 5), record(sent));
        world.net.poll();
        CHECK(sent == completed(net::error::broken_pipe, 0));
        char room[100];
        stream.async_read_some(net::buffer(room), record(first));
        world.net.poll();
        CHECK(first == completed(success, 6));
        stream.async_read_some(net::buffer(room), record(second));
        stream.async_write_some(net::buffer("nor this", 8), record(again));
        world.net.run();
        CHECK(second == completed(success, 5));
        CHECK(again == completed(net::error::broken_pipe, 0));
        stream.async_read_some(net::buffer(room), record(end));
        world.net.run();
        CHECK(end == completed(end_of_stream, 0));
        world.end(client);
    }
}

TEST_CASE("TLS client: a certificate that the server misses is its alert at the first receive") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        SSL_CTX_set_verify(world.server.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        world.peer();
        auto client = world.client();
        connect_completion connected;
        client.async_connect("server.test", "443", connected.handler(world.net));
        world.net.run();
        if (version == TLS1_2_VERSION) {
            CHECK(connected.ec == error_code(errc::tls_alert));
            CHECK(client.last_connect().tls.alert == "handshake_failure");
            continue;
        }
        REQUIRE_FALSE(connected.ec);
        completion received;
        client.async_receive(record(received));
        world.net.run();
        CHECK(received == completed(errc::tls_alert, 0));
        CHECK(client.last_connect().tls.alert == "certificate_required");
        world.end(client);
    }
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
    world.end(client);
}

}  // namespace uplink::tests
