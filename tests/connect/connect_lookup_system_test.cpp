// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What async_connect asks of the system, whose getaddrinfo is interposed: all addresses in one question, so that the
// system's own rules count, or each family apart; and one question for all clients that ask the same.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/interposed_getaddrinfo.hpp"
#include "support/loopback_server.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <cstring>
#include <iterator>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using tcp_endpoint = net::ip::tcp::endpoint;

/// Options of a client that gets as far as the addresses: what would be tried is noted, and refused.
client_options that_notes(std::vector<tcp_endpoint>& tried) {
    client_options options;
    options.socket.before_connect =
        [&tried](int, const net::generic::stream_protocol::endpoint& to) -> error_code {
        tcp_endpoint endpoint;
        endpoint.resize(to.size());
        std::memcpy(endpoint.data(), to.data(), to.size());
        tried.push_back(endpoint);
        return net::error::access_denied;
    };
    return options;
}

/// For a resolver in whose eyes no time passes.
std::chrono::steady_clock::time_point standing_clock() { return {}; }

std::set<int> families_of(const interposed_lookups& lookups) {
    std::set<int> families;
    for (const lookup_request& each : lookups.requests()) families.insert(each.family);
    return families;
}

}  // namespace

TEST_CASE_METHOD(client_test, "a name that /etc/hosts has for one family leads nowhere else", "[connect]") {
    const refusing_port mock;  // the local mock in /etc/hosts, which is down
    const interposed_lookups lookups([&](const lookup_request& request) {
        const tcp_endpoint from_hosts(net::ip::address_v4::loopback(), mock.port());
        const tcp_endpoint from_dns(net::ip::make_address("2001:db8::99"), 80);  // the real server
        return addresses({request.family == AF_INET6 ? from_dns : from_hosts});
    });
    async_client<> client(io);
    completion connected;
    client.async_connect("api.shop.test", mock.service(), record(connected));
    run();
    CHECK(connected == completed(net::error::connection_refused));
    REQUIRE(client.last_connect().attempts.size() == 1);
    CHECK(client.last_connect().attempts[0].endpoint.address().is_v4());
    CHECK(families_of(lookups) == std::set<int>{AF_UNSPEC});
    CHECK(lookups.calls() == 1);
}

TEST_CASE_METHOD(client_test, "the scope id that the system gives for a name arrives at the attempt",
                 "[connect]") {
    auto link_local = net::ip::make_address_v6("fe80::2");
    const interposed_lookups lookups([&](const lookup_request& request) {
        if (request.family == AF_INET) return lookup_reply{.result = EAI_NONAME};
        auto found = link_local;
        if (request.family == AF_UNSPEC)
            found.scope_id(1);  // as glibc, which loses it when asked for AF_INET6
        return addresses({{found, 7}});
    });
    std::vector<tcp_endpoint> tried;
    async_client<> client(io, that_notes(tried));
    completion connected;
    client.async_connect("_gateway", "7", record(connected));
    run();
    REQUIRE(tried.size() == 1);
    CHECK(tried[0].address().to_v6().scope_id() == 1);
}

TEST_CASE_METHOD(client_test, "the order of the system's answer is the order of the attempts", "[connect]") {
    const tcp_endpoint v4(net::ip::make_address("192.0.2.7"), 80),
        v6(net::ip::make_address("2001:db8::7"), 80);
    for (const auto& order : {std::vector{v4, v6}, std::vector{v6, v4}}) {
        const interposed_lookups lookups([&](const lookup_request&) { return addresses(order); });
        std::vector<tcp_endpoint> tried;
        async_client<> client(io, that_notes(tried));
        completion connected;
        client.async_connect("server.test", "80", record(connected));
        run();
        CHECK(tried == order);
    }
}

