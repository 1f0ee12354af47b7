// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The history keeps the last 16 attempts, and how their connections ended.
#include <uplink/detail/machine/attempt_history.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>

namespace uplink::tests {

namespace {

using history_type = detail::attempt_history<std::chrono::steady_clock>;

history_type::record attempt(std::size_t number, bool was_connected = false) {
    history_type::record record;
    record.start = std::chrono::steady_clock::time_point(std::chrono::seconds(number));
    record.server = number;
    record.duration = std::chrono::milliseconds(number);
    record.was_connected = was_connected;
    if (!was_connected) record.error = net::error::connection_refused;
    return record;
}

TEST_CASE("the history holds the last 16 attempts, the oldest first, and its memory does not grow") {
    history_type history;
    CHECK(history.records().empty());
    const std::size_t capacity = history.records().capacity();
    for (std::size_t n = 1; n <= 100; ++n) {
        history.add(attempt(n));
        const auto& records = history.records();
        REQUIRE(records.size() == (n < 16 ? n : 16));
        for (std::size_t i = 0; i != records.size(); ++i)
            CHECK(records[i].server == n + 1 + i - records.size());
        CHECK(records.back().start.time_since_epoch() == std::chrono::seconds(n));
        CHECK(records.back().duration == std::chrono::milliseconds(n));
        CHECK(records.back().error == net::error::connection_refused);
        CHECK_FALSE(records.back().was_connected);
    }
    CHECK(history.records().capacity() == capacity);
}

TEST_CASE("the end of a connection is written into the attempt that has made it") {
    history_type history;
    history.connection_ended(net::error::eof);  // of nothing
    CHECK(history.records().empty());
    history.add(attempt(1, true));
    history.add(attempt(2, true));
    CHECK_FALSE(history.records().back().error);
    history.connection_ended(net::error::connection_reset);
    CHECK_FALSE(history.records().front().error);
    CHECK(history.records().back().error == net::error::connection_reset);
    CHECK(history.records().back().was_connected);
}

TEST_CASE("an attempt that has made no connection keeps its own error") {
    history_type history;
    history.add(attempt(1, true));
    history.add(attempt(2));
    history.connection_ended(net::error::eof);
    CHECK(history.records().back().error == net::error::connection_refused);
    CHECK_FALSE(history.records().front().error);
}

}  // namespace

}  // namespace uplink::tests
