// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handshake over a stream that ends before it is done, at each of its steps: the server falls silent, resets or ends
// the connection, or the client gives up. No socket is left, and the same client connects afterwards.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"
#include "tls/verdict_table.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};
constexpr std::size_t step = 43;  // bytes; less than most messages of a handshake

/// The server's side, of which so many bytes leave.
class falls_silent : public tls_server_layer {
public:
    falls_silent(SSL_CTX* context, std::size_t after) : tls_server_layer(context), left_(after) {}

    std::string take_output() override {
        std::string bytes = tls_server_layer::take_output();
        bytes.resize((std::min)(bytes.size(), left_));
        left_ -= bytes.size();
        return bytes;
    }

private:
    std::size_t left_;
};

/// A client that meets servers of one version, one after the other.
struct handshakes {
    explicit handshakes(int version) : world(version) {}

    testing::endpoint& next_server() {
        return world.net.endpoint("192.0.2.1:443").clear().accept().over(tls_server(world.server));
    }
    void next_server_falls_silent(std::size_t after) {
        next_server().over(
            [raw = world.server.get(), after] { return std::make_shared<falls_silent>(raw, after); });
    }
    /// It has a limit of 5 s. `meanwhile` is called 1 s later, if it is not done then.
    template <class Meanwhile> connect_completion& connect(Meanwhile meanwhile) {
        connected = {};
        began = world.net.elapsed();
        client.async_connect("server.test", "443", 5s,
                             net::bind_cancellation_slot(stop.slot(), connected.handler(world.net)));
        world.net.run_for(1s);
        if (!connected) meanwhile();
        world.net.run();
        INFO(to_string(client.last_connect()));
        CHECK(connected.calls == 1);
        CHECK(client.last_connect().error == connected.ec);
        CHECK(client.is_open() == !connected.ec);
        client.close();
        world.net.run();
        return connected;
    }
    connect_completion& connect() {
        return connect([] {});
    }
    std::chrono::nanoseconds duration() const { return connected.at - began; }
    void still_connects() {
        next_server();
        CHECK(connect().ec == success);
    }

    tls_world world;
    simulated_tls_client client = world.client({.session_cache = 0});
    net::cancellation_signal stop{};
    connect_completion connected{};
    std::chrono::nanoseconds began{};
};

/// Each end of the server's bytes before its handshake is whole.
template <class Check> void at_each_step(handshakes& with, Check check) {
    std::size_t size = 1;
    for (;; size += step) {
        INFO("after " << size << " bytes");
        if (check(size)) break;
    }
    CHECK(size > 500);
    with.still_connects();
}

}  // namespace

TEST_CASE("TLS handshake over a stream: a server that falls silent at any step is handshake_timeout, on time",
          "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        CAPTURE(version);
        handshakes with(version);
        at_each_step(with, [&](std::size_t size) {
            with.next_server_falls_silent(size);
            const connect_completion& seen = with.connect();
            if (!seen.ec) return true;
            CHECK(seen == not_established(errc::handshake_timeout));
            CHECK(with.duration() == 5s);
            table.add("silence at each step, limit of 5 s", version, seen.ec.message());
            return false;
        });
    }
}

TEST_CASE("TLS handshake over a stream: a reset at any step is connection_reset, an end is truncated",
          "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        for (const bool is_reset : {true, false}) {
            CAPTURE(version, is_reset);
            handshakes with(version);
            at_each_step(with, [&](std::size_t size) {
                testing::endpoint& server = with.next_server();
                is_reset ? server.reset_after(size) : server.limit(size);
                const connect_completion& seen = with.connect();
                if (!seen.ec) return true;
                CHECK(seen == not_established(is_reset ? was_reset : error_code(errc::truncated)));
                table.add(is_reset ? "a reset at each step" : "an end at each step", version,
                          seen.ec.message());
                return false;
            });
        }
    }
}

