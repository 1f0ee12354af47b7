// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Lookups that outlive what asked for them: nothing waits for them, and what comes late touches nothing. And what
// else happens on a thread that the program does not know of.
#include <uplink/detail/system/system_resolver.hpp>

#include "support/awaited_answer.hpp"
#include "support/catch.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <pthread.h>

#include <atomic>
#include <csignal>
#include <future>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace uplink::tests {

using uplink::detail::system_resolver;
using uplink::detail::system_resolver_of;

TEST_CASE("an answer that nobody wants any more is not called") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    auto interest = std::make_shared<uplink::detail::lookup_interest>();
    awaited_answer unwanted;
    system_resolver_of(context)->resolve({"stuck.test", "80", address_family::v4}, unwanted.function(),
                                         interest);
    REQUIRE(lookups.wait_for_calls(1));
    interest.reset();
    lookups.release_all();
    CHECK_FALSE(unwanted.get());
}

TEST_CASE("a context is destroyed while lookups are stuck, and what comes late touches nothing") {
    interposed_lookups lookups(stuck_if_so_named);
    auto context = std::make_unique<net::io_context>();
    auto resolver = system_resolver_of(*context);
    std::weak_ptr<system_resolver> alive = resolver;
    occupy(*resolver, lookups, all_threads - 1);
    awaited_answer running;
    awaited_answer queued;
    resolver->resolve({"stuck.test", "80", address_family::v4}, running.function());
    REQUIRE(lookups.wait_for_calls(all_threads));
    resolver->resolve({"queued.test", "80", address_family::v4}, queued.function());
    context.reset();
    CHECK(running.is_destroyed());
    CHECK(queued.is_destroyed());
    CHECK(resolver->threads() == all_threads);

    awaited_answer too_late;
    resolver->resolve({"late.test", "80", address_family::v4}, too_late.function());
    CHECK(too_late.is_destroyed());
    CHECK_FALSE(too_late.get());

    resolver.reset();
    CHECK_FALSE(alive.expired());  // its threads own it now
    lookups.release_all();
    REQUIRE(lookups.wait_for_ended_threads(all_threads));
    CHECK(alive.expired());
    CHECK(lookups.calls() == all_threads);
    CHECK_FALSE(running.get());
    CHECK_FALSE(queued.get());
}

TEST_CASE("the destruction of a context waits for an answer that is being called, so that it may post") {
    interposed_lookups lookups(stuck_if_so_named);
    auto context = std::make_unique<net::io_context>();
    const auto resolver = system_resolver_of(*context);
    awaited_answer stuck;  // its destruction shows that closing has begun
    resolver->resolve({"stuck.test", "80", address_family::v4}, stuck.function());
    REQUIRE(lookups.wait_for_calls(1));
    std::promise<void> called;
    std::atomic<bool> destroyed = false;
    std::atomic<bool> destroyed_meanwhile = false;
    resolver->resolve({"name.test", "80", address_family::v4}, [&](const auto&) {
        called.set_value();
        while (!stuck.is_destroyed()) std::this_thread::yield();
        for (int i = 0; i != 1000; ++i) std::this_thread::yield();
        net::post(*context, [] {});
        destroyed_meanwhile = destroyed.load();
    });
    called.get_future().get();
    net::io_context& dying = *context;
    dying.~io_context();
    destroyed = true;
    CHECK_FALSE(destroyed_meanwhile);
    ::operator delete(context.release());
}

TEST_CASE("an answer may close the resolver that calls it") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = std::make_shared<system_resolver>();
    awaited_answer closed;
    resolver->resolve({"name.test", "80", address_family::v4},
                      [resolver, done = closed.function()](lookup_answer answer) {
                          resolver->close();
                          done(std::move(answer));
                      });
    CHECK(closed.came());
}

TEST_CASE("what an answer throws is lost, and the next lookup is answered") {
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = system_resolver_of(context);
    const auto throwing = [](const auto&) { throw std::runtime_error("from an answer"); };
    occupy(*resolver, lookups, all_threads - 1);
    resolver->resolve({"name.test", "80", address_family::v4}, throwing);
    awaited_answer next;
    resolver->resolve({"name.test", "80", address_family::v4}, next.function());
    CHECK(next.came());
}

TEST_CASE("the program's signal handlers do not run on a lookup's thread, its crash handlers do") {
    sigset_t blocked;
    sigemptyset(&blocked);
    interposed_lookups lookups([&](const lookup_request&) {
        ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
        return addresses(some_addresses());
    });
    sigset_t none;
    sigset_t before;
    sigset_t after;
    sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, &before);
    net::io_context context;
    awaited_answer one;
    system_resolver_of(context)->resolve({"name.test", "80", address_family::v4}, one.function());
    ::pthread_sigmask(SIG_SETMASK, &before, &after);
    CHECK(one.came());
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, SIGALRM, SIGPIPE}) {
        CHECK(sigismember(&blocked, signal) == 1);
        CHECK(sigismember(&after, signal) == 0);  // the caller has its own mask again
    }
    for (const int signal : {SIGSEGV, SIGBUS, SIGABRT}) CHECK(sigismember(&blocked, signal) == 0);
}

TEST_CASE("an answer that closes the resolver is the last one, whoever else shares the lookup") {
    interposed_lookups lookups(stuck_if_so_named);
    const auto resolver = std::make_shared<system_resolver>();
    awaited_answer closing;
    awaited_answer other;
    resolver->resolve({"stuck.test", "80", address_family::v4},
                      [resolver, done = closing.function()](lookup_answer answer) {
                          resolver->close();
                          done(std::move(answer));
                      });
    REQUIRE(lookups.wait_for_calls(1));
    resolver->resolve({"stuck.test", "80", address_family::v4}, other.function());
    lookups.release_all();
    CHECK(closing.came());
    CHECK_FALSE(other.get());
    CHECK(lookups.calls() == 1);
}

}  // namespace uplink::tests
