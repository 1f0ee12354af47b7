// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// All deadlines of a client on one timer, here one that does what the test says.

#include <uplink/detail/support/deadline_queue.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using uplink::detail::deadline_entry;
using uplink::detail::deadline_queue;
using namespace std::chrono_literals;
using time_point = std::chrono::steady_clock::time_point;

/// Of the one timer that there is.
struct timer_script {
    time_point now{};
    time_point expiry{};
    std::function<void()> wait{};  ///< empty: nobody waits
    int failing_waits = 0;
};
timer_script script;

struct scripted_timer {
    explicit scripted_timer(const net::io_context::executor_type&) { script = {}; }
    time_point now() const { return script.now; }
    void expires_at(time_point at) {
        cancel();
        script.expiry = at;
    }
    void cancel() { script.wait = nullptr; }
    template <class Handler> void async_wait(Handler handler) {
        if (script.failing_waits != 0) {
            --script.failing_waits;
            throw std::bad_alloc();
        }
        script.wait = [kept = std::make_shared<Handler>(std::move(handler))] { (*kept)(error_code()); };
    }
};

struct owner : std::enable_shared_from_this<owner> {
    using executor_type = net::io_context::executor_type;
    struct turn_guard {
        explicit turn_guard(owner&) noexcept {}
    };
    executor_type get_executor() noexcept { return io.get_executor(); }
    void finish_turn() { ++steps; }

    net::io_context io{};
    int steps = 0;
    deadline_queue<owner, scripted_timer, time_point> deadlines{*this};
};

struct deadline final : deadline_entry<time_point> {
    explicit deadline(std::function<void()> then = nullptr) : then_(std::move(then)) {}
    void expired() override {
        ++times;
        if (then_) then_();
    }
    int times = 0;

private:
    std::function<void()> then_;
};

time_point at(std::chrono::seconds when) { return time_point(when); }

/// The timer's time comes.
void pass_to(std::chrono::seconds when) {
    script.now = at(when);
    if (script.wait && script.expiry <= script.now) std::exchange(script.wait, nullptr)();
}

struct deadline_queue_test {
    std::shared_ptr<owner> client = std::make_shared<owner>();
    ~deadline_queue_test() { script.wait = nullptr; }  // which keeps the owner
};

}  // namespace

TEST_CASE_METHOD(deadline_queue_test,
                 "deadlines expire in their order, each once, in whichever they were added") {
    std::string order;
    deadline first([&] { order += '1'; });
    deadline second([&] { order += '2'; });
    deadline third([&] { order += '3'; });
    client->deadlines.add(second, at(20s));
    client->deadlines.add(third, at(30s));
    client->deadlines.add(first, at(10s));
    CHECK(script.expiry == at(10s));
    pass_to(10s);
    CHECK(order == "1");
    CHECK(script.expiry == at(20s));
    pass_to(30s);
    CHECK(order == "123");
    CHECK_FALSE(script.wait);
    CHECK(client->steps == 2);
}

TEST_CASE_METHOD(deadline_queue_test,
                 "deadlines of one instant expire in the order in which they were added") {
    std::string order;
    std::deque<deadline> same;
    deadline sooner([&] { order += '<'; });
    deadline later([&] { order += '>'; });
    client->deadlines.add(later, at(20s));
    for (int i = 0; i != 8; ++i) {
        same.emplace_back([&order, i] { order += static_cast<char>('a' + i); });
        client->deadlines.add(same.back(), at(10s));
        if (i == 3) client->deadlines.add(sooner, at(5s));
    }
    client->deadlines.remove(same[1]);
    client->deadlines.remove(same[6]);
    client->deadlines.add(same[1], at(10s));  // it is the last now
    pass_to(20s);
    CHECK(order == "<acdefhb>");
}

