// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect through proxies of both kinds: the conversation, however its bytes arrive and wherever it ends.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/connect_completion.hpp"
#include "support/scripted_proxy.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const net::ip::tcp::endpoint proxy_at(const scripted_proxy& proxy) {
    return {net::ip::make_address("192.0.2.9"), static_cast<std::uint16_t>(std::stoi(proxy.port))};
}

/// A client and its proxy.
struct proxy_fixture {
    uplink::testing::network net{};
    scripted_proxy proxy;
    simulated_client client;
    connect_completion connect{};

    explicit proxy_fixture(scripted_proxy of)
        : proxy(std::move(of)), client(net.get_executor(), proxy.client()) {}

    const uplink::connect_report& run(simulated_client::time_limit limit = 10s) {
        client.async_connect("server.test", "80", limit, connect.handler(net));
        net.run();
        return client.last_connect();
    }
    std::string receive(std::size_t count) {
        completion received;
        client.async_receive_exactly(count, record(received));
        net.run();
        CHECK(received == completed(success));
        return received.text;
    }
};

}  // namespace

TEST_CASE("a connect through a proxy asks it for the server, and then the connection is the server's") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        proxy_fixture test(proxy);
        test.net.host("proxy.test").v4({"192.0.2.9"}, 3ms);
        proxy.talk(test.net.endpoint(proxy.endpoint()).accept(2ms))
            .expect("ping")
            .reply("pong")
            .expect_eof()
            .close();
        const auto& report = test.run();
        REQUIRE(test.connect == established());
        CHECK(test.connect.endpoint == proxy_at(proxy));
        CHECK(test.client.state().empty());
        CHECK(test.client.is_open());
        CHECK(report.host == "server.test");
        CHECK(report.service == "80");
        CHECK(report.reason.empty());
        CHECK(report.lookup == 3ms);
        REQUIRE(report.attempts.size() == 1);
        CHECK(report.attempts[0].endpoint == proxy_at(proxy));
        CHECK(report.winner == 0U);
        CHECK(report.proxy_status == proxy.status);
        for (const auto& lookup : test.net.lookups()) CHECK(lookup.host == "proxy.test");  // never the server
        CHECK(test.net.attempts()[0].received == proxy.asked());
        CHECK(test.net.attempts()[0].read == proxy.answers().size());
        completion exchanged;
        test.client.async_exchange("ping"s, half_close, record(exchanged));
        test.net.run();
        CHECK(exchanged == completed(success, 4));
        CHECK(test.client.state().view() == "pong");
        CHECK(test.net.failures().empty());
    }
}

TEST_CASE(
    "faults 101: bytes behind the proxy's reply are the first of the tunnel, and the conversation reads none") {
    for (const scripted_proxy& proxy : all_proxies()) {
        for (const std::size_t piece : {0u, 1u, 2u, 3u, 7u}) {
            INFO(proxy.name << ", in pieces of " << piece);
            proxy_fixture test(proxy);
            test.proxy.turns.back().answer += "220 ready\r\n";  // in the same segment
            test.proxy.describe(test.net).split(piece);
            test.run();
            REQUIRE(test.connect == established());
            CHECK(test.client.state().empty());
            CHECK(test.net.attempts()[0].read == proxy.answers().size());
            CHECK(test.receive(11) == "220 ready\r\n");
        }
    }
}

TEST_CASE("faults 98: a proxy that is slow, and replies in pieces split at every byte, changes nothing") {
    for (const scripted_proxy& proxy : all_proxies()) {
        for (std::size_t turn = 0; turn != proxy.turns.size(); ++turn) {
            const std::string& answer = proxy.turns[turn].answer;
            for (std::size_t place = 1; place != answer.size(); ++place) {
                INFO(proxy.name << ", answer " << turn << " split at " << place);
                proxy_fixture test(proxy);
                test.net.host("proxy.test").v4({"192.0.2.9"});
                auto& peer = test.net.endpoint(proxy.endpoint()).accept();
                for (std::size_t i = 0; i != proxy.turns.size(); ++i) {
                    peer.expect(proxy.turns[i].asked);
                    const std::string& whole = proxy.turns[i].answer;
                    if (i == turn) peer.reply(whole.substr(0, place)).after(1s).reply(whole.substr(place));
                    else peer.reply(whole);
                }
                peer.reply("tunnel");
                const auto& report = test.run();
                CHECK(test.connect == established());
                CHECK(report.proxy == 1s);
                CHECK(report.proxy_status == proxy.status);
                CHECK(test.receive(6) == "tunnel");
            }
        }
        proxy_fixture slow(proxy);
        slow.proxy.describe(slow.net).split(1).pace(20ms).window(1).latency(3ms);
        slow.net.random_pieces(2);
        slow.run();
        CHECK(slow.connect == established());
        CHECK(slow.net.failures().empty());
    }
}

