// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect under faults that a test cannot bring about by itself: system calls that strace makes fail, and a
// network of its own that loses packets, has no routes or runs out of ports. These cases are hidden; strace_faults.sh
// and namespace_faults.sh run them one by one and say what is wrong in each.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/injected_error.hpp"
#include "support/interposed_getaddrinfo.hpp"
#include "support/loopback_server.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using client_type = async_client<>;
using endpoint_type = net::ip::tcp::endpoint;

error_code system_code(int number) { return {number, net::error::get_system_category()}; }

endpoint_type at(const char* address, std::uint16_t port) { return {net::ip::make_address(address), port}; }

class faulty_test : public client_test {
public:
    completion connect_to(client_type& client, const std::vector<endpoint_type>& endpoints,
                          client_type::time_limit limit = 30s) {
        completion connect;
        client.async_connect(endpoints, limit, record(connect));
        CHECK_FALSE(connect);
        run();
        CHECK(connect.calls == 1);
        CHECK(client.is_open() == !connect.ec);
        CHECK(client.last_connect().error == connect.ec);
        return connect;
    }
};

}  // namespace

TEST_CASE_METHOD(faulty_test, "injected: the first attempt fails", "[.]") {
    const refusing_port refusing;
    client_type client(io);
    const std::vector both(2, at("127.0.0.1", refusing.port()));
    const completion connect = connect_to(client, both);
    // "Unreachable" tells less than the other's refusal.
    const bool is_telling = !detail::is_merely_unreachable(injected_error());
    CHECK(connect == completed(is_telling ? injected_error() : error_code(net::error::connection_refused)));
    const auto& attempts = client.last_connect().attempts;
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].error == injected_error());
    CHECK(attempts[1].error == error_code(net::error::connection_refused));
    CHECK(attempts[1].start < 250ms);  // at once
}

TEST_CASE_METHOD(faulty_test, "injected: every attempt fails", "[.]") {
    const refusing_port refusing;
    client_type client(io);
    const std::vector both(2, at("127.0.0.1", refusing.port()));
    for (int i = 0; i != 3; ++i) {
        const completion connect = connect_to(client, both);
        CHECK(connect == completed(injected_error()));
        for (const auto& attempt : client.last_connect().attempts) CHECK(attempt.error == injected_error());
    }
}

TEST_CASE_METHOD(faulty_test, "injected: no thread for the lookup of a connect", "[.]") {
    const refusing_port refusing;
    client_type client(io);
    completion connect;
    client.async_connect("server.test", "80", record(connect));
    CHECK_FALSE(connect);
    run();
    CHECK(connect == completed(injected_error()));
    CHECK(client.last_connect().lookup_error == injected_error());
    const completion again = connect_to(client, {at("127.0.0.1", refusing.port())});
    CHECK(again == completed(net::error::connection_refused));
}

TEST_CASE_METHOD(faulty_test, "namespaced: routes that lead nowhere", "[.]") {
    loopback_server server({server_script().expect_eof()});
    client_type client(io);
    const completion connect =
        connect_to(client, {at("198.51.100.1", 80), at("198.51.100.2", 80), at("198.51.100.3", 80),
                            at("203.0.113.1", 80), at("127.0.0.1", server.port())});
    CHECK(connect == completed(success));
    const auto& attempts = client.last_connect().attempts;
    REQUIRE(attempts.size() == 5);
    CHECK(attempts[0].error == system_code(EHOSTUNREACH));
    CHECK(attempts[1].error == system_code(EACCES));
    CHECK(attempts[2].error == system_code(EINVAL));
    CHECK(attempts[3].error == system_code(ENETUNREACH));
    CHECK(attempts[4].start < 250ms);
    client.close();
}

