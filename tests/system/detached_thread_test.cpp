// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The threads of lookups: they run, nobody joins them, and the program's signals do not come to them.
#include <uplink/detail/system/detached_thread.hpp>

#include "support/catch.hpp"

#include <csignal>
#include <future>
#include <pthread.h>

namespace uplink::tests {

TEST_CASE("a detached thread runs with the signals that a program handles blocked, those of faults not") {
    std::promise<sigset_t> mask;
    const auto work = [](void* argument) -> void* {
        sigset_t blocked;
        sigemptyset(&blocked);
        pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
        static_cast<std::promise<sigset_t>*>(argument)->set_value(blocked);
        return nullptr;
    };
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, nullptr, &before);
    REQUIRE(uplink::detail::start_detached_thread(work, &mask) == 0);
    const sigset_t blocked = mask.get_future().get();
    for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGCHLD})
        CHECK(sigismember(&blocked, each) == 1);
    CHECK(sigismember(&blocked, SIGSEGV) == 0);
    sigset_t after;
    pthread_sigmask(SIG_BLOCK, nullptr, &after);
    for (const int each : {SIGINT, SIGTERM, SIGUSR1})
        CHECK(sigismember(&after, each) == sigismember(&before, each));
}

}  // namespace uplink::tests
