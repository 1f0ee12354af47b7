// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connects to an unspecified address, which Linux takes for this machine: the endpoint that the handler gets is the
// one that is really connected to, and a connection to oneself is noticed there too.
#include <uplink/async_client.hpp>

#include "support/client_test.hpp"

#include <string>
#include <vector>

namespace uplink::tests {

namespace {

struct unspecified_row {
    std::string asked;
    std::string connected;  ///< where Linux leads it
};

std::vector<unspecified_row> unspecified_rows() {
    std::vector<unspecified_row> rows{{"0.0.0.0", "127.0.0.1"}};
    if (!loopback_server::has_v6()) return rows;
    rows.push_back({"::", "::1"});
    rows.push_back({"::ffff:0.0.0.0", "::ffff:127.0.0.1"});
    return rows;
}

TEST_CASE_METHOD(client_test, "a connect to an unspecified address gives the endpoint really connected to",
                 "[connect]") {
    for (const unspecified_row& row : unspecified_rows()) {
        INFO(row.asked);
        const auto family = row.asked == "::" ? loopback_options::address::v6 : loopback_options::address::v4;
        loopback_server server({server_script().expect_eof()}, {.family = family});
        uplink::async_client<> client(io);
        completion connect;
        client.async_connect(row.asked, server.service(), record(connect));
        run_until(connect);
        CHECK(connect == completed(success));
        CHECK(connect.endpoint ==
              net::ip::tcp::endpoint(net::ip::make_address(row.connected), server.port()));
        CHECK(client.remote_endpoint() == connect.endpoint);
        client.close();
    }
}

TEST_CASE_METHOD(client_test, "a connection to oneself by way of an unspecified address is no success",
                 "[connect]") {
    for (const unspecified_row& row : unspecified_rows()) {
        INFO(row.asked);
        const net::ip::tcp::endpoint any_port(net::ip::make_address(row.connected), 0);
        const std::string port = std::to_string(net::ip::tcp::acceptor(io, any_port).local_endpoint().port());
        uplink::async_client<> client(
            io, {.connect = {.local_addresses = {row.connected},
                             .local_port = static_cast<std::uint16_t>(std::stoi(port))}});
        completion connect;
        client.async_connect(row.asked, port, record(connect));
        run_until(connect);
        CHECK(connect == completed(errc::self_connect));
        CHECK_FALSE(client.is_open());
    }
}

}  // namespace

}  // namespace uplink::tests
