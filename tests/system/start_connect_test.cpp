// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What connect() says when it is asked twice: within the machine it is over by then, either way.

#include "support/black_hole.hpp"
#include "support/catch.hpp"
#include "support/loopback_server.hpp"

#include <uplink/detail/system/start_connect.hpp>

#if defined(__linux__)

namespace uplink::tests {

namespace {

using tcp = net::ip::tcp;

tcp::endpoint at(std::uint16_t port) { return {net::ip::address_v4::loopback(), port}; }

}  // namespace

TEST_CASE("connect at once: a server within the machine is connected to without the event loop") {
    loopback_server server(loopback_server::echo());
    net::io_context io;
    tcp::socket socket(io, tcp::v4());
    CHECK_FALSE(detail::start_connect(socket, at(server.port())));
    CHECK(socket.non_blocking());
    CHECK(socket.remote_endpoint().port() == server.port());
    CHECK_FALSE(detail::poll_connect(socket, at(server.port())));  // it stays so
}

TEST_CASE("connect at once: a refusal within the machine is told at once") {
    net::io_context io;
    tcp::acceptor reserved(io, at(0));
    const auto port = reserved.local_endpoint().port();
    reserved.close();
    tcp::socket socket(io, tcp::v4());
    CHECK(detail::start_connect(socket, at(port)) == net::error::connection_refused);
}

TEST_CASE("connect at once: where nobody answers it goes on") {
    const black_hole hole;
    net::io_context io;
    tcp::socket socket(io, tcp::v4());
    CHECK(detail::start_connect(socket, hole.endpoint()) == net::error::in_progress);
    CHECK(detail::poll_connect(socket, hole.endpoint()) == net::error::in_progress);
}

TEST_CASE("connect at once: a socket that is not open is an error") {
    net::io_context io;
    tcp::socket socket(io);
    CHECK(detail::start_connect(socket, at(80)) == net::error::bad_descriptor);
}

TEST_CASE("connect at once: for TCP alone, and for the sockets of the system") {
    CHECK(detail::connects_at_once<tcp::socket>);
    CHECK_FALSE(detail::connects_at_once<net::local::stream_protocol::socket>);
}

}  // namespace uplink::tests

#endif
