// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads that return immediately: a single one, and a look that consumes nothing. What spins is tested in
// read_now_spin_test.cpp.
#include <uplink/detail/connection/read_now.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>

namespace uplink::tests {

namespace {

using uplink::detail::peek;
using uplink::detail::read_without_waiting;

/// Gives its result and n bytes to each read.
struct ready_stream {
    error_code result{};
    std::size_t n = 0;
    int reads = 0;
    net::mutable_buffer room{};

    std::size_t read_some(const net::mutable_buffer& into, error_code& ec) {
        ++reads;
        room = into;
        ec = result;
        return n;
    }
};

struct stream_that_waits {};

/// Can look, and has this to see.
struct seen_socket {
    error_code seen{};
    bool only_looked = false;

    std::size_t receive(const net::mutable_buffer& room, net::socket_base::message_flags flags,
                        error_code& ec) {
        only_looked = room.size() == 1 && flags == net::socket_base::message_peek;
        ec = seen;
        return seen ? 0 : 1;
    }
};
struct layer {
    seen_socket socket{};
    seen_socket& next_layer() noexcept { return socket; }
};

}  // namespace

TEST_CASE("a stream is read once, into all of the room, and its result is that of the read") {
    std::array<char, 4> bytes{};
    for (const error_code& result : {error_code(), error_code(net::error::would_block)}) {
        ready_stream stream{.result = result, .n = result ? 0u : 3u};
        error_code ec = net::error::fault;
        CHECK(read_without_waiting(stream, net::buffer(bytes), ec) == stream.n);
        CHECK(ec == result);
        CHECK(stream.reads == 1);
        CHECK(stream.room.data() == bytes.data());
        CHECK(stream.room.size() == 4);
    }
}

TEST_CASE("a read is not supported by a stream that cannot read without waiting") {
    stream_that_waits stream;
    char byte = 0;
    error_code ec;
    CHECK(read_without_waiting(stream, net::buffer(&byte, 1), ec) == 0);
    CHECK(ec == net::error::operation_not_supported);
}

TEST_CASE("a look tells an end or an error and consumes nothing, through each layer") {
    for (const error_code& seen : {error_code(), error_code(net::error::eof)}) {
        seen_socket socket{seen};
        CHECK(peek(socket) == seen);
        CHECK(socket.only_looked);
        layer above{{seen}};
        CHECK(peek(above) == seen);
        CHECK(above.socket.only_looked);
    }
}

TEST_CASE("a stream that cannot look has no error to tell") {
    stream_that_waits stream;
    CHECK(peek(stream) == error_code());
}

}  // namespace uplink::tests
