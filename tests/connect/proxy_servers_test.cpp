// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which server async_connect asks a proxy for: a name, an address, the port of a service, endpoints; what is looked up
// here, and what follows if the proxy does not reach an address.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/connect_completion.hpp"
#include "support/handshaking_stream.hpp"
#include "support/scripted_proxy.hpp"

#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string first_v4 = "\xc0\0\2\1"s;                                            // 192.0.2.1
const std::string second_v4 = "\xc0\0\2\2"s;                                           // 192.0.2.2
const std::string first_v6 = "\5\1\0\4\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\x50"s;  // 2001:db8::1, port 80

/// A SOCKS5 proxy that is asked for these servers, over a connection each, and answers so.
struct asked_in_turn {
    uplink::testing::network net{};
    connect_completion connect{};

    explicit asked_in_turn(const std::vector<proxy_turn>& turns, const std::string& hello = socks5_hello,
                           const std::string& hello_answer = socks5_hello_answer) {
        net.host("proxy.test").v4({"192.0.2.9"});
        auto& peer = net.endpoint("192.0.2.9:1080");
        for (const proxy_turn& each : turns) {
            if (&each != turns.data()) peer.then();
            peer.accept(1ms);
            if (!hello.empty()) peer.expect(hello).reply(hello_answer);
            peer.expect(each.asked).reply(each.answer);
            if (each.answer != socks5_reply(0)) peer.close();
        }
    }
    /// The whole conversation about this address, and its end.
    static uplink::testing::endpoint& converse(uplink::testing::endpoint& peer, const std::string& v4,
                                               int code) {
        return peer.expect(socks5_hello)
            .reply(socks5_hello_answer)
            .expect(socks5_request_v4(v4, 80))
            .reply(socks5_reply(code))
            .close();
    }
    template <class... Target> uplink::connect_report run(client_options options, const Target&... target) {
        simulated_client client(net.get_executor(), std::move(options));
        client.async_connect(target..., connect.handler(net));
        net.run();
        CHECK(client.state().empty());
        for (const auto& each : net.failures()) FAIL_CHECK(each);
        return client.last_connect();
    }
    std::string questions() const {
        std::string result;
        for (const auto& each : net.lookups()) {
            const std::string question = each.host + ":" + each.service + " ";
            if (!result.ends_with(question)) result += question;
        }
        return result;
    }
};

client_options socks5(bool remote_dns = true) {
    return {.proxy = socks5_proxy{.host = "proxy.test", .remote_dns = remote_dns}};
}

}  // namespace

TEST_CASE("a SOCKS5 proxy is asked for a name as a name, for an IP literal as an address") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"server.test", socks5_request("server.test", 80)},
        {"SERVER.test.", socks5_request("SERVER.test.", 80)},
        {"192.0.2.1", socks5_request_v4(first_v4, 80)},
        {"2001:db8::1", first_v6},
        {"[2001:db8::1]", first_v6}};
    for (const auto& [host, request] : rows) {
        for (const bool remote_dns : {true, false}) {
            if (!remote_dns && host.find("test") != std::string::npos) continue;
            INFO(host);
            asked_in_turn test({{request, socks5_reply(0)}});
            const auto report = test.run(socks5(remote_dns), host, "80"s);
            CHECK(test.connect == established());
            CHECK(report.host == host);
            CHECK(test.questions() == "proxy.test:1080 ");
        }
    }
}

TEST_CASE(
    "a literal of a family that the options exclude goes through the proxy, a proxy of that family does not") {
    asked_in_turn test({{first_v6, socks5_reply(0)}});
    client_options options = socks5();
    options.connect.family = address_family::v4;
    test.run(options, "2001:db8::1"s, "80"s);
    CHECK(test.connect == established());

    asked_in_turn other({});
    options.proxy = socks5_proxy{.host = "2001:db8::9"};
    const auto report = other.run(options, "server.test"s, "80"s);
    CHECK(other.connect == not_established(net::error::address_family_not_supported));
    CHECK(report.reason == "proxy.host is an address of the family that connect.family excludes");
    CHECK(other.net.operations() == 0);
}

