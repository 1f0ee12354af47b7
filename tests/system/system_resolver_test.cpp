// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Threads and the queue: no lookup waits behind a stuck one until sixteen are stuck, and then only as long as
// somebody wants it. The lookups themselves are decided by the test.
#include <uplink/detail/system/system_resolver.hpp>

#include "support/awaited_answer.hpp"
#include "support/catch.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <pthread.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

using uplink::detail::lookup_interest;
using uplink::detail::system_resolver;
using uplink::detail::system_resolver_of;

namespace {

// No thread can be started while this lives: each would need more memory for its stack than there are addresses.
class no_more_threads {
public:
    no_more_threads() {
        pthread_attr_t attributes;
        ::pthread_attr_init(&attributes);
        ::pthread_getattr_default_np(&attributes);
        ::pthread_attr_getstacksize(&attributes, &before_);
        set(std::size_t{1} << 60);
        ::pthread_attr_destroy(&attributes);
    }
    ~no_more_threads() { set(before_); }

private:
    static void set(std::size_t size) {
        pthread_attr_t attributes;
        ::pthread_attr_init(&attributes);
        ::pthread_attr_setstacksize(&attributes, size);
        ::pthread_setattr_default_np(&attributes);
        ::pthread_attr_destroy(&attributes);
    }
    std::size_t before_ = 0;
};

}  // namespace

TEST_CASE("a context has one resolver, and another context another") {
    net::io_context context;
    net::io_context other;
    CHECK(system_resolver_of(context) == system_resolver_of(context));
    CHECK(system_resolver_of(context) != system_resolver_of(other));
}

TEST_CASE("a lookup is answered once, from a thread that ends when there is no more work") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    awaited_answer first;
    resolver->resolve({"name.test", "80", address_family::v4}, first.function());
    CHECK(first.came());
    REQUIRE(lookups.wait_for_ended_threads(1));
    CHECK(resolver->threads() == 0);
    awaited_answer second;
    resolver->resolve({"name.test", "80", address_family::v4}, second.function());
    CHECK(second.came());
    REQUIRE(lookups.wait_for_ended_threads(2));
    CHECK(lookups.calls() == 2);
}

TEST_CASE("a lookup does not wait behind stuck ones while fewer than sixteen are stuck") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    for (std::size_t stuck = 0; stuck != all_threads; ++stuck) {
        awaited_answer free;
        resolver->resolve({"name.test", "80", address_family::v4}, free.function());
        REQUIRE(free.came());
        REQUIRE(lookups.wait_for_ended_threads(stuck + 1));
        resolver->resolve(stuck_question(stuck), ignore_answer);
        REQUIRE(lookups.wait_for_calls(2 * (stuck + 1)));
    }
    CHECK(resolver->threads() == all_threads);
    CHECK(resolver->queued() == 0);
}

TEST_CASE("when sixteen are stuck the next waits, and runs as soon as one is done") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    occupy(*resolver, lookups, all_threads);
    awaited_answer next;
    resolver->resolve({"name.test", "80", address_family::v4}, next.function());
    CHECK(resolver->threads() == all_threads);
    CHECK(resolver->queued() == 1);
    CHECK(next.is_pending());
    lookups.release_one();
    CHECK(next.came());
    CHECK(lookups.most_at_once() == all_threads);
    lookups.release_all();
    REQUIRE(lookups.wait_for_ended_threads(all_threads));
    CHECK(resolver->threads() == 0);
}

TEST_CASE("a thousand lookups at once use sixteen threads, and all are answered") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    std::vector<awaited_answer> answers(1000);
    for (std::size_t i = 0; i != answers.size(); ++i)
        resolver->resolve(stuck_question(i), answers[i].function());
    CHECK(resolver->threads() == all_threads);
    lookups.release_all();
    for (auto& one : answers) REQUIRE(one.came());
    CHECK(lookups.calls() == 1000);
    CHECK(lookups.most_at_once() <= all_threads);
}

TEST_CASE("a queued lookup that nobody wants any more is dropped unasked") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    occupy(*resolver, lookups, all_threads);
    awaited_answer unwanted;
    awaited_answer wanted;
    auto interest = std::make_shared<lookup_interest>();
    resolver->resolve({"unwanted.test", "80", address_family::v4}, unwanted.function(), interest);
    resolver->resolve({"wanted.test", "80", address_family::v4}, wanted.function());
    interest.reset();
    lookups.release_one();
    CHECK(wanted.came());
    CHECK_FALSE(unwanted.get());
    const auto requests = lookups.requests();
    CHECK(requests.size() == all_threads + 1);
    CHECK(requests.back().host == "wanted.test");
}

TEST_CASE("what an unwanted lookup owned is destroyed before the next lookup, which may be stuck") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    occupy(*resolver, lookups, all_threads);
    awaited_answer unwanted;
    auto interest = std::make_shared<lookup_interest>();
    resolver->resolve(question_of("unwanted.test"), unwanted.function(), interest);
    resolver->resolve(question_of("stuck again.test"), ignore_answer);
    interest.reset();
    lookups.release_one();
    REQUIRE(lookups.wait_for_stuck(all_threads + 1));
    CHECK(unwanted.is_destroyed());
}

TEST_CASE("those that give up and ask again do not make the queue grow") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    occupy(*resolver, lookups, all_threads);
    for (int i = 0; i != 1000; ++i) {
        const auto interest = std::make_shared<lookup_interest>();
        resolver->resolve(question_of("unwanted" + std::to_string(i) + ".test"), ignore_answer, interest);
        REQUIRE(resolver->queued() <= 2 * all_threads);
    }
}

TEST_CASE("where no thread can be started the answer is the system's reason, and later lookups work") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    awaited_answer refused;
    {
        const no_more_threads limit;
        resolver->resolve({"name.test", "80", address_family::v4}, refused.function());
        CHECK(!refused.is_pending());
    }
    const auto value = refused.get();
    REQUIRE(value);
    CHECK(value->first == net::error::try_again);
    CHECK(value->second.empty());
    CHECK(resolver->threads() == 0);
    CHECK(resolver->queued() == 0);
    awaited_answer next;
    resolver->resolve({"name.test", "80", address_family::v4}, next.function());
    CHECK(next.came());
}

TEST_CASE("where no further thread can be started lookups wait for one that runs, and then for no other") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    occupy(*resolver, lookups, 1);
    awaited_answer first;
    awaited_answer second;
    {
        const no_more_threads limit;
        resolver->resolve({"stuck.test", "80", address_family::v4}, first.function());
        resolver->resolve({"name.test", "80", address_family::v4}, second.function());
        CHECK(resolver->queued() == 2);
        CHECK(resolver->threads() == 1);
    }
    lookups.release_one();
    CHECK(second.came());  // although first is stuck on the thread that they waited for
    CHECK(first.is_pending());
    lookups.release_all();
    CHECK(first.came());
}

}  // namespace uplink::tests
