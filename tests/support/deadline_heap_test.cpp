// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Deadlines in order of time, and how many comparisons that takes.

#include <uplink/detail/support/deadline_heap.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <random>
#include <vector>

namespace uplink::tests {

namespace {

std::size_t comparisons = 0;

struct counted_time {
    int value = 0;
    friend bool operator<(counted_time left, counted_time right) noexcept {
        ++comparisons;
        return left.value < right.value;
    }
};

struct heap_item final : uplink::detail::deadline_entry<counted_time> {
    explicit heap_item(int when) { at.value = when; }
    void expired() override {}
};
using counted_heap = uplink::detail::deadline_heap<counted_time>;

/// What it costs to add so many, by a rule for their times, and to remove them again.
template <class Rule, class Remove> std::size_t cost_of(int count, Rule rule, Remove remove) {
    std::deque<heap_item> items;
    counted_heap heap;
    comparisons = 0;
    for (int i = 0; i != count; ++i) heap.add(items.emplace_back(rule(i)));
    remove(heap, items);
    CHECK(heap.empty());
    return comparisons;
}

void pop_all(counted_heap& heap, std::deque<heap_item>&) {
    int last = -1;
    while (!heap.empty()) {
        const int now = heap.pop_front().at.value;
        if (now < last) FAIL("out of order");
        last = now;
    }
}
void remove_in_order_of_adding(counted_heap& heap, std::deque<heap_item>& items) {
    for (heap_item& each : items) heap.remove(each);
}

}  // namespace

TEST_CASE("deadlines leave the heap in order of time, and those of one instant in the order added") {
    std::mt19937 chance(7);
    for (int round = 0; round != 200; ++round) {
        std::deque<heap_item> items;
        std::vector<heap_item*> linked;
        counted_heap heap;
        for (int step = 0; step != 120; ++step) {
            const auto which = chance() % 4;
            if (which < 2 || linked.empty()) {
                heap_item& item = items.emplace_back(static_cast<int>(chance() % 10));
                heap.add(item);
                // The model: sorted, a new one behind its equals.
                linked.insert(std::upper_bound(linked.begin(), linked.end(), &item,
                                               [](const heap_item* left, const heap_item* right) {
                                                   return left->at.value < right->at.value;
                                               }),
                              &item);
            } else if (which == 2) {
                REQUIRE(&heap.pop_front() == linked.front());
                CHECK_FALSE(linked.front()->is_linked());
                linked.erase(linked.begin());
            } else {
                const auto place = linked.begin() + static_cast<std::ptrdiff_t>(chance() % linked.size());
                heap.remove(**place);
                CHECK_FALSE((*place)->is_linked());
                linked.erase(place);
            }
            REQUIRE(heap.empty() == linked.empty());
            if (!linked.empty()) REQUIRE(&heap.front() == linked.front());
        }
        while (!linked.empty()) {
            REQUIRE(&heap.pop_front() == linked.front());
            linked.erase(linked.begin());
        }
    }
}

TEST_CASE("what many deadlines cost grows hardly faster than their number") {
    const auto rising = [](int i) { return i; };
    const auto falling = [](int i) { return -i + 1'000'000; };
    const auto two_lengths = [](int i) { return i % 2 == 0 ? i : 1'000'000 + i; };
    const auto check = [](const char* what, auto rule, auto remove) {
        const std::size_t few = cost_of(1'000, rule, remove);
        const std::size_t many = cost_of(64'000, rule, remove);
        INFO(what << ": " << few << " comparisons for 1,000, " << many << " for 64,000");
        CHECK(many < 64 * few * 3);  // the square would be 64 times that
    };
    check("rising", rising, pop_all);
    check("falling", falling, pop_all);
    check("two lengths", two_lengths, pop_all);
    check("rising, removed in that order", rising, remove_in_order_of_adding);
    check("falling, removed in the order of adding", falling, remove_in_order_of_adding);
    check("two lengths, removed in the order of adding", two_lengths, remove_in_order_of_adding);
}

}  // namespace uplink::tests
