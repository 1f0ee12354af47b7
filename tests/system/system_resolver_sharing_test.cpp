// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Equal questions share one getaddrinfo. The resolver's clock is the test's own.
#include <uplink/detail/system/system_resolver.hpp>

#include "support/awaited_answer.hpp"
#include "support/catch.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

/// Read by the threads of lookups too.
struct sharing_clock {
    static inline std::atomic<std::chrono::nanoseconds> time{};
    static std::chrono::steady_clock::time_point now() {
        return std::chrono::steady_clock::time_point(time.load());
    }
    static void go_on(std::chrono::nanoseconds by) { time = time.load() + by; }
};

std::shared_ptr<detail::system_resolver> sharing_resolver() {
    sharing_clock::time = std::chrono::nanoseconds(0);
    return std::make_shared<detail::system_resolver>(&sharing_clock::now);
}

}  // namespace

TEST_CASE("equal questions share one lookup, and all are answered") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = sharing_resolver();
    std::vector<awaited_answer> answers(20);
    resolver->resolve(question_of("stuck.test"), answers[0].function());
    REQUIRE(lookups.wait_for_stuck(1));
    for (std::size_t i = 1; i != answers.size(); ++i)
        resolver->resolve(question_of("stuck.test"), answers[i].function());
    CHECK(resolver->threads() == 1);
    lookups.release_all();
    for (awaited_answer& each : answers) CHECK(each.came());
    CHECK(lookups.calls() == 1);
    resolver->close();
}

TEST_CASE("a question is asked anew when its lookup is a second old, and a third time not") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = sharing_resolver();
    awaited_answer old, young, joined;
    resolver->resolve(question_of("stuck.test"), old.function());
    REQUIRE(lookups.wait_for_stuck(1));
    sharing_clock::go_on(1s);
    resolver->resolve(question_of("stuck.test"), young.function());
    REQUIRE(lookups.wait_for_stuck(2));
    sharing_clock::go_on(1h);
    resolver->resolve(question_of("stuck.test"), joined.function());
    CHECK(resolver->threads() == 2);
    CHECK(resolver->queued() == 0);
    lookups.release_one();
    CHECK(old.came());
    CHECK(joined.is_pending());  // it has joined the younger one
    lookups.release_one();
    CHECK(young.came());
    CHECK(joined.came());
    CHECK(lookups.calls() == 2);
    resolver->close();
}

TEST_CASE("an answered lookup is not joined: nothing is kept") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = sharing_resolver();
    for (int i = 0; i != 3; ++i) {
        awaited_answer answer;
        resolver->resolve(question_of("name.test"), answer.function());
        REQUIRE(answer.came());
    }
    CHECK(lookups.calls() == 3);
    resolver->close();
}

TEST_CASE("who gives up leaves the others that share its lookup undisturbed") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = sharing_resolver();
    for (const bool first_gives_up : {true, false}) {
        awaited_answer first, second;
        auto first_interest = std::make_shared<detail::lookup_interest>();
        auto second_interest = std::make_shared<detail::lookup_interest>();
        const std::size_t before = lookups.calls();
        resolver->resolve(question_of("stuck.test"), first.function(), first_interest);
        REQUIRE(lookups.wait_for_stuck(before + 1));
        resolver->resolve(question_of("stuck.test"), second.function(), second_interest);
        (first_gives_up ? first_interest : second_interest).reset();
        lookups.release_one();
        CHECK((first_gives_up ? second : first).came());
        CHECK_FALSE((first_gives_up ? first : second).get());
        CHECK(lookups.calls() == before + 1);
    }
    resolver->close();
}

TEST_CASE("a resolver that closes drops all that share a lookup, and does not wait for it") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = sharing_resolver();
    awaited_answer answers[3];
    resolver->resolve(question_of("stuck.test"), answers[0].function());
    REQUIRE(lookups.wait_for_stuck(1));
    for (std::size_t i : {1U, 2U}) resolver->resolve(question_of("stuck.test"), answers[i].function());
    resolver->close();
    for (awaited_answer& each : answers) CHECK(each.is_destroyed());
    lookups.release_all();
    REQUIRE(lookups.wait_for_ended_threads(1));
    for (awaited_answer& each : answers) CHECK_FALSE(each.get());
}

TEST_CASE("a lookup begins when a thread takes it, and at once for those that join it later") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = sharing_resolver();
    occupy(*resolver, lookups, all_threads);
    const auto waiting = std::make_shared<detail::lookup_interest>();
    const auto joining = std::make_shared<detail::lookup_interest>();
    awaited_answer first, second;
    resolver->resolve(question_of("stuck late.test"), first.function(), waiting);
    CHECK_FALSE(waiting->began());
    sharing_clock::go_on(5s);
    lookups.release_one();
    REQUIRE(lookups.wait_for_stuck(all_threads + 1));
    CHECK(waiting->began() == 5s);
    sharing_clock::go_on(500ms);
    resolver->resolve(question_of("stuck late.test"), second.function(), joining);
    CHECK(joining->began() == 0s);
    lookups.release_all();
    CHECK(first.came());
    CHECK(second.came());
    resolver->close();
}

TEST_CASE("halves of a question that are stuck leave the other halves a thread") {
    interposed_lookups lookups([](const lookup_request& request) {
        lookup_reply reply = addresses(some_addresses());
        reply.stuck = request.family == AF_INET6;
        return reply;
    });
    const auto resolver = sharing_resolver();
    using part = detail::system_resolver::part;
    std::vector<awaited_answer> v4(100);
    for (std::size_t i = 0; i != v4.size(); ++i) {
        resolver->resolve(stuck_question(i, address_family::v6), ignore_answer, nullptr, part::v6_half);
        resolver->resolve(stuck_question(i, address_family::v4), v4[i].function(), nullptr, part::v4_half);
    }
    for (awaited_answer& each : v4) REQUIRE(each.came());
    REQUIRE(lookups.wait_for_stuck(all_threads - 1));
    CHECK(resolver->queued() == v4.size() - (all_threads - 1));
    CHECK(lookups.most_at_once() <= all_threads);
    resolver->close();
}

}  // namespace uplink::tests