TEST_CASE_METHOD(deadline_queue_test,
                 "many deadlines in any order, some of them removed, expire as due, each once") {
    std::deque<deadline> all;
    std::vector<int> order;
    unsigned random = 12345;
    std::vector<std::pair<int, int>> expected;
    for (int i = 0; i != 300; ++i) {
        random = random * 1103515245 + 12345;
        const int when = 1 + static_cast<int>(random / 65536 % 100);
        all.emplace_back([&order, i] { order.push_back(i); });
        client->deadlines.add(all.back(), at(std::chrono::seconds(when)));
        if (i % 3 != 0) expected.emplace_back(when, i);
    }
    for (std::size_t i = 0; i < all.size(); i += 3) client->deadlines.remove(all[i]);
    for (int now = 1; now <= 100; ++now) {
        pass_to(std::chrono::seconds(now));
        for (std::size_t i = 0; i != all.size(); ++i) {
            INFO("deadline " << i << " at " << now);
            if (all[i].times > 1) CHECK(all[i].times == 1);
        }
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    std::vector<int> numbers;
    for (const auto& each : expected) numbers.push_back(each.second);
    CHECK(order == numbers);
    client->deadlines.cancel_idle_timer();
    CHECK_FALSE(script.wait);
}

TEST_CASE_METHOD(deadline_queue_test, "a deadline that expires may add and remove others, itself too") {
    std::string order;
    deadline other([&] { order += 'o'; });
    deadline gone([&] { order += 'g'; });
    int again = 0;
    std::function<void()> then;
    deadline self([&] { then(); });
    then = [&] {
        order += 's';
        client->deadlines.remove(gone);
        if (++again != 3) client->deadlines.add(self, at(10s));
        if (again == 1) client->deadlines.add(other, at(5s));  // already past
    };
    client->deadlines.add(self, at(10s));
    client->deadlines.add(gone, at(10s));
    pass_to(10s);
    CHECK(order.find('g') == std::string::npos);
    CHECK(std::count(order.begin(), order.end(), 's') == 3);
    CHECK(other.times == 1);
}

TEST_CASE_METHOD(deadline_queue_test, "one that was removed does not expire, and the timer looks again") {
    deadline removed;
    deadline left;
    client->deadlines.add(removed, at(10s));
    client->deadlines.add(left, at(20s));
    client->deadlines.remove(removed);
    pass_to(10s);
    CHECK(left.times == 0);
    CHECK(script.expiry == at(20s));
    pass_to(20s);
    CHECK(removed.times == 0);
    CHECK(left.times == 1);
}

TEST_CASE_METHOD(deadline_queue_test,
                 "the last that was removed leaves no wait behind, once handlers have run") {
    deadline one;
    client->deadlines.add(one, at(10s));
    client->deadlines.remove(one);
    CHECK(script.wait);
    client->deadlines.cancel_idle_timer();
    CHECK_FALSE(script.wait);
}

TEST_CASE_METHOD(deadline_queue_test, "a wait that was replaced decides nothing when it comes back") {
    deadline later;
    deadline sooner;
    client->deadlines.add(later, at(20s));
    const std::function<void()> replaced = script.wait;
    client->deadlines.add(sooner, at(10s));
    script.now = at(10s);
    replaced();
    CHECK(sooner.times == 0);
    pass_to(10s);
    CHECK(sooner.times == 1);
}

TEST_CASE_METHOD(deadline_queue_test, "never needs no timer") {
    deadline one;
    client->deadlines.add(one, time_point::max());
    CHECK_FALSE(script.wait);
    CHECK_FALSE(one.is_linked());
}

TEST_CASE_METHOD(deadline_queue_test,
                 "faults 84: a deadline that cannot be set throws, and the others keep theirs") {
    deadline other;
    deadline refused;
    client->deadlines.add(other, at(20s));
    script.failing_waits = 1;
    CHECK_THROWS_AS(client->deadlines.add(refused, at(10s)), std::bad_alloc);
    CHECK_FALSE(refused.is_linked());
    REQUIRE(script.wait);
    CHECK(script.expiry == at(20s));
    pass_to(20s);
    CHECK(other.times == 1);
    CHECK(refused.times == 0);
}

TEST_CASE_METHOD(deadline_queue_test,
                 "faults 84: where even that fails, the next deadline sets the timer for all") {
    deadline other;
    deadline refused;
    deadline next;
    client->deadlines.add(other, at(20s));
    script.failing_waits = 2;
    CHECK_THROWS_AS(client->deadlines.add(refused, at(10s)), std::bad_alloc);
    CHECK_FALSE(script.wait);
    client->deadlines.add(next, at(30s));
    CHECK(script.expiry == at(20s));
    pass_to(20s);
    CHECK(other.times == 1);
    pass_to(30s);
    CHECK(next.times == 1);
}

}  // namespace uplink::tests
