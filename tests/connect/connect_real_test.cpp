// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect on real sockets: refusals, a black hole, no descriptors, busy ports, and the interruption
// of a connect that has begun. Each test leaves as many descriptors as it found.
#include <uplink/async_client.hpp>

#include "support/black_hole.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/descriptors.hpp"
#include "support/loopback_server.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using client_type = uplink::async_client<>;
using endpoint_type = net::ip::tcp::endpoint;
using clock_type = std::chrono::steady_clock;

endpoint_type loopback(std::uint16_t port) { return {net::ip::address_v4::loopback(), port}; }

TEST_CASE_METHOD(client_test, "faults 11: refused, and the next endpoint is tried at once", "[connect]") {
    const refusing_port refusing;
    loopback_server server(loopback_server::echo());
    client_type client(io);
    completion connect;
    const std::vector<endpoint_type> both{loopback(refusing.port()), loopback(server.port())};
    client.async_connect(both, record(connect));
    run_until(connect);
    CHECK(connect == completed(success));
    CHECK(connect.endpoint == both[1]);
    const auto& attempts = client.last_connect().attempts;
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].error == error_code(net::error::connection_refused));
    CHECK(attempts[1].start < 200ms);  // no attempt delay
}

TEST_CASE_METHOD(client_test, "faults 12: a black hole ends at the limit, with nothing left open",
                 "[connect]") {
    const black_hole hole;
    client_type client(io);
    const std::size_t before = open_descriptors();
    completion connect;
    const auto began = clock_type::now();
    client.async_connect(hole.endpoint(), 100ms, record(connect));
    CHECK(open_descriptors() == before + 1);
    run_until(connect);
    CHECK(connect == completed(errc::connect_timeout));
    CHECK(clock_type::now() - began >= 100ms);
    CHECK(client.last_connect().attempts.at(0).error == error_code(errc::connect_timeout));
    CHECK(open_descriptors() == before);
}

TEST_CASE_METHOD(client_test, "faults 12: the address after a black hole is tried after the attempt delay",
                 "[connect]") {
    const black_hole hole;
    loopback_server server({server_script().expect_eof()});
    client_type client(io);
    const std::size_t before = open_descriptors();
    completion connect;
    client.async_connect(std::vector{hole.endpoint(), loopback(server.port())}, 30s, record(connect));
    run_until(connect);
    CHECK(connect == completed(success));
    CHECK(connect.endpoint == loopback(server.port()));
    CHECK(open_descriptors() >= before + 1);  // the server's end may be open already
    const auto& report = client.last_connect();
    REQUIRE(report.attempts.size() == 2);
    CHECK(report.attempts[0].error == error_code(net::error::operation_aborted));
    CHECK(report.attempts[1].start >= 250ms);
    CHECK(report.winner == 1U);
    client.close();
}

TEST_CASE_METHOD(client_test, "faults 13: where the first SYN is lost the race goes on, and may be won late",
                 "[connect]") {
    black_hole lost, hole;
    client_type client(io);
    completion connect;
    client.async_connect(std::vector{lost.endpoint(), hole.endpoint()}, 30s, record(connect));
    lost.open_up();
    run_until(connect);
    CHECK(connect == completed(success));
    CHECK(connect.endpoint == lost.endpoint());
    const auto& attempts = client.last_connect().attempts;
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[1].start >= 250ms);
    CHECK(attempts[1].error == error_code(net::error::operation_aborted));
    CHECK(client.last_connect().total > attempts[1].start);
    client.close();
}

TEST_CASE_METHOD(client_test, "faults 82: no descriptor for the socket, and later there is one",
                 "[connect]") {
    loopback_server server({server_script().expect_eof()});
    client_type client(io);
    completion refused;
    {
        const descriptor_limit none(0);
        client.async_connect(loopback(server.port()), record(refused));
        run_until(refused);
    }
    CHECK(refused == completed(net::error::no_descriptors));
    CHECK(client.last_connect().attempts.at(0).error == error_code(net::error::no_descriptors));
    connect(client, server);
    client.close();
}

TEST_CASE_METHOD(client_test, "faults 22: a local port that somebody listens on is address_in_use",
                 "[connect]") {
    loopback_server server(loopback_server::echo());
    loopback_server busy(loopback_server::echo());
    client_type client(io, {.connect = {.local_addresses = {"127.0.0.1"}, .local_port = busy.port()}});
    completion connect;
    client.async_connect(loopback(server.port()), record(connect));
    run_until(connect);
    CHECK(connect == completed(net::error::address_in_use));
}

TEST_CASE_METHOD(client_test, "faults 22: a local address that is not this machine's", "[connect]") {
    loopback_server server(loopback_server::echo());
    client_type client(io, {.connect = {.local_addresses = {"192.0.2.77"}}});
    completion connect;
    client.async_connect(loopback(server.port()), record(connect));
    run_until(connect);
    CHECK(connect == completed(error_code(EADDRNOTAVAIL, net::error::get_system_category())));
}

enum class early_end { cancel, close, destroy };

TEST_CASE_METHOD(client_test, "faults 19: cancel, close or destruction right after async_connect",
                 "[connect]") {
    const black_hole hole;
    const refusing_port refusing;
    loopback_server server({server_script().until_gone()});
    for (const early_end how : {early_end::cancel, early_end::close, early_end::destroy}) {
        for (const endpoint_type& where :
             {loopback(server.port()), loopback(refusing.port()), hole.endpoint()}) {
            INFO("early_end " << static_cast<int>(how) << ", port " << where.port());
            std::optional<client_type> client(std::in_place, io);
            completion connect;
            client->async_connect(where, record(connect));
            if (how == early_end::cancel) client->cancel();
            if (how == early_end::close) client->close();
            if (how == early_end::destroy) client.reset();
            CHECK(connect.calls == 0);
            run();
            CHECK(connect == completed(aborted));
            if (client) CHECK_FALSE(client->is_open());
        }
    }
}

TEST_CASE_METHOD(client_test, "faults 18: the same after each step of the event loop", "[connect]") {
    const black_hole hole;
    for (const early_end how : {early_end::cancel, early_end::close, early_end::destroy}) {
        for (std::size_t steps = 0; steps != 6; ++steps) {
            INFO("early_end " << static_cast<int>(how) << " after " << steps << " steps");
            loopback_server server({server_script().until_gone()});
            std::optional<client_type> client(std::in_place, io,
                                              client_options{.connect = {.attempt_delay = 10ms}});
            completion connect;
            client->async_connect(std::vector{hole.endpoint(), loopback(server.port())}, 30s,
                                  record(connect));
            io.restart();
            for (std::size_t step = 0; step != steps && !connect; ++step) io.run_one();
            const bool told_before = static_cast<bool>(connect);
            if (how == early_end::cancel) client->cancel();
            if (how == early_end::close) client->close();
            if (how == early_end::destroy) client.reset();
            run();
            CHECK(connect.calls == 1);
            if (!told_before && how != early_end::cancel) CHECK(connect == completed(aborted));
            if (connect.ec) CHECK(connect == completed(aborted));
            if (client && how == early_end::cancel) CHECK(client->is_open() == !connect.ec);
            if (client && how == early_end::close) CHECK_FALSE(client->is_open());
        }
    }
}

}  // namespace

}  // namespace uplink::tests
