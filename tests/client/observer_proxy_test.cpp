// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of the conversation with a proxy.
#include <uplink/observer.hpp>

#include "support/catch.hpp"
#include "support/observed_client.hpp"
#include "support/scripted_proxy.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const std::string canceled = aborted.message();

}  // namespace

TEST_CASE("a conversation with a proxy is told, with its status", "[observer]") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        observed_client test(proxy.client());
        proxy.describe(test.net()).silent();
        test.connect("server.test");
        CHECK(test.told() == lines{"lookup of proxy.test " + proxy.port, "lookup: 1",
                                   "attempt 0 at 192.0.2.9:" + proxy.port, "attempt 0: ok", "proxy",
                                   "proxy: ok, status " + std::to_string(proxy.status), "connect: ok"});
    }
}

TEST_CASE("a proxy that refuses, or does not answer, ends the conversation", "[observer]") {
    observed_client test({.proxy = http_proxy{.host = "192.0.2.9"}});
    test.net()
        .endpoint("192.0.2.9:3128")
        .accept()
        .expect(http_request("server.test:80"))
        .reply("HTTP/1.1 403 No\r\n\r\n")
        .then()
        .accept()
        .silent();
    test.connect("server.test");
    const std::string status = error_code(errc::proxy_http_status).message();
    CHECK(test.told() == lines{"attempt 0 at 192.0.2.9:3128", "attempt 0: ok", "proxy",
                               "proxy: " + status + ", status 403", "connect: " + status});
    test.connect("server.test", 1s);
    const std::string late = error_code(errc::proxy_timeout).message();
    CHECK(test.told() == lines{"attempt 0 at 192.0.2.9:3128", "attempt 0: ok", "proxy",
                               "proxy: " + late + ", status 0", "connect: " + late});
    test.start("server.test");
    test.net().run_for(1s);
    test.told();
    test.network.reset();
    CHECK(test.told() == lines{"proxy: " + canceled + ", status 0", "connect: " + canceled});
}

TEST_CASE("a proxy is asked for each address of the server: one lookup, a conversation each", "[observer]") {
    observed_client test({.proxy = socks5_proxy{.host = "proxy.test", .remote_dns = false}});
    test.net().host("server.test").v4({"192.0.2.1", "192.0.2.2"}, 1ms);
    test.net().host("proxy.test").v4({"192.0.2.9"}, 1ms);
    const std::string first = std::string("\300\0\2\1", 4);
    const std::string second = std::string("\300\0\2\2", 4);
    test.net()
        .endpoint("192.0.2.9:1080")
        .accept()
        .expect(socks5_hello)
        .reply(socks5_hello_answer)
        .expect(socks5_request_v4(first, 80))
        .reply(socks5_reply(4))
        .then()
        .accept()
        .expect(socks5_hello)
        .reply(socks5_hello_answer)
        .expect(socks5_request_v4(second, 80))
        .reply(socks5_reply(0));
    test.connect("server.test");
    CHECK(test.connected == completed(success));
    CHECK(test.told() == lines{"lookup of server.test 80", "lookup: 3", "attempt 0 at 192.0.2.9:1080",
                               "attempt 0: ok", "proxy",
                               "proxy: " + error_code(errc::proxy_host_unreachable).message() + ", status 4",
                               "attempt 1 at 192.0.2.9:1080", "attempt 1: ok", "proxy", "proxy: ok, status 0",
                               "connect: ok"});
}

TEST_CASE("a server that is not found, or its proxy, is one lookup", "[observer]") {
    for (const bool knows_server : {false, true}) {
        observed_client test({.proxy = socks5_proxy{.host = "proxy.test", .remote_dns = false}});
        if (knows_server) test.net().host("server.test").v4({"192.0.2.1"}, 1ms);
        test.connect("server.test");
        const std::string not_found = error_code(net::error::host_not_found).message();
        CHECK(test.told() ==
              lines{"lookup of server.test 80", "lookup: " + not_found, "connect: " + not_found});
    }
}

}  // namespace uplink::tests
