// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients of local (Unix domain) sockets whose server has a full backlog: the connect waits for room. Other
// systems than Linux refuse it at once.
#if defined(__linux__)
#include "support/local_fixture.hpp"

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using local = net::local::stream_protocol;
namespace error = net::error;

}  // namespace

TEST_CASE_METHOD(local_test, "a full backlog is waited for until there is room", "[local]") {
    busy_listener listener(file("busy"), 0);
    local_client first(io), second(io);
    completion one, two;
    first.async_connect(file("busy"), record(one));
    run_until(one);
    REQUIRE(one == completed(success));
    second.async_connect(file("busy"), 30s, record(two));
    net::steady_timer never(io);
    io.restart();
    while (second.last_connect().attempts.empty()) io.run_one();
    io.poll();
    CHECK_FALSE(two);
    CHECK(second.last_connect().attempts[0].error == error::in_progress);
    const int accepted = listener.accept();
    run_until(two);
    CHECK(two == completed(success));
    CHECK(second.is_open());
    ::close(accepted);
}

TEST_CASE_METHOD(local_test, "a full backlog is connect_timeout at the limit, and is cancelled at once",
                 "[local]") {
    busy_listener listener(file("busy"), 0);
    local_client first(io);
    completion one;
    first.async_connect(file("busy"), record(one));
    run_until(one);
    completion late, stopped, closed, gone;
    local_client second(io), third(io), fourth(io);
    std::optional<local_client> fifth(std::in_place, io);
    second.async_connect(file("busy"), 20ms, record(late));
    run_until(late);
    CHECK(late == completed(errc::connect_timeout));
    CHECK(second.last_connect().attempts[0].error == errc::connect_timeout);
    third.async_connect(file("busy"), record(stopped));
    fourth.async_connect(file("busy"), record(closed));
    fifth->async_connect(file("busy"), record(gone));
    third.cancel();
    fourth.close();
    fifth.reset();
    run_until([&] { return stopped && closed && gone; });
    CHECK(stopped == completed(aborted));
    CHECK(closed == completed(aborted));
    CHECK(gone == completed(aborted));
}

TEST_CASE_METHOD(local_test, "while one of two servers has a full backlog, the other is reached", "[local]") {
    busy_listener listener(file("busy"), 0);
    net::local::stream_protocol::acceptor other(io, local::endpoint(file("free")));
    local_client first(io), second(io);
    completion one, two;
    first.async_connect(file("busy"), record(one));
    run_until(one);
    second.async_connect(std::vector<local::endpoint>{{file("busy")}, {file("free")}}, record(two));
    run_until(two);
    CHECK(two == completed(success));
    CHECK(second.last_connect().winner == 1U);
    CHECK(second.last_connect().attempts[0].error == aborted);
}

TEST_CASE_METHOD(local_test, "of several servers with full backlogs the first that has room is reached",
                 "[local]") {
    for (const std::size_t chosen : {0U, 1U, 2U}) {
        const busy_listener listeners[] = {{file(std::to_string(chosen) + "a"), 0},
                                           {file(std::to_string(chosen) + "b"), 0},
                                           {file(std::to_string(chosen) + "c"), 0}};
        std::vector<local::endpoint> places;
        std::vector<local_client> before;
        for (const char* const name : {"a", "b", "c"}) {
            places.emplace_back(file(std::to_string(chosen) + name));
            completion connected;
            before.emplace_back(io).async_connect(places.back(), record(connected));
            run_until(connected);
            REQUIRE(connected == completed(success));
        }
        local_client client(io, {.connect = {.attempt_delay = 10ms}});
        completion connected;
        client.async_connect(places, 30s, record(connected));
        run_until([&] { return client.last_connect().attempts.size() == 3; });
        const int accepted = listeners[chosen].accept();
        run_until(connected);
        CHECK(connected == completed(success));
        CHECK(client.last_connect().winner == chosen);
        for (const auto& each : client.last_connect().attempts) CHECK(each.error != error::in_progress);
        ::close(accepted);
    }
}

TEST_CASE_METHOD(local_test, "a context that ends while a backlog is full leaves nothing", "[local]") {
    busy_listener listener(file("busy"), 0);
    completion one, two;
    {
        net::io_context other;
        local_client first(other), second(other);
        first.async_connect(file("busy"), record(one));
        while (!one) other.run_one();
        second.async_connect(file("busy"), record(two));
        other.poll();
    }
    CHECK_FALSE(two);
}

}  // namespace uplink::tests

#endif
