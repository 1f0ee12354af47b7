// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A connection is closed while its socket keeps the number of its descriptor. io_uring needs that; it is the same with
// epoll.
#include <uplink/detail/system/close_socket.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/descriptors.hpp"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <optional>

namespace uplink::tests {

namespace {

using net::ip::tcp;

struct closed_connection : client_test {
    closed_connection() : ours(io), theirs(io) {
        tcp::acceptor listener(io, tcp::endpoint(net::ip::address_v4::loopback(), 0));
        ours.connect(listener.local_endpoint());
        listener.accept(theirs);
    }
    error_code what_the_peer_reads() {
        error_code ec;
        std::array<char, 8> bytes{};
        theirs.read_some(net::buffer(bytes), ec);
        return ec;
    }
    tcp::socket ours;
    tcp::socket theirs;
};

}  // namespace

TEST_CASE_METHOD(closed_connection, "a connection is closed, and the number of its descriptor stays in use") {
    const int number = ours.native_handle();
    detail::close_connection(ours);
    CHECK(ours.is_open());
    CHECK(ours.native_handle() == number);
    CHECK(what_the_peer_reads() == net::error::eof);
    tcp::socket next(io, tcp::v4());
    CHECK(next.native_handle() != number);
    error_code ec;
    std::array<char, 8> bytes{};
    ours.read_some(net::buffer(bytes), ec);
    CHECK(ec);
    ours.write_some(net::buffer(bytes), ec);
    CHECK(ec);
    const std::size_t before = open_descriptors();
    detail::close_socket(ours);
    CHECK_FALSE(ours.is_open());
    CHECK(open_descriptors() == before - 1);
}

TEST_CASE_METHOD(closed_connection,
                 "a connection that is closed so ends with a reset where the user wants one") {
    ours.set_option(net::socket_base::linger(true, 0));
    detail::close_connection(ours);
    CHECK(what_the_peer_reads() == net::error::connection_reset);
}

TEST_CASE_METHOD(closed_connection,
                 "a connection that is closed so gives back what is in flight, with an error") {
    std::array<char, 8> bytes{};
    std::optional<error_code> read;
    ours.non_blocking(true);
    ours.async_read_some(net::buffer(bytes), [&](error_code ec, std::size_t) { read = ec; });
    io.poll();
    CHECK_FALSE(read);
    detail::close_connection(ours);
    run();
    REQUIRE(read);
    CHECK(*read);
}

TEST_CASE_METHOD(closed_connection, "a connection is closed without a descriptor to spare too") {
    std::array<char, 8> bytes{};
    std::optional<error_code> read;
    ours.async_read_some(net::buffer(bytes), [&](error_code ec, std::size_t) { read = ec; });
    {
        const int next = ::dup(0);
        ::close(next);
        const descriptor_limit none(static_cast<rlim_t>(next));
        detail::close_connection(ours);
    }
    CHECK(what_the_peer_reads() == net::error::eof);
    run();
    REQUIRE(read);
    CHECK(*read);
}

TEST_CASE_METHOD(closed_connection, "a socket that is not open is left alone") {
    tcp::socket none(io);
    const std::size_t before = open_descriptors();
    detail::close_connection(none);
    CHECK_FALSE(none.is_open());
    CHECK(open_descriptors() == before);
}

}  // namespace uplink::tests