TEST_CASE_METHOD(client_test, "the system is asked for one family where the options name one", "[connect]") {
    for (const auto family : {address_family::v4, address_family::v6}) {
        for (const bool apart : {false, true}) {
            const interposed_lookups lookups(
                [](const lookup_request&) { return lookup_reply{.result = EAI_NONAME}; });
            async_client<> client(io, {.connect = {.family = family, .families_apart = apart}});
            completion connected;
            client.async_connect("server.test", "80", record(connected));
            run();
            CHECK(connected == completed(net::error::host_not_found));
            CHECK(lookups.calls() == 1);
            CHECK(families_of(lookups) == std::set<int>{family == address_family::v4 ? AF_INET : AF_INET6});
        }
    }
}

TEST_CASE_METHOD(client_test, "families apart: each is asked alone, and one that is stuck stops nobody",
                 "[connect]") {
    loopback_server server({server_script().expect_eof()});
    interposed_lookups lookups([&](const lookup_request& request) {
        if (request.family == AF_INET6) return stuck();
        return addresses({{net::ip::address_v4::loopback(), server.port()}});
    });
    async_client<> client(io, {.connect = {.families_apart = true}});
    completion connected;
    client.async_connect("server.test", "80", record(connected));
    REQUIRE(lookups.wait_for_calls(2));  // now, since nobody asks any more once it is connected
    run();
    CHECK(connected == completed(success));
    CHECK(families_of(lookups) == std::set<int>{AF_INET, AF_INET6});
    CHECK(client.last_connect().lookup_began);
    client.close();
}

TEST_CASE_METHOD(client_test, "families apart: a hundred names connect although their other family is stuck",
                 "[connect]") {
    net::ip::tcp::acceptor acceptor(io, {net::ip::address_v4::loopback(), 0});
    interposed_lookups lookups([port = acceptor.local_endpoint().port()](const lookup_request& request) {
        if (request.family == AF_INET6) return stuck();
        return addresses({{net::ip::address_v4::loopback(), port}});
    });
    std::list<async_client<>> clients;
    std::list<completion> connects;
    for (int i = 0; i != 100; ++i) {
        clients.emplace_back(io, client_options{.connect = {.families_apart = true}})
            .async_connect("server" + std::to_string(i) + ".test", "80", record(connects.emplace_back()));
    }
    run();
    for (const completion& each : connects) CHECK(each == completed(success));
    CHECK(lookups.most_at_once() <= 16);
    clients.clear();
}

TEST_CASE_METHOD(client_test,
                 "clients that ask the same share one lookup, and one that gives up leaves it to the others",
                 "[connect]") {
    loopback_server server({server_script().expect_eof()});
    interposed_lookups lookups([&](const lookup_request&) {
        lookup_reply reply = addresses({{net::ip::address_v4::loopback(), server.port()}});
        reply.stuck = true;
        return reply;
    });
    net::make_service<detail::system_resolver_service>(
        static_cast<net::execution_context&>(io), std::make_shared<detail::system_resolver>(&standing_clock));
    std::list<async_client<>> clients;
    std::list<completion> connects;
    for (int i = 0; i != 50; ++i) {
        clients.emplace_back(io).async_connect("server.test", "80", record(connects.emplace_back()));
        if (i == 0) REQUIRE(lookups.wait_for_stuck(1));
    }
    clients.front().cancel();  // the one that has asked first
    lookups.release_all();
    run();
    CHECK(lookups.calls() == 1);
    CHECK(connects.front() == completed(aborted));
    for (auto each = std::next(connects.begin()); each != connects.end(); ++each)
        CHECK(*each == completed(success));
    for (const async_client<>& each : clients) CHECK(each.last_connect().lookup_began == 0ns);
    clients.clear();
}

TEST_CASE_METHOD(client_test, "clients of another context ask for themselves", "[connect]") {
    interposed_lookups lookups([](const lookup_request&) { return stuck(); });
    net::io_context other;
    async_client<> first(io), second(other);
    completion connects[2];
    first.async_connect("server.test", "80", record(connects[0]));
    second.async_connect("server.test", "80", record(connects[1]));
    REQUIRE(lookups.wait_for_stuck(2));
    lookups.release_all();
    run();
    other.run();
    for (const completion& each : connects) CHECK(each == completed(net::error::host_not_found_try_again));
}

}  // namespace uplink::tests
