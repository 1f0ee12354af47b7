// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A fork leaves the threads of lookups behind: what they were asking, or were about to ask, the child asks again.
#include <uplink/detail/system/system_resolver.hpp>

#include "support/awaited_answer.hpp"
#include "support/catch.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#if defined(__SANITIZE_THREAD__)  // g++
#define UPLINK_TEST_UNDER_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)  // clang
#define UPLINK_TEST_UNDER_TSAN
#endif
#endif

namespace uplink::tests {

namespace {

#if !defined(UPLINK_TEST_UNDER_TSAN)

/// Forks the program as a user of the context does. True where the child's lookups were answered, and `good` held
/// there.
template <class Good> bool fork_answers(net::io_context& context, awaited_answer& answer, Good good) {
    context.notify_fork(net::execution_context::fork_prepare);
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);  // ends it if it waits for what only a thread of the parent could do
        interposed_lookups lookups_of_child(
            [](const lookup_request&) { return addresses(some_addresses()); });
        bool all_good = false;
        try {
            context.notify_fork(net::execution_context::fork_child);
            all_good = answer.came() && good(lookups_of_child);
        } catch (...) {  // a failed assertion must not make the child go on with the other tests
        }
        ::_exit(all_good ? 0 : 1);
    }
    context.notify_fork(net::execution_context::fork_parent);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status == 0;
}

/// The first thread is not started: it is for the test to call its function. Later ones are.
struct held_thread {
    static inline void* (*function)(void*) = nullptr;
    static inline void* argument = nullptr;

    static int start(void* (*run)(void*), void* with) {
        if (function != nullptr) return detail::start_detached_thread(run, with);
        function = run;
        argument = with;
        return 0;
    }
};

#endif

}  // namespace

TEST_CASE("a forked child asks again what the threads of its parent were asking") {
#if defined(UPLINK_TEST_UNDER_TSAN)
    WARN("skipped: ThreadSanitizer does not follow a fork of a program with threads");
#else
    interposed_lookups lookups(stuck_if_so_named);
    net::io_context context;
    const auto resolver = detail::system_resolver_of(context);
    awaited_answer one;
    resolver->resolve(question_of("stuck.test"), one.function());
    // Stuck, so that its thread holds no lock of this test's when it is left behind.
    REQUIRE(lookups.wait_for_stuck(1));
    CHECK(fork_answers(context, one, [](const interposed_lookups& asked) { return asked.calls() == 1; }));
    CHECK(lookups.calls() == 1);
    lookups.release_all();
    CHECK(one.came());
#endif
}

TEST_CASE("a forked child asks what a thread of its parent, still starting, was to ask") {
#if defined(UPLINK_TEST_UNDER_TSAN)
    WARN("skipped: ThreadSanitizer does not follow a fork of a program with threads");
#else
    interposed_lookups lookups(stuck_if_so_named);
    held_thread::function = nullptr;
    net::io_context context;
    const auto resolver =
        std::make_shared<detail::system_resolver>(&std::chrono::steady_clock::now, &held_thread::start);
    net::make_service<detail::system_resolver_service>(static_cast<net::execution_context&>(context),
                                                       resolver);
    awaited_answer one;
    resolver->resolve(question_of("name.test"), one.function());
    REQUIRE(resolver->threads() == 1);
    CHECK(fork_answers(context, one, [](const interposed_lookups& asked) { return asked.calls() == 1; }));
    CHECK(lookups.calls() == 0);
    held_thread::function(held_thread::argument);  // here the thread goes on
    CHECK(one.came());
#endif
}

}  // namespace uplink::tests