TEST_CASE("the port of a service that is no number is looked up here, and the name is not") {
    for (const auto family : {address_family::any, address_family::v6}) {
        const std::string stands_for_it = family == address_family::v6 ? "::1" : "127.0.0.1";
        asked_in_turn test({{socks5_request("server.test", 443), socks5_reply(0)}});
        test.net.host("proxy.test").v6({"2001:db8::9"});
        test.net.endpoint("[2001:db8::9]:1080")
            .accept()
            .expect(socks5_hello)
            .reply(socks5_hello_answer)
            .expect(socks5_request("server.test", 443))
            .reply(socks5_reply(0));
        test.net.host(stands_for_it).v4({"127.0.0.1"}, 7ms).v6({"::1"}, 7ms);
        client_options options = socks5();
        options.connect.family = family;
        const auto report = test.run(options, "server.test"s, "https"s);
        CHECK(test.connect == established());
        CHECK(test.questions() == stands_for_it + ":https proxy.test:1080 ");
        CHECK(report.service == "https");
        CHECK(report.lookup == 7ms);
        CHECK(report.attempts.size() == 1);
    }
    asked_in_turn unknown({});
    unknown.net.host("127.0.0.1").v4({"127.0.0.1"});
    const auto report = unknown.run(socks5(), "server.test"s, "no-such"s);
    CHECK(unknown.connect == not_established(net::error::service_not_found));
    CHECK(report.reason.empty());
    CHECK(unknown.net.attempts().empty());
}

TEST_CASE("without remote_dns the server is looked up here, first, and asked for by its address") {
    asked_in_turn test({{socks5_request_v4(first_v4, 80), socks5_reply(0)}});
    test.net.host("server.test").v4({"192.0.2.1"}, 30ms);
    const auto report = test.run(socks5(false), "server.test"s, "80"s);
    CHECK(test.connect == established());
    CHECK(test.questions() == "server.test:80 proxy.test:1080 ");
    CHECK(report.lookup == 30ms);
    CHECK(report.attempts.at(0).endpoint.address() == net::ip::make_address("192.0.2.9"));

    asked_in_turn unknown({});
    CHECK(unknown.run(socks5(false), "nowhere.test"s, "80"s).reason.empty());
    CHECK(unknown.connect == not_established(net::error::host_not_found));
    CHECK(unknown.net.attempts().empty());  // the proxy hears nothing

    asked_in_turn slow({});
    slow.net.host("server.test").v4_never().v6_never();
    slow.run(socks5(false), "server.test"s, "80"s, simulated_client::time_limit(100ms));
    CHECK(slow.connect == not_established(errc::resolve_timeout));
    CHECK(slow.connect.at == 100ms);
}

TEST_CASE("an address that the proxy does not reach is followed by the next, over another connection") {
    const std::string v6 = first_v6;
    asked_in_turn test({{v6, socks5_reply(8)},
                        {socks5_request_v4(first_v4, 80), socks5_reply(5)},
                        {socks5_request_v4(second_v4, 80), socks5_reply(0)}});
    test.net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1", "192.0.2.2"});
    const auto report = test.run(socks5(false), "server.test"s, "80"s);
    CHECK(test.connect == established());
    CHECK(report.attempts.size() == 3);
    CHECK(report.winner == 2U);
    CHECK(report.proxy_status == 0);
    CHECK(report.reason.empty());
    CHECK(test.net.open_sockets() == 0);  // with the client
    REQUIRE(test.net.attempts().size() == 3);
    CHECK(test.net.attempts()[0].closed == test.net.attempts()[1].start);
}

