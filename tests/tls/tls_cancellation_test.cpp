// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The cancellation table over TLS: what a signal of each type, cancel() and close() leave of each operation, and of the
// connection.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using net::cancellation_type;

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};
constexpr cancellation_type every_type[] = {cancellation_type::terminal, cancellation_type::partial,
                                            cancellation_type::total};

/// Starts an operation whose handler has a slot.
using starter = std::function<void(simulated_tls_client&, net::cancellation_signal&, completion&)>;

struct receive_row {
    std::string_view name;
    starter start;
};
const receive_row every_receive[] = {
    {"receive", [](auto& client, auto& stop, auto& seen) { client.async_receive(record(seen, stop)); }},
    {"receive_some",
     [](auto& client, auto& stop, auto& seen) { client.async_receive_some(record(seen, stop)); }},
    {"receive_until",
     [](auto& client, auto& stop, auto& seen) { client.async_receive_until("\n", record(seen, stop)); }},
    {"receive_exactly",
     [](auto& client, auto& stop, auto& seen) { client.async_receive_exactly(9, record(seen, stop)); }},
    {"read_some",
     [](auto& client, auto& stop, auto& seen) {
         static char room[10];
         client.async_read_some(net::buffer(room), record(seen, stop));
     }},
};

/// How an operation is stopped: by a signal, or by the client's cancel().
struct stop_row {
    std::string_view name;
    std::function<void(simulated_tls_client&, net::cancellation_signal&)> stop;
};
const stop_row every_stop[] = {
    {"terminal", [](auto&, auto& signal) { signal.emit(cancellation_type::terminal); }},
    {"partial", [](auto&, auto& signal) { signal.emit(cancellation_type::partial); }},
    {"total", [](auto&, auto& signal) { signal.emit(cancellation_type::total); }},
    {"cancel()", [](auto& client, auto&) { client.cancel(); }},
};

/// A client whose first send is under way: its peer reads a second after the connect, and answers then.
struct blocked {
    explicit blocked(int version, std::size_t size) : world(version), bytes(size, 'm') {}

    void start() {
        world.connect(client);
        client.async_send(net::buffer(bytes), record(first, stop_first));
        world.net.run_for(500ms);
        REQUIRE_FALSE(first);
    }

    tls_world world;
    const std::string bytes;
    simulated_tls_client client = world.client();
    net::cancellation_signal stop_first{}, stop{};
    completion first{};
};

}  // namespace

TEST_CASE("TLS cancellation: a receive that is stopped leaves a usable connection", "[cancel]") {
    for (const int version : every_version) {
        for (const receive_row& row : every_receive) {
            for (const stop_row& how : every_stop) {
                CAPTURE(version, row.name, how.name);
                tls_world world(version);
                world.peer().after(2s).reply("late\n").expect("ok").close();
                auto client = world.client();
                world.connect(client);
                net::cancellation_signal stop;
                completion stopped, line, sent;
                row.start(client, stop, stopped);
                world.net.run_for(1s);
                CHECK_FALSE(stopped);
                how.stop(client, stop);
                world.net.poll();
                CHECK(stopped == completed(aborted));
                CHECK(client.is_open());
                client.async_receive_until("\n", record(line));
                client.async_send(std::string("ok"), record(sent));
                world.net.run();
                CHECK(line == completed(success, "late\n"));
                CHECK(sent == completed(success, 2));
                world.end(client);
            }
        }
    }
}

TEST_CASE(
    "TLS cancellation: an exchange that is stopped leaves a usable connection, and total does not stop it",
    "[cancel]") {
    for (const int version : every_version) {
        for (const stop_row& how : every_stop) {
            CAPTURE(version, how.name);
            tls_world world(version);
            world.peer().expect("ask").after(2s).reply("late\n").close();
            auto client = world.client();
            world.connect(client);
            net::cancellation_signal stop;
            completion exchanged, line;
            client.async_exchange(std::string("ask"), record(exchanged, stop));
            world.net.run_for(1s);
            CHECK_FALSE(exchanged);
            how.stop(client, stop);
            world.net.poll();
            if (how.name == "total") {
                CHECK_FALSE(exchanged);
                world.net.run();
                CHECK(exchanged == completed(success, 5));
            } else {
                CHECK(exchanged == completed(aborted));
                client.async_receive_until("\n", record(line));
                world.net.run();
                CHECK(line == completed(success, "late\n"));
            }
            world.end(client);
        }
    }
}

