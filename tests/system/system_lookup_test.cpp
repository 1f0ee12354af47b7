// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One getaddrinfo call: what it asks, what its results become, and which family this machine prefers.
#include <uplink/detail/system/system_lookup.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <sched.h>

#include <cstdlib>
#include <thread>

namespace uplink::tests {

using uplink::detail::look_up;
using tcp = net::ip::tcp;

namespace {

tcp::endpoint at(const char* address, unsigned short port) { return {net::ip::make_address(address), port}; }

error_code error_of(int result, int error_number) {
    interposed_lookups interposed(
        [=](const lookup_request&) { return lookup_reply{.result = result, .error_number = error_number}; });
    const auto answer = look_up({"name.test", "80", address_family::v4});
    CHECK(answer.endpoints.empty());
    return answer.error;
}

error_code system_code(int error_number) { return {error_number, net::error::get_system_category()}; }

}  // namespace

TEST_CASE("a lookup asks for TCP addresses of one family, whatever addresses the machine has itself") {
    interposed_lookups interposed([](const lookup_request&) { return lookup_reply{}; });
    look_up({"name.test", "443", address_family::v4});
    look_up({"name.test", "https", address_family::v6});
    const auto requests = interposed.requests();
    REQUIRE(requests.size() == 2);
    for (const lookup_request& request : requests) {
        CHECK(request.host == "name.test");
        CHECK(request.type == SOCK_STREAM);
        CHECK(request.protocol == IPPROTO_TCP);
        CHECK((request.flags & AI_ADDRCONFIG) == 0);
    }
    CHECK(requests[0].service == "443");
    CHECK(requests[0].family == AF_INET);
    CHECK((requests[0].flags & AI_NUMERICSERV) != 0);
    CHECK(requests[1].service == "https");
    CHECK(requests[1].family == AF_INET6);
    CHECK((requests[1].flags & AI_NUMERICSERV) == 0);
}

TEST_CASE("addresses come in the system's order, duplicates and scope included") {
    std::vector<tcp::endpoint> list;
    for (unsigned i = 0; i != 1000; ++i) {
        list.push_back({net::ip::address_v4((192u << 24) + i * 7 % 500), 80});
    }
    auto scoped = net::ip::make_address_v6("fe80::1");
    scoped.scope_id(7);
    list.push_back({scoped, 80});
    list.push_back(list.front());
    interposed_lookups interposed([&](const lookup_request&) { return addresses(list); });
    const auto answer = look_up({"name.test", "80", address_family::v4});
    CHECK(!answer.error);
    CHECK(answer.endpoints == list);
}

TEST_CASE("all addresses are asked for in one question, and come in the order of the one answer") {
    const std::vector<tcp::endpoint> list{at("192.0.2.7", 80), at("2001:db8::7", 80), at("192.0.2.8", 80)};
    interposed_lookups interposed([&](const lookup_request&) { return addresses(list); });
    CHECK(look_up({"name.test", "80", address_family::any}).endpoints == list);
    REQUIRE(interposed.requests().size() == 1);
    CHECK(interposed.requests()[0].family == AF_UNSPEC);
    CHECK((interposed.requests()[0].flags & AI_ADDRCONFIG) == 0);
}

TEST_CASE("the system's list is freed once, and where there is none nothing is freed") {
    const std::size_t made = lists_made();
    const std::size_t freed = lists_freed();
    interposed_lookups interposed([](const lookup_request& request) {
        if (request.host == "none.test") return lookup_reply{.result = EAI_NONAME};
        if (request.host == "empty.test") return lookup_reply{};
        return addresses({at("192.0.2.1", 80), at("192.0.2.2", 80)});
    });
    look_up({"name.test", "80"});
    CHECK(lists_made() == made + 1);
    CHECK(lists_freed() == freed + 1);
    look_up({"none.test", "80"});
    look_up({"empty.test", "80"});
    CHECK(lists_freed() == freed + 1);
}

TEST_CASE("each result of getaddrinfo has its code") {
    CHECK(error_of(EAI_NONAME, 0) == net::error::host_not_found);
    CHECK(error_of(EAI_NODATA, 0) == net::error::host_not_found);
    CHECK(error_of(EAI_ADDRFAMILY, 0) == net::error::host_not_found);
    CHECK(error_of(EAI_AGAIN, 0) == net::error::host_not_found_try_again);
    CHECK(error_of(EAI_FAIL, 0) == net::error::no_recovery);
    CHECK(error_of(EAI_FAMILY, 0) == net::error::address_family_not_supported);
    CHECK(error_of(EAI_MEMORY, 0) == net::error::no_memory);
    CHECK(error_of(EAI_SERVICE, 0) == net::error::service_not_found);
    CHECK(error_of(EAI_SOCKTYPE, 0) == net::error::socket_type_not_supported);
    CHECK(error_of(EAI_BADFLAGS, 0) == net::error::invalid_argument);
    CHECK(error_of(EAI_SYSTEM, ECONNREFUSED) == system_code(ECONNREFUSED));
    CHECK(error_of(EAI_SYSTEM, 0) == net::error::no_recovery);
    CHECK(error_of(-4711, ENOENT) == net::error::no_recovery);
}

TEST_CASE("success without an address is host_not_found") {
    CHECK(error_of(0, 0) == net::error::host_not_found);
}

TEST_CASE("a leftover errno does not spoil a success") {
    interposed_lookups interposed([](const lookup_request&) {
        return lookup_reply{.addresses = {at("192.0.2.1", 80)}, .error_number = EMFILE};
    });
    CHECK(!look_up({"name.test", "80", address_family::v4}).error);
}

TEST_CASE("no free descriptor is told as that, whatever getaddrinfo makes of it") {
    CHECK(error_of(EAI_SYSTEM, EMFILE) == net::error::no_descriptors);
    CHECK(error_of(EAI_NONAME, EMFILE) == net::error::no_descriptors);
    CHECK(error_of(EAI_SERVICE, EMFILE) == net::error::no_descriptors);
    CHECK(error_of(EAI_AGAIN, ENFILE) == system_code(ENFILE));
}

TEST_CASE("no free descriptor is told as that by the real system too") {
    look_up({"localhost", "80", address_family::v4});  // loads what the system loads at the first lookup
    error_code name;
    error_code service;
    {
        const descriptor_limit none(3);
        name = look_up({"localhost", "80", address_family::v4}).error;
        service = look_up({"127.0.0.1", "no-such-service", address_family::v4}).error;
    }
    CHECK(name == net::error::no_descriptors);
    CHECK(service == net::error::no_descriptors);
    CHECK(!look_up({"localhost", "80", address_family::v4}).error);
}

TEST_CASE("a literal is understood with a port and with the name of a service") {
    const auto v4 = look_up({"127.0.0.1", "80", address_family::v4});
    CHECK(!v4.error);
    CHECK(v4.endpoints == std::vector{at("127.0.0.1", 80)});
    const auto v6 = look_up({"::1", "80", address_family::v6});
    CHECK(!v6.error);
    CHECK(v6.endpoints == std::vector{at("::1", 80)});
    CHECK(look_up({"127.0.0.1", "80", address_family::v6}).error == net::error::host_not_found);
    if (::getservbyname("http", "tcp") == nullptr) {
        WARN("skipped: this machine does not know the service http");
        return;
    }
    const auto named = look_up({"127.0.0.1", "http", address_family::v4});
    CHECK(!named.error);
    CHECK(named.endpoints == std::vector{at("127.0.0.1", 80)});
    CHECK(look_up({"127.0.0.1", "no-such-service", address_family::v4}).error ==
          net::error::service_not_found);
}

// A thread of its own, in an empty network of its own, whose routes are made of addresses on its loopback interface.
TEST_CASE("IPv6 is preferred unless only IPv4 leads out") {
    bool possible = true;
    bool made = true;
    const auto run = [&](const char* command) { made = std::system(command) == 0 && made; };
    address_family without_route{}, v4_only{}, v6_within_site{}, both{}, v6_only{}, full{};
    std::thread([&] {
        possible = ::unshare(CLONE_NEWNET) == 0 && std::system("ip link set lo up 2>/dev/null") == 0;
        if (!possible) return;
        without_route = uplink::detail::system_preferred_family();
        run("ip route add 192.0.2.0/24 dev lo");
        v4_only = uplink::detail::system_preferred_family();
        run("ip -6 addr add fd00::2/64 dev lo nodad && ip -6 route add 2001:db8::/32 dev lo");
        v6_within_site = uplink::detail::system_preferred_family();
        run("ip -6 addr add 2001:db8::2/64 dev lo nodad");
        both = uplink::detail::system_preferred_family();
        run("ip route del 192.0.2.0/24 dev lo");
        v6_only = uplink::detail::system_preferred_family();
        const descriptor_limit none(0);
        full = uplink::detail::system_preferred_family();
    }).join();
    if (!possible) {
        WARN("skipped: needs the right to make a network namespace, and ip");
        return;
    }
    REQUIRE(made);
    CHECK(without_route == address_family::v6);
    CHECK(v4_only == address_family::v4);
    CHECK(v6_within_site == address_family::v4);
    CHECK(both == address_family::v6);
    CHECK(v6_only == address_family::v6);
    CHECK(full == address_family::v6);
}

}  // namespace uplink::tests
