// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which lookup begins next, which one a question joins, and who is still there to answer. Times are the test's own.
#include <uplink/detail/system/lookup_queue.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using lookup_part = detail::lookup_queue::part;

/// A queue for at most four lookups at once, at a time that the test sets.
struct queue_rig {
    detail::lookup_queue queue{4};
    detail::lookup_queue::time_point now{1h};
    std::vector<std::shared_ptr<detail::lookup_interest>> interests{};

    detail::lookup_interest& ask(const std::string& host, lookup_part asks = lookup_part::whole) {
        interests.push_back(std::make_shared<detail::lookup_interest>());
        interests.back()->asked(now);
        detail::lookup_queue::askers one, unwanted;
        one.push_back({[](const lookup_answer&) {}, interests.back(), false});
        const lookup_question question{host, "80",
                                       asks == lookup_part::v6_half   ? address_family::v6
                                       : asks == lookup_part::v4_half ? address_family::v4
                                                                      : address_family::any};
        if (!queue.join(question, one, now, unwanted)) queue.add(question, asks, one);
        return *interests.back();
    }
    /// Null: nothing may begin.
    detail::lookup_queue::lookup* begin() {
        detail::lookup_queue::lookups unwanted;
        return queue.begin_next(now, unwanted);
    }
    std::string begin_host() {
        detail::lookup_queue::lookup* const next = begin();
        return next != nullptr ? next->question().host : "none";
    }
};

}  // namespace

TEST_CASE("lookup queue: lookups begin in the order in which they were put") {
    queue_rig test;
    for (const char* host : {"a", "b", "c"}) test.ask(host);
    test.ask("d", lookup_part::v6_half);
    test.ask("e");
    CHECK(test.queue.waiting() == 5);
    CHECK(test.queue.runnable() == 5);
    for (const char* host : {"a", "b", "c", "d", "e", "none"}) CHECK(test.begin_host() == host);
}

TEST_CASE("lookup queue: lookups of one half leave a thread to all others") {
    for (const lookup_part half : {lookup_part::v4_half, lookup_part::v6_half}) {
        queue_rig test;
        for (const char* host : {"a", "b", "c", "d", "e"}) test.ask(host, half);
        CHECK(test.queue.runnable() == 3);
        detail::lookup_queue::lookup* const first = test.begin();
        REQUIRE(first != nullptr);
        CHECK(test.begin_host() == "b");
        CHECK(test.begin_host() == "c");
        CHECK(test.queue.runnable() == 0);
        CHECK(test.begin() == nullptr);
        test.ask("whole");
        test.ask("other", half == lookup_part::v4_half ? lookup_part::v6_half : lookup_part::v4_half);
        CHECK(test.begin_host() == "whole");  // though others wait longer
        CHECK(test.begin_host() == "other");
        CHECK(test.begin() == nullptr);
        test.queue.remove(*first);
        CHECK(test.begin_host() == "d");
    }
}

TEST_CASE("lookup queue: lookups that are not halves may have all threads") {
    queue_rig test;
    for (const char* host : {"a", "b", "c", "d"}) test.ask(host);
    CHECK(test.queue.runnable() == 4);
    for (const char* host : {"a", "b", "c", "d"}) CHECK(test.begin_host() == host);
}

TEST_CASE("lookup queue: one that waits is joined however long it has waited, and begins for all at once") {
    queue_rig test;
    detail::lookup_interest& first = test.ask("a");
    test.now += 1h;
    detail::lookup_interest& second = test.ask("a");
    CHECK(test.queue.waiting() == 1);
    CHECK_FALSE(second.began());
    test.now += 5s;
    REQUIRE(test.begin() != nullptr);
    CHECK(first.began() == 1h + 5s);
    CHECK(second.began() == 5s);
}

TEST_CASE("lookup queue: a running one is joined for a second, then the question is asked anew, once") {
    queue_rig test;
    test.ask("a");
    detail::lookup_queue::lookup* const old = test.begin();
    REQUIRE(old != nullptr);
    test.now += 1s - 1ns;
    CHECK(test.ask("a").began() == 0ns);
    CHECK(old->wanted_by.size() == 2);
    test.now += 1ns;
    CHECK_FALSE(test.ask("a").began());
    detail::lookup_queue::lookup* const young = test.begin();
    REQUIRE(young != nullptr);
    test.now += 1h;
    CHECK(test.ask("a").began() == 0ns);
    CHECK(young->wanted_by.size() == 2);
    CHECK(test.queue.waiting() == 0);
    test.queue.remove(*young);
    test.ask("a");  // the old one alone is left: too old
    CHECK(test.queue.waiting() == 1);
}

TEST_CASE("lookup queue: only questions equal in host, service and family share a lookup") {
    queue_rig test;
    test.ask("a");
    test.ask("a", lookup_part::v4_half);
    test.ask("a", lookup_part::v6_half);
    test.ask("A");
    detail::lookup_queue::askers one, unwanted;
    one.push_back({nullptr, {}, true});
    CHECK_FALSE(test.queue.join({"a", "81", address_family::any}, one, test.now, unwanted));
    CHECK(test.queue.waiting() == 4);
}

TEST_CASE("lookup queue: one that somebody still wants begins, whoever of the others has given up") {
    queue_rig test;
    for (int i = 0; i != 3; ++i) test.ask("a");
    test.ask("b");
    test.interests[0].reset();
    test.interests[1].reset();
    test.interests[3].reset();
    CHECK(test.begin_host() == "a");
    CHECK(test.begin_host() == "none");
    CHECK(test.queue.waiting() == 0);
}

TEST_CASE("lookup queue: those that give up and ask the same again leave nothing behind") {
    queue_rig test;
    test.ask("a");
    detail::lookup_queue::lookup* const running = test.begin();
    for (int i = 0; i != 1000; ++i) {
        test.ask("a");
        test.interests.pop_back();
        REQUIRE(running->wanted_by.size() <= 33);
    }
    CHECK(running->is_wanted());
}

TEST_CASE("lookup queue: what ran begins anew after a fork, before what waited") {
    queue_rig test;
    for (const char* host : {"a", "b", "c", "d"}) test.ask(host, lookup_part::v6_half);
    for (int i = 0; i != 3; ++i) test.begin();
    test.queue.begin_anew();
    CHECK(test.queue.runnable() == 3);
    for (const char* host : {"a", "b", "c", "none"}) CHECK(test.begin_host() == host);
}

}  // namespace uplink::tests
