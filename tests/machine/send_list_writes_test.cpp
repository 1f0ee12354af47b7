// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The sends of a connection and one write: which of their bytes it takes, and to which sends the bytes belong
// that it has sent.
#include <uplink/detail/machine/send_list.hpp>

#include "machine/send_machine_rig.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace uplink::tests {

namespace {

using uplink::detail::send_kind;
using uplink::detail::stop_reason;

struct three_sends {
    detail::send_list sends{};
    detail::gathered_write write{};
    lettered_send a{'a', send_kind::bytes, 3};
    lettered_send b{'b', send_kind::bytes, 4};
    lettered_send c{'c', send_kind::bytes, 2};
    lettered_send later{'l', send_kind::bytes, 1};
    lettered_send half_close{'e', send_kind::half_close, 0};

    std::string gather(std::size_t most, bool begins = true) {
        sends.gather(write, most, false, begins);
        std::string all;
        for (const net::const_buffer& each : write.buffers())
            all.append(static_cast<const char*>(each.data()), each.size());
        return all;
    }
    void add_three() {
        for (lettered_send* each : {&a, &b, &c}) sends.add(*each);
    }
};

}  // namespace

TEST_CASE_METHOD(three_sends, "a write takes bytes up to its largest size, and none behind a half-close") {
    sends.add(a);
    sends.add(b);
    sends.add(half_close);
    sends.add(c);
    CHECK(gather(3) == "aaa");
    CHECK(write.is_single());
    CHECK_FALSE(b.in_write);
    CHECK_FALSE(b.begun);
    CHECK(gather(5) == "aaabb");
    CHECK(gather(100) == "aaabbbb");
    CHECK_FALSE(c.in_write);
    sends.remove(a);
    sends.remove(b);
    CHECK(gather(100).empty());
}

TEST_CASE_METHOD(three_sends, "a send for which a write has no buffer left is not in it, nor begun") {
    std::deque<lettered_send> many;
    for (int i = 0; i != 65; ++i) sends.add(many.emplace_back('m', send_kind::bytes, 1u));
    CHECK(gather(100).size() == 64);
    CHECK(many[63].in_write);
    CHECK_FALSE(many[64].in_write);
    CHECK_FALSE(many[64].begun);
}

TEST_CASE_METHOD(three_sends, "small sends are copied together only if the write may copy") {
    add_three();
    sends.gather(write, 100, true, true);
    CHECK(write.is_single());
    CHECK(write.size() == 9);
    gather(100);
    CHECK_FALSE(write.is_single());
    CHECK(write.buffers().begin()->data() == a.data);
}

TEST_CASE_METHOD(three_sends, "sends begin when they are gathered, or when their write has come back") {
    add_three();
    gather(100, false);
    CHECK(a.in_write);
    CHECK_FALSE(a.begun);
    CHECK(a.progress == 0);
    SECTION("gathered twice more, which begins them once") {
        gather(100);
        gather(100);
        CHECK(a.begun);
        CHECK(a.progress == 1);
    }
    SECTION("come back, which begins all that it has left") {
        CHECK_FALSE(sends.distribute(1));
        for (const lettered_send* each : {&a, &b, &c}) {
            CHECK(each->begun);
            CHECK(each->progress == 1);
        }
    }
}

TEST_CASE_METHOD(three_sends, "the bytes of a write belong to its sends in order") {
    add_three();
    gather(100);
    sends.distribute(5);
    CHECK(a.left() == 0);
    CHECK(b.left() == 2);
    CHECK(sends.bytes() == 4);
    CHECK(sends.bytes_sent() == 5);
    for (const lettered_send* each : {&a, &b, &c}) CHECK_FALSE(each->in_write);
    sends.remove(a);
    CHECK(gather(100) == "bbcc");
}

TEST_CASE_METHOD(three_sends, "a write that sent bytes is progress for each send in it or begun before") {
    add_three();
    gather(9);
    sends.distribute(0);
    for (const lettered_send* each : {&a, &b, &c}) CHECK(each->progress == 1);  // as they were gathered
    gather(3);  // smaller than the write before it
    sends.distribute(2);
    for (const lettered_send* each : {&a, &b, &c}) CHECK(each->progress == 2);
    sends.add(later);
    gather(1);
    sends.distribute(1);
    CHECK(a.progress == 2);  // it is complete
    CHECK(b.progress == 3);
    CHECK(later.progress == 0);
}

TEST_CASE_METHOD(three_sends, "a write tells whether one of its sends was stopped meanwhile") {
    add_three();
    gather(7);
    c.stop.ask(stop_reason::cancel);  // which is not in the write
    CHECK_FALSE(sends.distribute(1));
    gather(6);
    b.stop.ask_total_cancellation();
    CHECK(sends.distribute(2));
}

}  // namespace uplink::tests