TEST_CASE("TLS cancellation: a send of which nothing has gone, a drain and a half-close leave no trace",
          "[cancel]") {
    const starter starts[] = {
        [](auto& client, auto& stop, auto& seen) {
            client.async_send(std::string("queued"), record(seen, stop));
        },
        [](auto& client, auto& stop, auto& seen) { client.async_drain(record(seen, stop)); },
        [](auto& client, auto& stop, auto& seen) { client.async_shutdown_send(record(seen, stop)); },
    };
    for (const int version : every_version) {
        for (const starter& start : starts) {
            for (const cancellation_type type : every_type) {
                CAPTURE(version, &start - starts, static_cast<int>(type));
                blocked with(version, 1 << 20);
                with.world.peer().window(5'000).after(1s).expect(with.bytes + "next").reply("ok").close();
                with.start();
                completion stopped, next, received;
                start(with.client, with.stop, stopped);
                with.world.net.poll();
                CHECK_FALSE(stopped);
                with.stop.emit(type);
                with.world.net.poll();
                CHECK(stopped == completed(aborted));
                CHECK(stopped.n == 0);
                with.client.async_send(std::string("next"), record(next));
                with.client.async_receive(record(received));
                with.world.net.run();
                CHECK(with.first == completed(success, with.bytes.size()));
                CHECK(next == completed(success, 4));
                CHECK(received == completed(success, 2));
                with.world.end(with.client);
            }
        }
    }
}

TEST_CASE(
    "TLS cancellation: a send of which part has gone counts what is encrypted, unless the type is total",
    "[cancel]") {
    for (const int version : every_version) {
        for (const stop_row& how : every_stop) {
            CAPTURE(version, how.name);
            blocked with(version, 1 << 20);
            with.world.peer().window(5'000).after(1s).reply("still").expect_bytes(1).silent();
            with.start();
            how.stop(with.client, with.stop_first);
            with.world.net.poll();
            completion next, received;
            with.client.async_send(std::string("next"), record(next));
            with.client.async_receive_exactly(5, record(received));
            with.world.net.run();
            const std::string& arrived = with.world.net.attempts().back().received;
            CHECK(received == completed(success, "still"));
            if (how.name == "total") {
                CHECK(with.first == completed(success, with.bytes.size()));
                CHECK(next == completed(success, 4));
                CHECK(arrived == with.bytes + "next");
            } else {
                CHECK(with.first == completed(aborted));
                CHECK(with.first.n != 0);
                CHECK(with.first.n < with.bytes.size());
                CHECK(next == completed(errc::send_interrupted, 0));
                CHECK(arrived == with.bytes.substr(0, with.first.n));
            }
            with.world.end(with.client);
        }
    }
}

TEST_CASE(
    "TLS cancellation: an async_close that is stopped has closed the connection, and total does not stop it",
    "[cancel]") {
    for (const int version : every_version) {
        for (const cancellation_type type : every_type) {
            CAPTURE(version, static_cast<int>(type));
            tls_world world(version);
            world.peer().silent();
            auto client = world.client({}, {.close_timeout = 3s});
            world.connect(client);
            net::cancellation_signal stop;
            completion closed;
            client.async_close(record(closed, stop));
            world.net.run_for(1s);
            CHECK_FALSE(closed);
            stop.emit(type);
            world.net.poll();
            if (type == cancellation_type::total) {
                CHECK_FALSE(closed);
                world.net.run();
            }
            CHECK(closed ==
                  completed(type == cancellation_type::total ? error_code(errc::close_timeout) : aborted));
            CHECK_FALSE(client.is_open());
            world.net.run();
        }
    }
}

}  // namespace uplink::tests
