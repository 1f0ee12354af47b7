// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of lookup_queue.hpp.
#pragma once

#include <uplink/detail/machine/lookup_sharing.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/system/lookup_interest.hpp>
#include <uplink/detail/system/lookup_queue.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <tuple>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool lookup_queue::asker::is_wanted() const noexcept {
    return always_wanted || !interest.expired();
}

UPLINK_DECL bool lookup_queue::by_value::operator()(const lookup_question& left,
                                                    const lookup_question& right) const noexcept {
    return std::tie(left.host, left.service, left.family) < std::tie(right.host, right.service, right.family);
}

UPLINK_DECL bool lookup_queue::lookup::is_wanted() const noexcept {
    return std::any_of(wanted_by.begin(), wanted_by.end(),
                       [](const asker& each) { return each.is_wanted(); });
}

UPLINK_DECL lookup_queue::lookup_queue(std::size_t most_running) noexcept : most_running_(most_running) {}

UPLINK_DECL lookup_queue::~lookup_queue() = default;

UPLINK_DECL bool lookup_queue::join(const lookup_question& question, askers& joining, time_point now,
                                    askers& unwanted) noexcept {
    const auto [first, last] = index_.equal_range(question);
    if (first == last) return false;
    lookup& youngest = *std::prev(last)->second;
    std::optional<std::chrono::nanoseconds> age;
    if (youngest.began) age = now - *youngest.began;
    if (!joins_youngest(static_cast<std::size_t>(std::distance(first, last)), age)) return false;
    if (age) note_begin(joining.front(), now);
    take_unwanted(youngest, unwanted);
    youngest.wanted_by.splice(youngest.wanted_by.end(), joining);
    return true;
}

UPLINK_DECL lookup_queue::lookups::iterator lookup_queue::add(const lookup_question& question, part asks,
                                                              askers& first) {
    lookups added(1);
    lookup& made = added.front();
    made.place = index_.emplace(question, &made);
    made.asks = asks;
    made.number = ++last_number_;
    made.wanted_by.splice(made.wanted_by.end(), first);
    lookups& queue = waiting_[place_of(asks)];
    queue.splice(queue.end(), added);
    return std::prev(queue.end());
}

UPLINK_DECL std::size_t lookup_queue::runnable() const noexcept {
    std::size_t count = 0;
    for (const part asks : all_parts) count += runnable(asks);
    return count;
}

UPLINK_DECL lookup_queue::lookup* lookup_queue::begin_next(time_point now, lookups& unwanted) noexcept {
    for (;;) {
        lookups* from = nullptr;
        for (const part asks : all_parts) {
            lookups& queue = waiting_[place_of(asks)];
            if (runnable(asks) == 0) continue;
            if (from == nullptr || queue.front().number < from->front().number) from = &queue;
        }
        if (from == nullptr) return nullptr;
        if (!from->front().is_wanted()) {
            take(*from, from->begin(), unwanted);
            continue;
        }
        running_.splice(running_.end(), *from, from->begin());
        lookup& begun = running_.back();
        ++running_count_[place_of(begun.asks)];
        begun.began = now;
        for (const asker& each : begun.wanted_by) note_begin(each, now);
        return &begun;
    }
}

UPLINK_DECL lookup_queue::lookups lookup_queue::remove(lookup& gone) noexcept {
    lookups removed;
    lookups& from = gone.began ? running_ : waiting_[place_of(gone.asks)];
    if (gone.began) --running_count_[place_of(gone.asks)];
    take(from, std::find_if(from.begin(), from.end(), [&gone](const lookup& each) { return &each == &gone; }),
         removed);
    return removed;
}

UPLINK_DECL void lookup_queue::take_all(lookups& waiting, askers& waited_for_running) noexcept {
    for (lookups& queue : waiting_) {
        while (!queue.empty()) take(queue, queue.begin(), waiting);
    }
    for (lookup& each : running_) waited_for_running.splice(waited_for_running.end(), each.wanted_by);
}

UPLINK_DECL void lookup_queue::begin_anew() noexcept {
    while (!running_.empty()) {
        running_.back().began.reset();
        lookups& queue = waiting_[place_of(running_.back().asks)];
        queue.splice(queue.begin(), running_, std::prev(running_.end()));
    }
    running_count_ = {};
}

UPLINK_DECL void lookup_queue::sweep(lookups& unwanted) noexcept {
    if (waiting() < sweep_at_) return;
    for (lookups& queue : waiting_) {
        for (auto each = queue.begin(); each != queue.end();) {
            const auto next = std::next(each);
            if (!each->is_wanted()) take(queue, each, unwanted);
            each = next;
        }
    }
    sweep_at_ = (std::max)(first_sweep, 2 * waiting());
}

UPLINK_DECL std::size_t lookup_queue::waiting() const noexcept {
    std::size_t count = 0;
    for (const lookups& queue : waiting_) count += queue.size();
    return count;
}

UPLINK_DECL void lookup_queue::note_begin(const asker& each, time_point now) noexcept {
    if (const auto interest = each.interest.lock()) interest->begins(now);
}

UPLINK_DECL std::size_t lookup_queue::runnable(part asks) const noexcept {
    const std::size_t count = waiting_[place_of(asks)].size();
    if (asks == part::whole) return count;
    return (std::min)(count, most_running_ - 1 - running_count_[place_of(asks)]);
}

UPLINK_DECL void lookup_queue::take(lookups& from, lookups::iterator which, lookups& to) noexcept {
    index_.erase(which->place);
    to.splice(to.end(), from, which);
}

UPLINK_DECL void lookup_queue::take_unwanted(lookup& from, askers& unwanted) noexcept {
    if (from.wanted_by.size() < from.sweep_at) return;
    for (auto each = from.wanted_by.begin(); each != from.wanted_by.end();) {
        const auto next = std::next(each);
        if (!each->is_wanted()) unwanted.splice(unwanted.end(), from.wanted_by, each);
        each = next;
    }
    from.sweep_at = (std::max)(first_sweep, 2 * from.wanted_by.size());
}

}  // namespace uplink::detail
