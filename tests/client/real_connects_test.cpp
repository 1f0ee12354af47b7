// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connects to a loopback server by an IPv6 literal, and by a name that is looked up.
#include "support/client_test.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "an IPv6 literal connects, with brackets or without", "[connect]") {
    if (!loopback_server::has_v6()) return;
    loopback_server server({server_script().half_close().expect_eof()},
                           {.family = loopback_options::address::v6});
    async_client client{io};
    for (const char* const host : {"::1", "[::1]"}) {
        completion connected;
        client.async_connect(host, server.service(), record(connected));
        run();
        CHECK(connected == completed(success));
        CHECK(connected.endpoint == client.remote_endpoint());
        CHECK(connected.endpoint.port() == server.port());
        client.close();
    }
}

TEST_CASE_METHOD(client_test, "a name is looked up and connects", "[connect]") {
    loopback_server server({server_script().half_close().expect_eof()});
    const net::ip::tcp::endpoint endpoint{net::ip::make_address("127.0.0.1"), server.port()};
    interposed_lookups lookups([&](const lookup_request&) { return addresses({endpoint}); });
    async_client client{io, {.connect = {.family = address_family::v4}}};
    completion connected;
    client.async_connect("server.test", server.service(), record(connected));
    run();
    CHECK(connected == completed(success));
    CHECK(client.remote_endpoint() == endpoint);
    CHECK(client.local_endpoint().address().is_loopback());
    CHECK(lookups.wait_for_ended_threads(1));
}

}  // namespace uplink::tests
