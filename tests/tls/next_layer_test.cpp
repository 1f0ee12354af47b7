// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/tls/next_layer.hpp>

#include <uplink/tls_context.hpp>
#include <uplink/tls_stream.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "tls/tls_instantiations.hpp"

#include <array>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

/// Its mode can be set, and not asked for.
struct settable_stream {
    int calls = 0;
    void non_blocking(bool, error_code&) { ++calls; }
};
struct plain_stream {};

}  // namespace

TEST_CASE("TLS next layer: a socket that blocks is made non-blocking, once") {
    net::io_context io;
    net::ip::tcp::socket socket(io, net::ip::tcp::v4());
    REQUIRE_FALSE(socket.non_blocking());
    detail::set_non_blocking(socket);
    CHECK(socket.non_blocking());
    detail::set_non_blocking(socket);
    CHECK(socket.non_blocking());
    net::ip::tcp::socket closed(io);
    detail::set_non_blocking(closed);
    CHECK_FALSE(closed.non_blocking());

    settable_stream settable;
    detail::set_non_blocking(settable);
    CHECK(settable.calls == 1);
    plain_stream plain;
    detail::set_non_blocking(plain);
}

TEST_CASE("TLS next layer: the handshake makes the socket non-blocking") {
    net::io_context io;
    net::ip::tcp::socket socket(io, net::ip::tcp::v4());
    tls_stream<net::ip::tcp::socket> stream(std::move(socket));
    completion shaken;
    stream.async_handshake({"server.test", "443", ""}, record(shaken));
    CHECK(stream.next_layer().non_blocking());
    stream.next_layer().close();
    io.run();
    CHECK(shaken.calls == 1);
}

TEST_CASE("TLS next layer: the first buffer with room is read into") {
    std::array<char, 4> bytes{};
    const net::mutable_buffer none(bytes.data(), 0), some(bytes.data() + 1, 2), rest(bytes.data() + 3, 1);
    CHECK(detail::first_of(some).data() == some.data());
    CHECK(detail::first_of(std::vector{none, some, rest}).size() == 2);
    CHECK(detail::first_of(std::vector{none, none}).size() == 0);
    CHECK(detail::first_of(std::vector<net::mutable_buffer>()).size() == 0);
}

}  // namespace uplink::tests