TEST_CASE("TLS handshake over a stream: a cancel of any kind at any step is operation_aborted, at once",
          "[verdict]") {
    verdict_table table;
    using type = net::cancellation_type;
    for (const int version : every_version) {
        for (const type how : {type::terminal, type::partial, type::total}) {
            CAPTURE(version, static_cast<int>(how));
            handshakes with(version);
            at_each_step(with, [&](std::size_t size) {
                with.next_server_falls_silent(size);
                const connect_completion& seen = with.connect([&] { with.stop.emit(how); });
                if (!seen.ec) return true;
                CHECK(seen == not_established(aborted));
                CHECK(with.duration() == 1s);
                table.add("a cancel at each step", version, seen.ec.message());
                return false;
            });
        }
    }
}

TEST_CASE("TLS handshake over a stream: cancel() and close() at any step are operation_aborted, at once",
          "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        for (const bool closes : {true, false}) {
            CAPTURE(version, closes);
            handshakes with(version);
            at_each_step(with, [&](std::size_t size) {
                with.next_server_falls_silent(size);
                const auto& seen = with.connect([&] { closes ? with.client.close() : with.client.cancel(); });
                if (!seen.ec) return true;
                CHECK(seen == not_established(aborted));
                CHECK(with.duration() == 1s);
                table.add(closes ? "close() at each step" : "cancel() at each step", version,
                          seen.ec.message());
                return false;
            });
        }
    }
}

TEST_CASE("TLS handshake over a stream: a session that a server falls silent over is not offered again") {
    for (const int version : every_version) {
        for (const bool is_cancelled : {false, true}) {
            CAPTURE(version, is_cancelled);
            tls_world world(version);
            auto client = world.client();
            const auto resumes = [&] {
                world.net.endpoint("192.0.2.1:443").clear();
                world.peer().expect("ping").reply("pong").close();
                world.connect(client);
                const bool is_resumed = client.last_connect().tls.resumed;
                world.converse(client, "ping", "pong");
                return is_resumed;
            };
            CHECK_FALSE(resumes());
            CHECK(resumes());
            world.net.endpoint("192.0.2.1:443").clear().accept().over([raw = world.server.get()] {
                return std::make_shared<falls_silent>(raw, 0);
            });
            connect_completion connected;
            client.async_connect("server.test", "443", 5s, connected.handler(world.net));
            world.net.run_for(1s);
            if (is_cancelled) client.cancel();
            world.net.run();
            CHECK(connected == not_established(is_cancelled ? aborted : error_code(errc::handshake_timeout)));
            client.close();
            world.net.run();
            CHECK_FALSE(resumes());
            CHECK(resumes());
        }
    }
}

TEST_CASE("TLS handshake over a stream: it ends too while the server does not even take the hello") {
    for (const int version : every_version) {
        CAPTURE(version);
        handshakes with(version);
        const auto next_server = [&]() -> testing::endpoint& {
            return with.world.net.endpoint("192.0.2.1:443").clear().accept().window(10);
        };
        next_server().deaf();
        CHECK(with.connect() == not_established(errc::handshake_timeout));
        CHECK(with.duration() == 5s);
        CHECK(with.connect([&] { with.stop.emit(net::cancellation_type::terminal); }) ==
              not_established(aborted));
        CHECK(with.duration() == 1s);
        next_server().after(2s).reset();
        CHECK(with.connect() == not_established(was_reset));
        CHECK(with.duration() == 2s);
        with.still_connects();
    }
}

TEST_CASE(
    "TLS handshake over a stream: a client that is destroyed at any step is aborted, and leaves nothing") {
    for (const int version : every_version) {
        tls_world world(version);
        for (std::size_t size = 1; size < 500; size += step) {
            CAPTURE(version, size);
            world.net.endpoint("192.0.2.1:443").clear().accept().over([&world, size] {
                return std::make_shared<falls_silent>(world.server.get(), size);
            });
            connect_completion connected;
            {
                auto client = world.client();
                client.async_connect("server.test", "443", connected.handler(world.net));
                world.net.run_for(1s);
                CHECK_FALSE(connected);
            }
            world.net.run();
            CHECK(connected == not_established(aborted));
        }
    }
}

}  // namespace uplink::tests