TEST_CASE(
    "if the proxy reaches none of the addresses, the first error that says more than unreachable counts") {
    const auto end_of = [](const std::vector<int>& codes) {
        std::vector<proxy_turn> turns;
        std::vector<net::ip::tcp::endpoint> all;
        for (std::size_t i = 0; i != codes.size(); ++i) {
            const std::string last(1, static_cast<char>(i + 1));
            turns.push_back({socks5_request_v4("\xc0\0\2"s + last, 80), socks5_reply(codes[i])});
            all.push_back(place("192.0.2." + std::to_string(i + 1)));
        }
        asked_in_turn test(turns);
        const auto report = test.run(socks5(), all);
        CHECK(test.connect == not_established(report.error));
        return std::pair(report.error, report.proxy_status);
    };
    const auto error = [](errc code, int status) { return std::pair(error_code(code), status); };
    CHECK(end_of({3, 4, 8}) == error(errc::proxy_network_unreachable, 3));
    CHECK(end_of({4, 5, 2}) == error(errc::proxy_connection_refused, 5));
    CHECK(end_of({1, 5}) == error(errc::proxy_general_failure, 1));
    CHECK(end_of({6}) == error(errc::proxy_ttl_expired, 6));
}

TEST_CASE("the addresses of both families are waited for, the slower one's for the resolution delay") {
    for (const bool in_time : {true, false}) {
        std::vector<proxy_turn> turns{{first_v6, socks5_reply(8)}};
        if (in_time) turns.push_back({socks5_request_v4(first_v4, 80), socks5_reply(0)});
        asked_in_turn test(turns);
        test.net.host("server.test").v6({"2001:db8::1"}, 5ms).v4({"192.0.2.1"}, in_time ? 55ms : 56ms);
        const auto report = test.run(socks5(false), "server.test"s, "80"s);
        CHECK(report.attempts.size() == turns.size());
        CHECK(report.attempts.at(0).start == 55ms);
        if (in_time) CHECK(test.connect == established());
        else CHECK(test.connect == not_established(errc::proxy_address_not_supported));
    }
}

TEST_CASE("a limit and a cancel hold while the proxy is reached again, and asked for the next address") {
    struct row {
        std::chrono::nanoseconds at;
        errc expected;  // of the limit
        std::string reason;
        int status;
    };
    const std::string lookup = "proxy.host was looked up", race = "the proxy was not reached";
    for (const row& each : std::vector<row>{{9ms, errc::resolve_timeout, lookup, 0},
                                            {19ms, errc::connect_timeout, race, 0},
                                            {29ms, errc::resolve_timeout, lookup, 4},
                                            {39ms, errc::connect_timeout, race, 4},
                                            {50ms, errc::proxy_timeout, "", 0}}) {
        for (const bool by_limit : {true, false}) {
            INFO(each.at.count() << " ns, by a limit: " << by_limit);
            uplink::testing::network net;
            net.host("proxy.test").v4({"192.0.2.9"}, 10ms);
            asked_in_turn::converse(net.endpoint("192.0.2.9:1080").accept(10ms), first_v4, 4)
                .then()
                .accept(10ms)
                .silent();
            simulated_client client(net.get_executor(), socks5());
            connect_completion connect;
            const std::vector servers{place("192.0.2.1"), place("192.0.2.2")};
            client.async_connect(servers, by_limit ? each.at : 10s, connect.handler(net));
            if (!by_limit) {
                net.run_for(each.at);
                client.cancel();
            }
            net.run();
            CHECK(connect.at == each.at);
            CHECK(net.open_sockets() == 0);
            CHECK(client.last_connect().proxy_status == each.status);
            if (by_limit) {
                CHECK(connect == not_established(each.expected));
                CHECK(client.last_connect().reason == each.reason);
            } else {
                CHECK(connect == not_established(net::error::operation_aborted));
                CHECK(client.last_connect().reason.empty());
            }
        }
    }
}

