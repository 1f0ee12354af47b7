// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read in progress on a connection: whether it waits, what its kind is, and where its bytes go.
#include <uplink/detail/machine/read_progress.hpp>

#include "support/catch.hpp"

#include <cstddef>

namespace uplink::tests {

namespace {

using uplink::detail::read_progress;
using uplink::detail::read_target;
using uplink::detail::receive_action;

/// An asynchronous read into so many bytes has come back with n.
void wait_for_read(read_progress& read, std::size_t room, std::size_t n) {
    CHECK(read.begin_waiting(read_target::state) == receive_action::read);
    read.started(room);
    read.came_back(n);
}

}  // namespace

TEST_CASE("a read is in flight only if it waits, and none is left once it has come back") {
    read_progress read(true, true);
    CHECK(read.reads_now());
    CHECK(read.is_none());
    CHECK_FALSE(read.is_in_flight());
    CHECK(read.begin(read_target::state) == receive_action::spin);
    CHECK_FALSE(read.is_none());
    CHECK_FALSE(read.is_in_flight());
    read.came_back(0);
    CHECK(read.is_none());
    CHECK(read.begin(read_target::state) == receive_action::read);
    CHECK_FALSE(read.is_none());
    CHECK(read.is_in_flight());
    read.came_back(1);
    CHECK(read.is_none());
    CHECK_FALSE(read.is_in_flight());
}

TEST_CASE("the target of a read is known until it is ended, also after it has come back") {
    read_progress read(true, false);
    CHECK(read.target() == read_target::none);
    for (const read_target target : {read_target::caller, read_target::overflow, read_target::discard}) {
        read.begin(target);
        CHECK(read.target() == target);
        read.came_back(1);
        CHECK(read.target() == target);
    }
    read.begin_waiting(read_target::state);
    CHECK(read.target() == read_target::state);
    read.end();
    CHECK(read.target() == read_target::none);
    CHECK(read.is_none());
}

TEST_CASE("a read that filled its room is followed by one that does not wait, and that by one that does") {
    read_progress read(true, false);
    wait_for_read(read, 8, 8);
    CHECK(read.begin(read_target::caller) == receive_action::read_now);
    CHECK(read.target() == read_target::caller);
    CHECK_FALSE(read.is_in_flight());
    read.came_back(8);
    CHECK(read.begin(read_target::state) == receive_action::read);
}

TEST_CASE("the first read of a receive waits, and so does one after a read that left a byte of its room") {
    read_progress read(true, false);
    read.receive_started();
    CHECK(read.begin(read_target::state) == receive_action::read);
    read.came_back(0);
    wait_for_read(read, 8, 7);
    CHECK(read.begin(read_target::state) == receive_action::read);
}

TEST_CASE("what an earlier receive has read promises no bytes to the next one") {
    read_progress read(true, false);
    wait_for_read(read, 8, 8);
    read.receive_started();
    CHECK(read.begin(read_target::state) == receive_action::read);
}

TEST_CASE("a client that spins does so once for each receive and for each read that has waited") {
    read_progress read(true, true);
    for (int receive = 0; receive != 2; ++receive) {
        read.receive_started();
        CHECK(read.begin(read_target::state) == receive_action::spin);
        read.came_back(0);
        CHECK(read.begin(read_target::state) == receive_action::read);
        read.started(8);
        read.came_back(3);
        CHECK(read.begin(read_target::state) == receive_action::spin);
        read.came_back(8);  // as many as the room of the read that waited
        CHECK(read.begin(read_target::state) == receive_action::read);
    }
}

TEST_CASE("a stream that cannot read without waiting always waits, even if the client spins") {
    read_progress read(false, true);
    CHECK_FALSE(read.reads_now());
    read.receive_started();
    CHECK(read.begin(read_target::state) == receive_action::read);
    read.started(8);
    read.came_back(8);
    CHECK(read.begin(read_target::state) == receive_action::read);
}

TEST_CASE("a read that has to wait does so, even if bytes are likely") {
    read_progress read(true, true);
    wait_for_read(read, 8, 8);
    CHECK(read.begin_waiting(read_target::discard) == receive_action::read);
    CHECK(read.is_in_flight());
    CHECK(read.target() == read_target::discard);
}

}  // namespace uplink::tests
