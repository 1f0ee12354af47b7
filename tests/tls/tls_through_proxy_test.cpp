// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// TLS through the tunnel of a proxy: the server behind it is verified, and no session is taken up again over another
// route (RFC 9110, section 9.3.6).
#include "tls/tls_world.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

namespace {

/// An HTTP proxy that grants every CONNECT, with the server's TLS behind it.
class tunnel_layer : public tls_server_layer {
public:
    using tls_server_layer::tls_server_layer;

    std::string receive(std::string_view bytes) override {
        if (is_open_) return tls_server_layer::receive(bytes);
        request_ += bytes;
        const std::size_t end = request_.find("\r\n\r\n");
        if (end == std::string::npos) return {};
        is_open_ = true;
        reply_ = "HTTP/1.1 200 OK\r\n\r\n";
        const std::string rest = request_.substr(end + 4);
        return rest.empty() ? std::string() : tls_server_layer::receive(rest);
    }
    std::string take_output() override {
        if (!is_open_) return {};
        return std::exchange(reply_, {}) + tls_server_layer::take_output();
    }

private:
    std::string request_{};
    std::string reply_{};
    bool is_open_ = false;
};

testing::peer_layer_maker tunnel_to(const context_ptr& context) {
    return [raw = context.get()] { return std::make_shared<tunnel_layer>(raw); };
}

}  // namespace

TEST_CASE("TLS client: the server behind a proxy is verified, and not the proxy") {
    for (const std::string host : {"server.test", "other.test"}) {
        CAPTURE(host);
        tls_world world;
        world.net.host("proxy.test").v4({"192.0.2.9"});
        world.net.endpoint("192.0.2.9:3128")
            .accept()
            .over(tunnel_to(world.server))
            .expect("ping")
            .reply("pong")
            .close();
        auto client = world.client({}, {.proxy = http_proxy{.host = "proxy.test"}});
        connect_completion connected;
        client.async_connect(host, "443", connected.handler(world.net));
        world.net.run();
        REQUIRE(connected.calls == 1);
        if (host == "other.test") {
            CHECK(connected.ec == error_code(errc::certificate_rejected));
            CHECK(client.last_connect().tls.verify_error == "hostname mismatch");
            world.net.endpoint("192.0.2.9:3128").clear();
            continue;
        }
        INFO(to_string(client.last_connect()));
        REQUIRE_FALSE(connected.ec);
        CHECK(client.last_connect().proxy_status == 200);
        world.converse(client, "ping", "pong");
    }
}

TEST_CASE("TLS client: a session is resumed over the same route only") {
    tls_world world;
    world.net.host("proxy.test").v4({"192.0.2.9"});
    world.net.endpoint("192.0.2.9:3128").accept().over(tunnel_to(world.server)).reply("hello").close();
    world.peer().reply("hello").close();
    const tls_context shared(tls_options{.ca_pem = world.root.pem()});
    const auto visit = [&](client_options options) {
        simulated_tls_client client(world.net.get_executor(), shared, std::move(options));
        world.connect(client);
        completion received;
        client.async_receive(record(received));
        world.net.run();
        CHECK(received == completed(success, 5));
        return client.last_connect().tls.resumed;
    };
    const client_options by_proxy{.proxy = http_proxy{.host = "proxy.test"}};
    CHECK_FALSE(visit({}));
    CHECK_FALSE(visit(by_proxy));
    CHECK(visit({}));
    CHECK(visit(by_proxy));
}

}  // namespace uplink::tests
