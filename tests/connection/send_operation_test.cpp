// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is sent, as a send's place in the queue sees it: buffers that are walked once, and bytes that are
// owned.

#include <uplink/detail/connection/send_operation.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using uplink::detail::borrowed_bytes;
using uplink::detail::owned_bytes;

namespace {

/// Writes `piece` bytes at a time, gathering at most `room` buffers each time; tells what was written.
template <class Bytes> std::string write_all(Bytes bytes, std::size_t room, std::size_t piece) {
    std::string result;
    const std::size_t size = bytes.size();
    std::vector<net::const_buffer> buffers(room);
    while (result.size() != size) {
        const std::size_t count = bytes.gather(buffers.data(), room, result.size());
        REQUIRE(count != 0);
        REQUIRE(count <= room);
        std::size_t n = 0;
        for (std::size_t i = 0; i != count && n != piece; ++i) {
            REQUIRE(buffers[i].size() != 0);
            const std::size_t part = std::min(piece - n, buffers[i].size());
            result.append(static_cast<const char*>(buffers[i].data()), part);
            n += part;
        }
        bytes.consume(n);
    }
    CHECK(bytes.gather(buffers.data(), room, size) == 0);
    return result;
}

}  // namespace

TEST_CASE("borrowed buffers are sent once each, in any pieces, however many are gathered at once") {
    const std::vector<std::string> parts{"", "one", "", "", "two", "x", "", "three", ""};
    std::list<net::const_buffer> sequence;
    std::string expected;
    for (const std::string& each : parts) {
        sequence.push_back(net::buffer(each));
        expected += each;
    }
    for (const std::size_t room : {1u, 2u, 64u})
        for (std::size_t piece = 1; piece != 14; ++piece) {
            CHECK(write_all(borrowed_bytes<std::list<net::const_buffer>>(sequence), room, piece) == expected);
        }
}

TEST_CASE("a single buffer and an array of buffers are sequences too") {
    const std::string text = "some text";
    CHECK(write_all(borrowed_bytes<net::const_buffer>(net::buffer(text)), 64, 4) == text);
    std::string other = "other";
    CHECK(write_all(borrowed_bytes<net::mutable_buffer>(net::buffer(other)), 64, 100) == other);
    const std::array<net::const_buffer, 2> two{net::buffer(text), net::buffer(other)};
    CHECK(write_all(borrowed_bytes<std::array<net::const_buffer, 2>>(two), 1, 6) == text + other);
}

TEST_CASE("buffers of no bytes, or none, have no size and gather nothing") {
    net::const_buffer out[2];
    const std::vector<net::const_buffer> none;
    const std::vector<net::const_buffer> empty(5);
    for (const auto& each : {none, empty}) {
        borrowed_bytes<std::vector<net::const_buffer>> bytes(each);
        CHECK(bytes.size() == 0);
        CHECK(bytes.gather(out, 2, 0) == 0);
    }
}

TEST_CASE("owned bytes are strings and vectors of any byte type") {
    CHECK(write_all(owned_bytes<std::string>("owned text"), 64, 3) == "owned text");
    CHECK(write_all(owned_bytes<std::vector<char>>({'a', 'b'}), 1, 1) == "ab");
    CHECK(write_all(owned_bytes<std::vector<std::uint8_t>>({'c', 'd'}), 1, 5) == "cd");
    CHECK(write_all(owned_bytes<std::vector<std::byte>>({std::byte{'e'}}), 1, 5) == "e");
    net::const_buffer out[1];
    CHECK(owned_bytes<std::string>("").gather(out, 1, 0) == 0);
    CHECK(owned_bytes<std::string>("x").gather(out, 0, 0) == 0);
}

TEST_CASE("a small string that is owned stays where its bytes are") {
    // Short strings are moved with their bytes: what is gathered must point into the operation, not into the
    // argument.
    std::string text = "short";
    owned_bytes<std::string> bytes(std::move(text));
    net::const_buffer out[1];
    REQUIRE(bytes.gather(out, 1, 0) == 1);
    text.assign("other");
    CHECK(std::string(static_cast<const char*>(out[0].data()), out[0].size()) == "short");
}

}  // namespace uplink::tests
