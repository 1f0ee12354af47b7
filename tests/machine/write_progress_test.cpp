// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The write in progress on a connection: when it is tried without waiting, and when the next one would have
// to wait.
#include <uplink/detail/machine/write_progress.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>

namespace uplink::tests {

namespace {

using uplink::detail::gathered_write;
using uplink::detail::send_action;
using uplink::detail::write_progress;

/// As a send of one block.
struct block {
    std::string bytes;

    net::const_buffer rest() const { return net::buffer(bytes); }
    std::size_t gather(net::const_buffer*, std::size_t) const { return 0; }
    std::size_t left() const { return bytes.size(); }
};

/// Whether the next write would block after one of `size` bytes, of at most `most`, that took n.
bool blocks_after(std::size_t size, std::size_t most, std::size_t n, bool has_more) {
    const block send{std::string(size, 'x')};
    gathered_write gathered;
    gathered.clear(true, most);
    gathered.add(send);
    write_progress write(true);
    write.begin();
    write.prepared(gathered);
    write.came_back(n, has_more);
    return write.would_block();
}

}  // namespace

TEST_CASE("a write is tried without waiting once, then it waits, and the one after it is tried again") {
    write_progress write(true);
    CHECK(write.writes_now());
    for (int round = 0; round != 2; ++round) {
        CHECK(write.begin() == send_action::write_now);
        CHECK_FALSE(write.is_in_flight());
        CHECK(write.begin() == send_action::write);
        CHECK(write.is_in_flight());
    }
}

TEST_CASE("a write is in progress until it is ended, and in flight only if it waits") {
    write_progress write(true);
    for (const bool waits : {false, true}) {
        CHECK(write.is_none());
        CHECK_FALSE(write.is_in_flight());
        write.begin();
        CHECK_FALSE(write.is_none());
        CHECK(write.is_in_flight() == waits);
        write.end();
    }
    CHECK(write.is_none());
}

TEST_CASE("a stream that cannot write without waiting always waits") {
    write_progress write(false);
    CHECK_FALSE(write.writes_now());
    for (int i = 0; i != 3; ++i) CHECK(write.begin() == send_action::write);
}

TEST_CASE("a try that was made elsewhere counts, and may be made again after the next event") {
    write_progress write(true);
    write.set_tried(true);
    CHECK(write.begin() == send_action::write);
    write.begin();
    write.set_tried(false);
    CHECK(write.begin() == send_action::write_now);
}

TEST_CASE("the next write would block after one that took less than it was given") {
    for (const bool has_more : {false, true}) {
        CHECK(blocks_after(4, 100, 0, has_more));
        CHECK(blocks_after(4, 100, 3, has_more));
        CHECK_FALSE(blocks_after(4, 100, 4, has_more));
    }
}

TEST_CASE("the next write waits after the largest one if bytes are left, so that other work gets its turn") {
    CHECK(blocks_after(9, 9, 9, true));
    CHECK_FALSE(blocks_after(9, 9, 9, false));
    CHECK_FALSE(blocks_after(8, 9, 8, true));
}

TEST_CASE("a direct write waits for nothing, and one that left bytes makes the next write wait") {
    write_progress write(true);
    write.begin_directly();
    CHECK_FALSE(write.is_none());
    CHECK_FALSE(write.is_in_flight());
    write.end_directly(2, 3);
    CHECK(write.is_none());
    CHECK(write.would_block());
    CHECK(write.begin() == send_action::write);
    write.begin_directly();
    write.end_directly(3, 3);
    CHECK_FALSE(write.would_block());
    CHECK(write.begin() == send_action::write_now);
}

TEST_CASE("once a write has taken all, the next one is tried without waiting again") {
    gathered_write gathered;
    const block send{"abc"};
    gathered.add(send);
    write_progress write(true);
    write.prepared(gathered);
    write.came_back(2, true);
    CHECK(write.begin() == send_action::write);
    write.came_back(3, false);
    CHECK(write.begin() == send_action::write_now);
}

}  // namespace uplink::tests