TEST_CASE("a failure that is not about the address ends the connect") {
    const std::vector<net::ip::tcp::endpoint> two{place("192.0.2.1"), place("192.0.2.2")};
    asked_in_turn command({{socks5_request_v4(first_v4, 80), socks5_reply(7)}});
    CHECK(command.run(socks5(), two).attempts.size() == 1);
    CHECK(command.connect == not_established(errc::proxy_command_not_supported));

    asked_in_turn malformed({{socks5_request_v4(first_v4, 80), "\4"}});
    malformed.run(socks5(), two);
    CHECK(malformed.connect == not_established(errc::proxy_protocol_error));

    asked_in_turn gone({{socks5_request_v4(first_v4, 80), socks5_reply(5)}});
    gone.net.endpoint("192.0.2.9:1080").then().refuse(3ms);
    const auto report = gone.run(socks5(), two);
    CHECK(gone.connect == not_established(net::error::connection_refused));
    CHECK(report.reason == "the proxy was not reached");
    CHECK(report.attempts.size() == 2);
    CHECK_FALSE(report.winner);
}

TEST_CASE("endpoints go through the proxy as addresses, in the caller's order") {
    asked_in_turn test({{socks5_request_v4(second_v4, 80), socks5_reply(4)}, {first_v6, socks5_reply(0)}});
    const auto report =
        test.run(socks5(), std::vector{place("192.0.2.2"), place("2001:db8::1"), place("192.0.2.1")});
    CHECK(test.connect == established());
    CHECK(report.host.empty());
    CHECK(test.connect.endpoint.address() == net::ip::make_address("192.0.2.9"));

    uplink::testing::network net;
    net.endpoint("192.0.2.9:3128")
        .accept()
        .expect(http_request("192.0.2.1:80"))
        .reply("HTTP/1.1 502 Bad Gateway\r\n\r\n")
        .close()
        .then()
        .accept()
        .expect(http_request("[2001:db8::1]:80"))
        .reply(http_ok);
    simulated_client client(net.get_executor(), {.proxy = http_proxy{.host = "192.0.2.9"}});
    connect_completion connect;
    client.async_connect(std::vector{place("192.0.2.1"), place("2001:db8::1")}, connect.handler(net));
    net.run();
    CHECK(connect == established());
    CHECK(client.last_connect().proxy_status == 200);
    CHECK(net.failures().empty());
}

TEST_CASE(
    "an endpoint that a proxy cannot be asked for, and an empty list, are refused as without a system call") {
    auto scoped = net::ip::make_address_v6("fe80::1");
    scoped.scope_id(1);
    asked_in_turn test({});
    CHECK(test.run(socks5(), net::ip::tcp::endpoint(scoped, 80)).reason ==
          "host has a scope id, which a proxy cannot use");
    CHECK(test.connect == not_established(net::error::invalid_argument));
    asked_in_turn port({});
    port.run(socks5(), net::ip::tcp::endpoint(net::ip::make_address("192.0.2.1"), 0));
    CHECK(port.connect == not_established(net::error::invalid_argument));
    asked_in_turn none({});
    none.run(socks5(), std::vector<net::ip::tcp::endpoint>());
    CHECK(none.connect == not_established(net::error::not_found));
    for (const auto* each : {&test, &port, &none}) CHECK(each->net.operations() == 0);
}

TEST_CASE("a handshake behind a proxy is told the address, if there is no name") {
    uplink::testing::network net;
    net.endpoint("192.0.2.9:3128")
        .accept()
        .expect(http_request("192.0.2.1:80"))
        .reply(http_ok)
        .expect("hello 192.0.2.1;")
        .reply("welcome;");
    uplink::async_client<handshaking_stream> client(net.get_executor(),
                                                    {.proxy = http_proxy{.host = "192.0.2.9"}});
    connect_completion connect;
    client.async_connect(place("192.0.2.1"), connect.handler(net));
    net.run();
    CHECK_FALSE(connect.ec);
    CHECK(net.failures().empty());
}

}  // namespace uplink::tests
