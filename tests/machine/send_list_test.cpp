// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The sends of a connection in their order: how many bytes wait, and which sends there is room for. What one
// write takes of them is tested in send_list_writes_test.cpp.
#include <uplink/detail/machine/send_list.hpp>

#include "machine/send_machine_rig.hpp"
#include "support/catch.hpp"

namespace uplink::tests {

namespace {

using uplink::detail::gathered_write;
using uplink::detail::send_kind;

struct listed_sends {
    detail::send_list sends{};
    lettered_send a{'a', send_kind::bytes, 3};
    lettered_send b{'b', send_kind::bytes, 4};
    lettered_send c{'c', send_kind::bytes, 2};
    lettered_send some{'s', send_kind::some, 3};
    lettered_send half_close{'e', send_kind::half_close, 0};
};

}  // namespace

TEST_CASE_METHOD(listed_sends, "sends keep the order in which they were added") {
    CHECK(sends.is_empty());
    CHECK_FALSE(sends.has_one());
    CHECK(sends.first() == nullptr);
    sends.add(a);
    CHECK(sends.has_one());
    sends.add(b);
    sends.add(c);
    CHECK_FALSE(sends.has_one());
    CHECK(&sends.front() == &a);
    CHECK(sends.first() == &a);
    CHECK(sends.next(a) == &b);
    CHECK(sends.next(c) == nullptr);
    sends.remove(b);
    CHECK(sends.next(a) == &c);
}

TEST_CASE_METHOD(listed_sends, "a removed send takes its bytes along, and completes if it has no error") {
    sends.add(a);
    sends.add(b);
    sends.add(half_close);
    CHECK(sends.bytes() == 7);
    CHECK(sends.half_closes() == 1);
    a.error = net::error::operation_aborted;
    sends.remove(a);
    CHECK(sends.bytes() == 4);
    sends.remove(half_close);
    CHECK(sends.half_closes() == 0);
    CHECK(sends.completed() == 0);  // half-closes are not counted
    sends.remove(b);
    CHECK(sends.bytes() == 0);
    CHECK(sends.completed() == 1);
}

TEST_CASE_METHOD(listed_sends, "an empty list has room for any send, and any list for all but bytes") {
    CHECK(sends.has_room_for(b, 1));
    sends.add(b);
    CHECK_FALSE(sends.has_room_for(a, 0));
    CHECK(sends.has_room_for(half_close, 0));
    CHECK(sends.has_room_for(some, 0));
}

TEST_CASE_METHOD(listed_sends, "the bytes behind the first send may reach the limit exactly") {
    sends.add(b);
    CHECK(sends.has_room_for(a, 3));
    CHECK_FALSE(sends.has_room_for(a, 2));
    sends.add(a);
    CHECK(sends.has_room_for(c, 5));
    CHECK_FALSE(sends.has_room_for(c, 4));
}

TEST_CASE_METHOD(listed_sends, "bytes that a write has gathered do not count for the limit") {
    gathered_write write;
    sends.add(b);
    sends.add(a);
    sends.gather(write, 100, false, true);
    CHECK(sends.has_room_for(c, 2));
    CHECK_FALSE(sends.has_room_for(c, 1));
    sends.add(c);  // which it has not gathered
    lettered_send next{'n', send_kind::bytes, 3};
    CHECK(sends.has_room_for(next, 5));
    CHECK_FALSE(sends.has_room_for(next, 4));
}

TEST_CASE_METHOD(listed_sends, "a removed send leaves its room to others, gathered or not") {
    gathered_write write;
    sends.add(b);
    sends.add(a);
    SECTION("gathered") { sends.gather(write, 100, false, true); }
    SECTION("not gathered") {}
    sends.remove(a);
    CHECK(sends.has_room_for(c, 2));
    CHECK_FALSE(sends.has_room_for(c, 1));
}

TEST_CASE_METHOD(listed_sends, "a send whose bytes a write of its own has sent completes and is not added") {
    CHECK(sends.add_written(a, 3, true));
    CHECK(sends.bytes_sent() == 3);
    CHECK(sends.completed() == 1);
    CHECK(sends.add_written(some, 1, true));
    CHECK(sends.is_empty());
    CHECK(sends.bytes() == 0);
    CHECK(sends.bytes_sent() == 4);
    CHECK(sends.completed() == 2);
}

TEST_CASE_METHOD(listed_sends, "a send of which a part was sent is added with the rest, as begun") {
    CHECK_FALSE(sends.add_written(a, 1, true));
    CHECK(&sends.front() == &a);
    CHECK(a.begun);
    CHECK(a.progress == 1);
    CHECK(sends.bytes() == 2);
    CHECK(sends.bytes_sent() == 1);
    CHECK_FALSE(sends.has_room_for(c, 1));
    CHECK(sends.has_room_for(c, 2));
    sends.remove(a);
    CHECK(sends.bytes() == 0);
}

TEST_CASE_METHOD(listed_sends, "a written send is added if it may not complete, or has sent nothing") {
    CHECK_FALSE(sends.add_written(a, 3, false));
    CHECK(sends.completed() == 0);
    CHECK_FALSE(sends.add_written(some, 0, true));
    CHECK(&sends.front() == &a);
    CHECK(sends.next(a) == &some);
    CHECK(sends.bytes() == 3);
}

}  // namespace uplink::tests
