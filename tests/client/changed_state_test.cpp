// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A state that is changed while a read is under way into it is noticed in debug builds: received_bytes at once, any
// other when the read has come back.
#include "support/asking_client.hpp"
#include "support/scripted_stream.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string_view>
#include <utility>

namespace uplink::tests {

#if !defined(NDEBUG)
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UPLINK_TEST_HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UPLINK_TEST_HAS_SANITIZER 1
#endif
#endif

namespace {

#if defined(UPLINK_TEST_HAS_SANITIZER)
constexpr bool has_sanitizer = true;
#else
constexpr bool has_sanitizer = false;
#endif

enum class change_ending { not_reached, unnoticed, asserted_at_once, noticed_later };

/// Does it end the process, and when: by an assertion, or later by a sanitizer that is faster?
template <class State> change_ending ending_after(void (*change)(State&)) {
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        if (::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);
        scripted_client<State> talk;
        talk.connect();
        completion received;
        talk.client.async_receive_until("\n", record(received));
        talk.script().end_read("abc");
        talk.run();
        if (received || !talk.script().is_reading()) ::_exit(3);
        change(talk.client.state());
        char went_on = 0;
        if (::write(pipe_ends[1], &went_on, 1) != 1) ::_exit(3);
        talk.script().end_read("\n");
        talk.run();
        ::_exit(0);
    }
    ::close(pipe_ends[1]);
    char byte = 0;
    const bool went_on = ::read(pipe_ends[0], &byte, 1) == 1;
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool is_asserted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    if (!went_on) return is_asserted ? change_ending::asserted_at_once : change_ending::not_reached;
    const bool is_reported = has_sanitizer && (!WIFEXITED(status) || WEXITSTATUS(status) != 0);
    return is_asserted || is_reported ? change_ending::noticed_later : change_ending::unnoticed;
}

}  // namespace

TEST_CASE("a change of received_bytes while a receive is pending is asserted at once", "[receive]") {
    const auto ending = ending_after<received_bytes>;
    CHECK(ending([](received_bytes& state) { static_cast<void>(state.view()); }) == change_ending::unnoticed);
    CHECK(ending([](received_bytes& state) { const received_bytes copy(state); }) ==
          change_ending::unnoticed);
    const auto at_once = change_ending::asserted_at_once;
    CHECK(ending([](received_bytes& state) { state.prepare(1); }) == at_once);
    CHECK(ending([](received_bytes& state) { state.commit(1); }) == at_once);
    CHECK(ending([](received_bytes& state) { state.consume(1); }) == at_once);
    CHECK(ending([](received_bytes& state) { state.clear(); }) == at_once);
    CHECK(ending([](received_bytes& state) { state = received_bytes(); }) == at_once);
    CHECK(ending([](received_bytes& state) { const received_bytes taken(std::move(state)); }) == at_once);
}

TEST_CASE("a change of any other state while a receive is pending is noticed when the read has come back",
          "[receive]") {
    const auto ending = ending_after<asking_bytes>;
    CHECK(ending([](asking_bytes& state) { static_cast<void>(state.view()); }) == change_ending::unnoticed);
    CHECK(ending([](asking_bytes& state) { state.consume(1); }) == change_ending::noticed_later);
    CHECK(ending([](asking_bytes& state) { state.clear(); }) == change_ending::noticed_later);
    CHECK(ending([](asking_bytes& state) { state = asking_bytes(); }) == change_ending::noticed_later);
    CHECK(ending([](asking_bytes& state) { const asking_bytes taken(std::move(state)); }) ==
          change_ending::noticed_later);
}
#endif

}  // namespace uplink::tests
