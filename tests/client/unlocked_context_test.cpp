// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Contexts that are told that no other thread will use them, and so leave out their locks (faults 81). A lookup by the
// system needs another thread: it cannot be had there, and says so. All else works.
#include "support/client_test.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

/// Answers at once, on the caller's own thread.
struct immediate_resolver final : name_resolver {
    explicit immediate_resolver(std::uint16_t answer) : port(answer) {}

    void resolve(const lookup_question&, std::function<void(lookup_answer)> answer) override {
        answer({.endpoints = {{net::ip::address_v4::loopback(), port}}});
    }

    std::uint16_t port;
};

#if defined(UPLINK_USE_BOOST_ASIO)
constexpr int unlocked = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE;
#else
constexpr int unlocked = ASIO_CONCURRENCY_HINT_UNSAFE;
#endif

class unlocked_test : public same_descriptors {
public:
    net::io_context io{unlocked};
    completion connected{}, exchanged{};

    void exchange_with(loopback_server& server, client_options options, const std::string& host) {
        async_client client{io, std::move(options)};
        client.async_connect(host, server.service(), record(connected));
        io.run();
        CHECK(connected == completed(success));
        client.async_exchange(std::string("ping"), half_close, std::chrono::seconds(30), record(exchanged));
        io.restart();
        io.run();
        CHECK(exchanged == completed(success));
        CHECK(client.state().view() == "ping");
    }
};

}  // namespace

TEST_CASE_METHOD(unlocked_test, "faults 81: without locks a client of an address works", "[executor]") {
    loopback_server server(loopback_server::echo());
    exchange_with(server, {}, "127.0.0.1");
}

TEST_CASE_METHOD(unlocked_test, "faults 81: without locks a resolver that needs no thread works",
                 "[executor]") {
    loopback_server server(loopback_server::echo());
    client_options options;
    options.connect.resolver = std::make_shared<immediate_resolver>(server.port());
    exchange_with(server, std::move(options), "server.test");
}

TEST_CASE_METHOD(unlocked_test, "faults 81: without locks a lookup by the system is operation_not_supported",
                 "[executor]") {
    async_client client{io};
    client.async_connect("localhost", "80", record(connected));
    CHECK_FALSE(connected);
    io.run();
    CHECK(connected == completed(net::error::operation_not_supported));
    CHECK(client.last_connect().lookup_error == net::error::operation_not_supported);
    CHECK(client.last_connect().attempts.empty());
    CHECK_FALSE(client.is_open());
}

}  // namespace uplink::tests