TEST_CASE(
    "faults 103: a proxy that ends or resets behind any byte of its replies is an error, and no socket stays") {
    for (const scripted_proxy& proxy : all_proxies()) {
        for (std::size_t size = 0; size != proxy.answers().size(); ++size) {
            INFO(proxy.name << ", ends behind " << size << " bytes");
            proxy_fixture ended(proxy);
            ended.proxy.describe(ended.net).limit(size);
            CHECK(ended.run().reason == "the proxy ended the connection before its reply was complete");
            CHECK(ended.connect == not_established(errc::proxy_protocol_error));
            CHECK(ended.net.open_sockets() == 0);

            proxy_fixture reset(proxy);
            reset.proxy.describe(reset.net).reset_after(size);
            CHECK(reset.run().reason == "the connection to the proxy failed while it was asked");
            CHECK(reset.connect == not_established(was_reset));
            CHECK(reset.client.last_connect().attempts.size() == 1);
        }
    }
}

TEST_CASE(
    "a silent proxy is proxy_timeout at any place of the conversation, and other phases have their own code") {
    for (const scripted_proxy& proxy : all_proxies()) {
        for (std::size_t size = 0; size != proxy.answers().size(); ++size) {
            INFO(proxy.name << ", silent behind " << size << " bytes");
            proxy_fixture test(proxy);
            test.net.host("proxy.test").v4({"192.0.2.9"}, 20ms);
            std::string left = proxy.answers().substr(0, size);
            auto& peer = test.net.endpoint(proxy.endpoint()).accept(30ms);
            for (const proxy_turn& each : proxy.turns) {
                peer.expect(each.asked).reply(left.substr(0, each.answer.size()));
                if (left.size() < each.answer.size()) break;
                left.erase(0, each.answer.size());
            }
            peer.silent();
            const auto& report = test.run(100ms);
            CHECK(test.connect == not_established(errc::proxy_timeout));
            CHECK(test.connect.ec == condition::timeout);
            CHECK(test.connect.at == 100ms);
            CHECK(report.proxy == 50ms);
            CHECK(report.total == 100ms);
            CHECK(report.reason.empty());
        }
        struct row {
            std::chrono::nanoseconds limit;
            errc expected;
            std::string reason;
        };
        for (const row& each :
             std::vector<row>{{20ms - 1ns, errc::resolve_timeout, "proxy.host was looked up"},
                              {21ms, errc::connect_timeout, "the proxy was not reached"},
                              {51ms, errc::proxy_timeout, ""}}) {
            proxy_fixture test(proxy);
            test.net.host("proxy.test").v4({"192.0.2.9"}, 20ms);
            test.net.endpoint(proxy.endpoint()).accept(30ms).silent();
            CHECK(test.run(each.limit).reason == each.reason);
            CHECK(test.connect == not_established(each.expected));
            CHECK(test.connect.at == each.limit);
        }
    }
}

TEST_CASE("a proxy that takes no bytes is proxy_timeout, and one that reads slowly is waited for") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        proxy_fixture deaf(proxy);
        deaf.net.host("proxy.test").v4({"192.0.2.9"});
        deaf.net.endpoint(proxy.endpoint()).accept().window(1).deaf();
        deaf.run(1s);
        CHECK(deaf.connect == not_established(errc::proxy_timeout));
        proxy_fixture slow(proxy);
        slow.proxy.describe(slow.net).window(1).latency(5ms);
        slow.run();
        CHECK(slow.connect == established());
    }
}

TEST_CASE("a proxy that cannot be looked up or reached is that error, and the reason names the proxy") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        proxy_fixture unknown(proxy);
        const auto& report = unknown.run();
        CHECK(unknown.connect == not_established(net::error::host_not_found));
        CHECK(report.lookup_error == error_code(net::error::host_not_found));
        CHECK(report.reason == "proxy.host was looked up");
        CHECK(report.host == "server.test");
        proxy_fixture refused(proxy);
        refused.net.host("proxy.test").v4({"192.0.2.9"});
        CHECK(refused.run().reason == "the proxy was not reached");
        CHECK(refused.connect == not_established(net::error::connection_refused));
    }
}

TEST_CASE("the proxy's addresses are raced like any other, and the losers hear nothing") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        proxy_fixture test(proxy);
        test.net.host("proxy.test").v6({"2001:db8::9"}).v4({"192.0.2.9"});
        test.net.endpoint("[2001:db8::9]:" + proxy.port).accept(400ms);
        proxy.talk(test.net.endpoint(proxy.endpoint()).accept(1ms)).silent();
        const auto& report = test.run();
        CHECK(test.connect == established());
        CHECK(test.connect.at == 251ms);
        CHECK(report.winner == 1U);
        REQUIRE(test.net.attempts().size() == 2);
        CHECK(test.net.attempts()[0].written == 0);
        CHECK(test.net.attempts()[0].closed == 251ms);
    }
}

TEST_CASE("the client connects through the proxy again, after a success and after a failure") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        proxy_fixture test(proxy);
        test.net.host("proxy.test").v4({"192.0.2.9"});
        proxy.talk(test.net.endpoint(proxy.endpoint()).accept()).then().accept().close().then().accept();
        proxy.talk(test.net.endpoint(proxy.endpoint()));
        test.run();
        CHECK(test.connect == established());
        test.client.close();
        test.connect = {};
        test.run();
        CHECK(test.connect == not_established(errc::proxy_protocol_error));
        test.connect = {};
        test.run();
        CHECK(test.connect == established());
        CHECK(test.client.last_connect().attempts.size() == 1);
        CHECK(test.client.last_connect().proxy_status == proxy.status);
    }
}

}  // namespace uplink::tests
