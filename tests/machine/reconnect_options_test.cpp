// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The values of <uplink/reconnect_options.hpp>: verdicts, server addresses, defaults, and the budget that clients on
// several threads share.
#include <uplink/reconnect_options.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST_CASE("a verdict is to retry by the back-off, to retry after a time, or to stop") {
    CHECK_FALSE(retry_verdict::retry().is_stop());
    CHECK_FALSE(retry_verdict::retry().delay());
    CHECK(retry_verdict::stop().is_stop());
    CHECK_FALSE(retry_verdict::stop().delay());
    for (const nanoseconds time : {0ns, 1ns, nanoseconds(3s), nanoseconds::max()}) {
        CHECK_FALSE(retry_verdict::retry_after(time).is_stop());
        CHECK(retry_verdict::retry_after(time).delay() == time);
    }
    CHECK(retry_verdict::retry_after(-1ns).delay() == 0ns);
    CHECK(retry_verdict::retry_after(nanoseconds::min()).delay() == 0ns);
}

TEST_CASE("a server is a host and a service, or a host and a number") {
    CHECK(server_address().host.empty());
    CHECK(server_address("a.example", "https").service == "https");
    CHECK(server_address("a.example", "https").host == "a.example");
    CHECK(server_address("a.example", 443).service == "443");
    CHECK(server_address("a.example", static_cast<unsigned short>(443)).host == "a.example");
}

TEST_CASE("the defaults of the options are those that are documented") {
    const reconnect_options options;
    CHECK(options.backoff.base == 500ms);
    CHECK(options.backoff.cap == 60s);
    CHECK(options.backoff.floor == 50ms);
    CHECK(options.backoff.factor == 2);
    CHECK(options.stable_after == 10s);
    CHECK(options.max_failures == 0);
    CHECK((options.on_loss == loss_policy::fail));
    CHECK(options.queue_limit == 16 * 1024 * 1024);
    CHECK(options.read_ahead == 64 * 1024);
    CHECK_FALSE(options.budget);
    CHECK_FALSE(options.seed);
}

TEST_CASE("a budget gives its burst at once, then tokens at its rate, and takes tokens back") {
    reconnect_budget budget(2, 2);
    CHECK(budget.is_valid());
    CHECK(budget.reserve(1h) == 1h);
    CHECK(budget.reserve(1h) == 1h);
    CHECK(budget.reserve(1h) == 1h + 500ms);
    budget.give_back();
    CHECK(budget.reserve(1h) == 1h + 500ms);
    CHECK_FALSE(reconnect_budget(0, 1).is_valid());
    CHECK_FALSE(reconnect_budget(1, 0.5).is_valid());
}

TEST_CASE("of the tokens that four threads reserve none is given twice, and none is lost") {
    constexpr std::size_t each = 2000;
    reconnect_budget budget(1000, 1);
    std::vector<std::vector<nanoseconds>> taken(4);
    std::vector<std::thread> threads;
    for (auto& mine : taken) {
        threads.emplace_back([&budget, &mine] {
            for (std::size_t i = 0; i != each; ++i) mine.push_back(budget.reserve(1h));
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::vector<nanoseconds> all;
    for (const auto& mine : taken) {
        CHECK(std::is_sorted(mine.begin(), mine.end()));
        all.insert(all.end(), mine.begin(), mine.end());
    }
    std::sort(all.begin(), all.end());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i != all.size(); ++i)
        if (all[i] < 1h + 1ms * i || all[i] > 1h + 1ms * i + 1ns) ++wrong;  // rounded up
    CHECK(wrong == 0);
    CHECK(all.size() == 4 * each);
}

}  // namespace

}  // namespace uplink::tests
