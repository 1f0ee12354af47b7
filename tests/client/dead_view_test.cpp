// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A view that is kept for too long shows: what it views is overwritten when the next receive begins, in debug
// builds and on streams for tests. And a state that is changed while a read is under way into it is noticed
// in debug builds: received_bytes at once, any other when the read has come back.
#include "support/client_test.hpp"

#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/network.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

template <class Stream> struct line_fixture {
    testing::network net;
    async_client<Stream> client{net.get_executor()};

    line_fixture() {
        net.endpoint("192.0.2.1:80").reply("first\nsecond\nthird\n");
        client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"),
                             [](error_code ec, const auto&) { CHECK_FALSE(ec); });
        net.run();
    }
    std::string_view line() {
        std::string_view result;
        client.async_receive_until("\n", [&](error_code ec, std::string_view view) {
            CHECK_FALSE(ec);
            result = view;
        });
        net.run();
        return result;
    }
};

template <class Stream> void check_overwritten() {
    line_fixture<Stream> test;
    const std::string_view first = test.line();
    CHECK(first == "first\n");
    const std::string_view second = test.line();
    CHECK(first == std::string(6, '\xdd'));
    CHECK(second == "second\n");
    CHECK(test.client.state().view() == "third\n");  // what is not delivered stays
    CHECK(test.line() == "third\n");
    CHECK(second == std::string(7, '\xdd'));
}

}  // namespace

TEST_CASE("the next receive overwrites the view of the one before, on streams for tests", "[receive]") {
    check_overwritten<testing::socket>();
    check_overwritten<testing::faulty_stream<testing::socket>>();
    CHECK(detail::is_for_testing_v<testing::socket>);
    CHECK(detail::is_for_testing_v<testing::faulty_stream<net::ip::tcp::socket>>);
    CHECK_FALSE(detail::is_for_testing_v<net::ip::tcp::socket>);
}

TEST_CASE("a direct read overwrites the view of the receive before it too", "[receive]") {
    line_fixture<testing::socket> test;
    const std::string_view first = test.line();
    char room[4];
    completion read;
    test.client.async_read_some(net::buffer(room), record(read));
    test.net.run();
    CHECK(read == completed(success, 4));
    CHECK(std::string_view(room, 4) == "seco");
    CHECK(first == std::string(6, '\xdd'));
}

TEST_CASE("a view whose handler is still to be called outlasts a connect that begins meanwhile",
          "[receive]") {
    testing::network net;
    net.endpoint("192.0.2.1:80").reply("first\nsecond\n").reset().then().deaf();
    async_client<testing::socket> client{net.get_executor()};
    const auto place = testing::detail::parse_endpoint("192.0.2.1:80");
    completion connected, first, sent, again;
    client.async_connect(place, record(connected));
    net.run();
    client.async_receive_until("\n", record(first));
    net.run();
    CHECK(first == completed(success, "first\n"));
    client.async_send(std::string("x"), record(sent));
    net.run();
    CHECK(sent == completed(was_reset));
    std::string second;
    client.async_receive_until("\n", [&](error_code ec, std::string_view view) {
        CHECK_FALSE(ec);
        second = view;
    });
    client.async_connect(place, record(again));  // the connection has failed
    net.run();
    CHECK(second == "second\n");
    CHECK(again == completed(success));
    CHECK(client.state().empty());
}

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

/// A state of the user's own.
class unguarded_bytes {
public:
    net::mutable_buffer prepare(std::size_t n) { return bytes_.prepare(n); }
    void commit(std::size_t n) noexcept { bytes_.commit(n); }
    std::size_t size() const noexcept { return bytes_.size(); }
    void clear() noexcept { bytes_.clear(); }
    std::string_view view() const noexcept { return bytes_.view(); }
    void consume(std::size_t n) noexcept { bytes_.consume(n); }

private:
    received_bytes bytes_{};
};

enum class change_ending { unnoticed, asserted_at_once, noticed_later };

/// Does it end the process, and when: by an assertion, or later by a sanitizer that is faster?
template <class State, class Change> change_ending ending_after(Change change) {
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        if (::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);
        testing::network net;
        net.endpoint("192.0.2.1:80").reply("abc").after(std::chrono::seconds(1)).reply("\n");
        async_client<testing::socket, State> client{net.get_executor()};
        client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"), [](error_code, const auto&) {});
        net.run_for(std::chrono::milliseconds(1));
        client.async_receive_until("\n", [](error_code, std::string_view) {});
        net.run_for(std::chrono::milliseconds(1));
        change(client.state());
        char went_on = 0;
        if (::write(pipe_ends[1], &went_on, 1) != 1) ::_exit(3);
        net.run();
        ::_exit(0);
    }
    ::close(pipe_ends[1]);
    char byte = 0;
    const bool went_on = ::read(pipe_ends[0], &byte, 1) == 1;
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool is_asserted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    if (!went_on && is_asserted) return change_ending::asserted_at_once;
    const bool is_reported = has_sanitizer && (!WIFEXITED(status) || WEXITSTATUS(status) != 0);
    return is_asserted || is_reported ? change_ending::noticed_later : change_ending::unnoticed;
}

}  // namespace

TEST_CASE("a change of received_bytes while a receive is pending is asserted at once", "[receive]") {
    const auto ending = [](auto change) { return ending_after<received_bytes>(change); };
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
    const auto ending = [](auto change) { return ending_after<unguarded_bytes>(change); };
    CHECK(ending([](unguarded_bytes& state) { static_cast<void>(state.view()); }) ==
          change_ending::unnoticed);
    CHECK(ending([](unguarded_bytes& state) { state.consume(1); }) == change_ending::noticed_later);
    CHECK(ending([](unguarded_bytes& state) { state.clear(); }) == change_ending::noticed_later);
    CHECK(ending([](unguarded_bytes& state) { state = unguarded_bytes(); }) == change_ending::noticed_later);
    CHECK(ending([](unguarded_bytes& state) { const unguarded_bytes taken(std::move(state)); }) ==
          change_ending::noticed_later);
}
#endif

}  // namespace uplink::tests