TEST_CASE_METHOD(faulty_test, "namespaced: all attempts fail differently", "[.]") {
    client_type client(io);
    CHECK(connect_to(client, {at("203.0.113.1", 80), at("198.51.100.1", 80)}) ==
          completed(system_code(ENETUNREACH)));
    CHECK(connect_to(client, {at("198.51.100.1", 80), at("203.0.113.1", 80)}) ==
          completed(system_code(EHOSTUNREACH)));
    CHECK(connect_to(client, {at("203.0.113.1", 80), at("198.51.100.1", 80), at("198.51.100.2", 80)}) ==
          completed(system_code(EACCES)));
}

TEST_CASE_METHOD(faulty_test, "namespaced: packets are dropped", "[.]") {
    loopback_server server({server_script().expect_eof()});
    client_type client(io);
    CHECK(connect_to(client, {at("10.9.0.2", 80)}, 100ms) == completed(errc::connect_timeout));
    const completion connect = connect_to(client, {at("10.9.0.2", 80), at("127.0.0.1", server.port())});
    CHECK(connect == completed(success));
    const auto& report = client.last_connect();
    CHECK(report.winner == 1U);
    CHECK(report.attempts.at(1).start >= 250ms);
    client.close();
}

TEST_CASE_METHOD(faulty_test, "namespaced: packets of a name's first family are dropped", "[.]") {
    loopback_server server({server_script().expect_eof()});
    const interposed_lookups lookups([&](const lookup_request& request) {
        CHECK(request.family == AF_UNSPEC);
        return addresses({at("2001:db8:9::2", server.port()), at("127.0.0.1", server.port())});
    });
    client_type client(io);
    completion connect;
    client.async_connect("server.test", server.service(), record(connect));
    run();
    CHECK(connect == completed(success));
    const auto& report = client.last_connect();
    REQUIRE(report.attempts.size() == 2);
    CHECK(report.attempts[0].endpoint.address().is_v6());
    CHECK(report.attempts[1].start >= 250ms);
    client.close();
}

// fe80::9 is an address of the interface "outside".
TEST_CASE_METHOD(faulty_test, "namespaced: the interface scopes a link-local address", "[.]") {
    client_options options{.connect = {.local_addresses = {"fe80::9"}, .network_interface = "outside"}};
    const net::ip::tcp::endpoint nobody(net::ip::make_address("fe80::2%outside"), 80);
    client_type client(io, options);
    CHECK(connect_to(client, {nobody}, 50ms) == completed(errc::connect_timeout));
    client_type unscoped(io, {.connect = {.local_addresses = {"fe80::9"}}});
    CHECK(connect_to(unscoped, {nobody}) == completed(system_code(EINVAL)));
    CHECK(unscoped.last_connect().reason == "the system did not accept connect.local_addresses");
}

TEST_CASE_METHOD(faulty_test, "namespaced: a connection to oneself is noticed whatever the scope", "[.]") {
    for (const char* address : {"fe80::9%outside", "fe80::9"}) {
        INFO(address);
        client_type client(io, {.connect = {.local_addresses = {"fe80::9%outside"},
                                            .local_port = 40009,
                                            .network_interface = "outside"}});
        completion connect;
        client.async_connect(address, "40009", 10s, record(connect));
        run_until(connect);
        CHECK(connect == completed(errc::self_connect));
    }
}

TEST_CASE_METHOD(faulty_test, "namespaced: ports run out", "[.]") {
    loopback_server server({server_script().until_gone()});
    std::vector<std::unique_ptr<client_type>> clients;
    error_code ec;
    while (!ec && clients.size() != 100) {
        clients.push_back(
            std::make_unique<client_type>(io, client_options{.socket = {.reset_on_close = true}}));
        ec = connect_to(*clients.back(), {at("127.0.0.1", server.port())}).ec;
    }
    CHECK(ec == system_code(EADDRNOTAVAIL));
    CHECK(clients.size() > 1);
    clients.front()->close();
    CHECK(connect_to(*clients.back(), {at("127.0.0.1", server.port())}) == completed(success));
    clients.clear();
    run();
}

}  // namespace uplink::tests
