// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which server is tried next, and when.
#include <uplink/detail/machine/server_choice.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <ostream>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::server_choice;

struct expected_choice {
    std::size_t server;
    std::chrono::nanoseconds at;

    friend bool operator==(const expected_choice&, const expected_choice&) = default;
    friend std::ostream& operator<<(std::ostream& out, const expected_choice& choice) {
        return out << "server " << choice.server << " at " << choice.at.count() << " ns";
    }
};
expected_choice choose(const server_choice& servers, std::chrono::nanoseconds now) {
    const server_choice::chosen chosen = servers.choose(now);
    return {chosen.server, chosen.at};
}

TEST_CASE("at first every server may be tried, the first one first") {
    CHECK(server_choice(0).count() == 0);
    for (const std::size_t count : {1U, 2U, 9U}) {
        const server_choice servers(count);
        CHECK(servers.count() == count);
        CHECK(choose(servers, 5s) == expected_choice{0, 5s});
        CHECK(choose(servers, 5s) == expected_choice{0, 5s});  // a question does not act
    }
}

TEST_CASE("one server is tried again when its time has come, not later and not earlier") {
    server_choice servers(1);
    servers.failed(0, 10s);
    CHECK(choose(servers, 3s) == expected_choice{0, 10s});
    CHECK(choose(servers, 10s - 1ns) == expected_choice{0, 10s});
    CHECK(choose(servers, 10s) == expected_choice{0, 10s});
    CHECK(choose(servers, 11s) == expected_choice{0, 11s});
}

TEST_CASE("a failure makes the server behind it the next, and behind the last comes the first") {
    server_choice servers(3);
    servers.failed(0, 60s);
    CHECK(choose(servers, 0s) == expected_choice{1, 0s});
    servers.failed(1, 60s);
    CHECK(choose(servers, 0s) == expected_choice{2, 0s});
    servers.failed(2, 60s);
    CHECK(choose(servers, 0s) == expected_choice{0, 60s});
    CHECK(choose(servers, 60s) == expected_choice{0, 60s});
    servers.failed(0, 120s);
    CHECK(choose(servers, 60s) == expected_choice{1, 60s});
}

TEST_CASE("a server is passed over until its time has come") {
    server_choice servers(3);
    servers.failed(1, 30s);
    servers.failed(0, 10s);
    CHECK(choose(servers, 0s) == expected_choice{2, 0s});
    servers.failed(2, 20s);
    CHECK(choose(servers, 9s) == expected_choice{0, 10s});
    CHECK(choose(servers, 15s) == expected_choice{0, 15s});
    servers.failed(0, 40s);
    CHECK(choose(servers, 15s) == expected_choice{2, 20s});
    CHECK(choose(servers, 25s) == expected_choice{2, 25s});
    CHECK(choose(servers, 35s) == expected_choice{1, 35s});
}

TEST_CASE("of two servers with the same time the next in order is chosen") {
    server_choice servers(3);
    servers.failed(2, 10s);
    servers.failed(0, 10s);
    servers.failed(1, 10s);
    CHECK(choose(servers, 0s) == expected_choice{2, 10s});
}

TEST_CASE("the server that has worked is the next, unless its time is still to come") {
    server_choice servers(3);
    servers.failed(0, 60s);
    servers.worked(2);
    CHECK(choose(servers, 0s) == expected_choice{2, 0s});
    servers.failed(1, 10s);
    servers.worked(1);
    CHECK(choose(servers, 5s) == expected_choice{2, 5s});
    CHECK(choose(servers, 10s) == expected_choice{1, 10s});
}

TEST_CASE("each server counts its own failures, until they are forgotten with the times") {
    server_choice servers(2);
    CHECK(servers.add_failure(0) == 1);
    CHECK(servers.add_failure(0) == 2);
    CHECK(servers.add_failure(1) == 1);
    CHECK(servers.add_failure(0) == 3);
    servers.failed(0, 50s);
    servers.failed(1, 60s);
    CHECK(choose(servers, 0s) == expected_choice{0, 50s});
    servers.worked(1);
    servers.forget_failures();
    CHECK(choose(servers, 0s) == expected_choice{1, 0s});  // the order is kept
    CHECK(servers.add_failure(0) == 1);
    CHECK(servers.add_failure(1) == 1);
}

TEST_CASE("whoever begins anew begins with the first server") {
    server_choice servers(3);
    servers.add_failure(0);
    servers.failed(0, 50s);
    servers.begin_anew();
    CHECK(choose(servers, 1s) == expected_choice{0, 1s});
    CHECK(servers.add_failure(0) == 1);
}

}  // namespace

}  // namespace uplink::tests
