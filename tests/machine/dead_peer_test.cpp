// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What dead_after becomes: rows for some values, and the rules for all. tests/client/dead_peers_test.cpp shows what it
// is good for.
#include <uplink/detail/machine/dead_peer.hpp>

#include <uplink/detail/machine/option_check.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::detail::settings_for;

TEST_CASE("dead_after is divided into idle time, probes and user timeout") {
    struct row {
        std::chrono::seconds dead_after, idle, interval;
        int count;
        std::chrono::milliseconds user_timeout;
    };
    const row rows[] = {
        {3s, 1s, 1s, 2, 2500ms},
        {4s, 1s, 1s, 3, 3334ms},
        {5s, 2s, 1s, 3, 4167ms},
        {6s, 2s, 1s, 3, 5s},
        {7s, 3s, 1s, 3, 5834ms},
        {10s, 6s, 1s, 3, 8334ms},
        {18s, 9s, 2s, 3, 15s},
        {30s, 15s, 4s, 3, 27s},
        {60s, 30s, 9s, 3, 57s},
        {3600s, 1800s, 599s, 3, 3597s},
        {32767s, 16384s, 5460s, 3, 32764s},
    };
    for (const row& each : rows) {
        INFO(each.dead_after.count() << " s");
        const auto settings = settings_for(each.dead_after);
        CHECK(settings.keep_alive.idle == each.idle);
        CHECK(settings.keep_alive.interval == each.interval);
        CHECK(settings.keep_alive.count == each.count);
        CHECK(settings.user_timeout == each.user_timeout);
    }
}

TEST_CASE("whatever dead_after is, a dead peer is noticed by then, after two unanswered probes at least") {
    for (auto dead_after = detail::least_dead_after; dead_after <= detail::most_dead_after; ++dead_after) {
        const auto settings = settings_for(dead_after);
        const auto& probes = settings.keep_alive;
        // The system ends the connection at the first time that is idle + n * interval and not before the user timeout.
        const auto noticed = probes.idle + probes.count * probes.interval;
        const bool holds =
            noticed >= settings.user_timeout && noticed <= dead_after &&
            noticed - probes.interval < settings.user_timeout && probes.count >= 2 &&
            // time for the first retransmission, and a slow reader's
            settings.user_timeout <= dead_after - 500ms && settings.user_timeout >= dead_after * 5 / 6 &&
            settings.user_timeout >= dead_after - 3s &&
            detail::find_invalid(socket_options{.keep_alive = probes, .user_timeout = settings.user_timeout})
                .empty();
        if (!holds) FAIL(dead_after.count() << " s");
    }
}

}  // namespace uplink::tests
