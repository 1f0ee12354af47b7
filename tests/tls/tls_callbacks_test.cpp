// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A connect that is ended from inside a callback of its own handshake: the verify hook, and each line of the key log.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace uplink::tests {

namespace {

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};

/// One connect, and the way in which it is ended.
struct ended_connect {
    explicit ended_connect(int version) : world(version) {}

    void start(tls_options options) {
        options.ca_pem = world.root.pem();
        client.emplace(world.net.get_executor(), options);
        client->async_connect("server.test", "443", record(told, stop));
        world.net.run();
    }
    /// Once, at the nth call of the callback; the first is number 0.
    void callback(int nth) {
        if (calls++ == nth) end(*this);
    }

    tls_world world;
    net::cancellation_signal stop{};
    std::optional<simulated_tls_client> client{};
    completion told{};
    std::function<void(ended_connect&)> end{};
    int calls = 0;
};

struct way {
    std::string_view name;
    void (*end)(ended_connect&);
};
const way every_way[] = {
    {"terminal", [](ended_connect& connect) { connect.stop.emit(net::cancellation_type::terminal); }},
    {"partial", [](ended_connect& connect) { connect.stop.emit(net::cancellation_type::partial); }},
    {"total", [](ended_connect& connect) { connect.stop.emit(net::cancellation_type::total); }},
    {"cancel()", [](ended_connect& connect) { connect.client->cancel(); }},
    {"close()", [](ended_connect& connect) { connect.client->close(); }},
    {"destroyed", [](ended_connect& connect) { connect.client.reset(); }},
};

/// It was told once; nothing is left of it, and the client, if it lives, connects as if nothing had been.
void check_aborted(ended_connect& connect) {
    CHECK(connect.told == completed(aborted));
    CHECK(connect.world.net.open_sockets() == 0);
    if (!connect.client) return;
    CHECK_FALSE(connect.client->is_open());
    connect.world.connect(*connect.client);
    connect.world.end(*connect.client);
}

}  // namespace

TEST_CASE("TLS callbacks: a connect may be ended inside of verify, whatever it answers", "[cancel]") {
    for (const int version : every_version) {
        for (const way& how : every_way) {
            for (const bool answer : {true, false}) {
                CAPTURE(version, how.name, answer);
                ended_connect connect(version);
                connect.end = how.end;
                connect.world.peer().silent();
                connect.start({.verify = [&](const auto&) {
                    const bool is_first = connect.calls == 0;
                    connect.callback(0);
                    return answer || !is_first;
                }});
                CHECK(connect.calls == 1);
                check_aborted(connect);
            }
        }
    }
}

TEST_CASE("TLS callbacks: a connect may be ended inside of key_log, at each of its lines", "[cancel]") {
    for (const int version : every_version) {
        for (const way& how : every_way) {
            bool is_reached = true;
            int nth = 0;
            for (; is_reached; ++nth) {
                CAPTURE(version, how.name, nth);
                ended_connect connect(version);
                connect.end = how.end;
                connect.world.peer().silent();
                connect.start({.key_log = [&](std::string_view) { connect.callback(nth); }});
                is_reached = connect.calls > nth;
                if (is_reached) {
                    check_aborted(connect);
                } else {
                    CHECK(connect.told == completed(success));
                    connect.world.end(*connect.client);
                }
            }
            CHECK(nth > (version == TLS1_2_VERSION ? 1 : 5));  // one line, or one for each secret, and none
        }
    }
}

}  // namespace uplink::tests
