// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The lookups of a system_resolver, waiting and running, and the askers of each lookup. Equal questions share
// a lookup by the rule of machine/lookup_sharing.hpp. The queue owns the lookups, and has no threads and no
// locks. A function that removes lookups or askers passes them to its caller, which destroys them: an answer
// function may own anything.
#pragma once

#include <uplink/detail/machine/lookup_sharing.hpp>
#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/system/lookup_interest.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Constructed with the largest number of lookups that may run at the same time.
class lookup_queue {
public:
    using time_point = lookup_interest::time_point;

    /// The part of a name that a lookup asks for: the whole question, or one of two families that are asked
    /// separately. The lookups of one half never use all threads, so that a family that is never answered
    /// leaves a thread to the other one.
    enum class part : unsigned char { whole, v4_half, v6_half };

    struct asker {
        std::function<void(lookup_answer)> answer;
        std::weak_ptr<lookup_interest> interest;
        bool always_wanted;

        bool is_wanted() const noexcept { return always_wanted || !interest.expired(); }
    };
    using askers = std::list<asker>;

    struct by_value {
        bool operator()(const lookup_question& left, const lookup_question& right) const noexcept {
            return std::tie(left.host, left.service, left.family) <
                   std::tie(right.host, right.service, right.family);
        }
    };
    struct lookup;
    using index = std::multimap<lookup_question, lookup*, by_value>;

    struct lookup {
        index::iterator place{};
        part asks = part::whole;
        std::uint64_t number = 0;  ///< in the order in which they were added
        askers wanted_by{};
        std::optional<time_point> began{};
        std::size_t sweep_at = first_sweep;

        const lookup_question& question() const noexcept { return place->first; }
        bool is_wanted() const noexcept {
            return std::any_of(wanted_by.begin(), wanted_by.end(),
                               [](const asker& each) { return each.is_wanted(); });
        }
    };
    using lookups = std::list<lookup>;

    explicit lookup_queue(std::size_t most_running) noexcept : most_running_(most_running) {}
    lookup_queue(const lookup_queue&) = delete;
    lookup_queue& operator=(const lookup_queue&) = delete;

    /// Moves the one asker of `joining` to a lookup that it can share, and askers without interest to
    /// `unwanted`. False if the question needs a lookup of its own.
    [[gnu::cold]] bool join(const lookup_question& question, askers& joining, time_point now,
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

    /// Adds a lookup with one asker. May throw std::bad_alloc, and then nothing has changed.
    [[gnu::cold]] lookups::iterator add(const lookup_question& question, part asks, askers& first) {
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

    /// How many of the waiting lookups may begin.
    std::size_t runnable() const noexcept {
        std::size_t count = 0;
        for (const part asks : all_parts) count += runnable(asks);
        return count;
    }

    /// Begins the lookup that has waited longest among those that may begin; null if there is none. A lookup
    /// that nobody wants any more is not begun and goes to `unwanted`.
    [[gnu::cold]] lookup* begin_next(time_point now, lookups& unwanted) noexcept {
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

    /// Removes a lookup, which may be running or waiting.
    [[gnu::cold]] lookups remove(lookup& gone) noexcept {
        lookups removed;
        lookups& from = gone.began ? running_ : waiting_[place_of(gone.asks)];
        if (gone.began) --running_count_[place_of(gone.asks)];
        take(from,
             std::find_if(from.begin(), from.end(), [&gone](const lookup& each) { return &each == &gone; }),
             removed);
        return removed;
    }

    /// Takes all waiting lookups, and the askers of the running ones: these lookups go on, and nobody gets
    /// their answers.
    [[gnu::cold]] void take_all(lookups& waiting, askers& waited_for_running) noexcept {
        for (lookups& queue : waiting_) {
            while (!queue.empty()) take(queue, queue.begin(), waiting);
        }
        for (lookup& each : running_) waited_for_running.splice(waited_for_running.end(), each.wanted_by);
    }

    /// Makes the running lookups waiting ones again.
    [[gnu::cold]] void begin_anew() noexcept {
        while (!running_.empty()) {
            running_.back().began.reset();
            lookups& queue = waiting_[place_of(running_.back().asks)];
            queue.splice(queue.begin(), running_, std::prev(running_.end()));
        }
        running_count_ = {};
    }

    /// Removes unwanted lookups each time the queue has doubled. While all threads are stuck, clients that
    /// give up and ask again must not make the queue grow.
    [[gnu::cold]] void sweep(lookups& unwanted) noexcept {
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

    std::size_t waiting() const noexcept {
        std::size_t count = 0;
        for (const lookups& queue : waiting_) count += queue.size();
        return count;
    }

private:
    static constexpr std::size_t first_sweep = 16;
    static constexpr std::array all_parts{part::whole, part::v4_half, part::v6_half};

    static constexpr std::size_t place_of(part asks) noexcept { return static_cast<std::size_t>(asks); }

    static void note_begin(const asker& each, time_point now) noexcept {
        if (const auto interest = each.interest.lock()) interest->begins(now);
    }

    std::size_t runnable(part asks) const noexcept {
        const std::size_t count = waiting_[place_of(asks)].size();
        if (asks == part::whole) return count;
        return (std::min)(count, most_running_ - 1 - running_count_[place_of(asks)]);
    }

    void take(lookups& from, lookups::iterator which, lookups& to) noexcept {
        index_.erase(which->place);
        to.splice(to.end(), from, which);
    }

    /// As sweep(), for the askers of one lookup.
    static void take_unwanted(lookup& from, askers& unwanted) noexcept {
        if (from.wanted_by.size() < from.sweep_at) return;
        for (auto each = from.wanted_by.begin(); each != from.wanted_by.end();) {
            const auto next = std::next(each);
            if (!each->is_wanted()) unwanted.splice(unwanted.end(), from.wanted_by, each);
            each = next;
        }
        from.sweep_at = (std::max)(first_sweep, 2 * from.wanted_by.size());
    }

    const std::size_t most_running_;
    index index_;
    std::array<lookups, all_parts.size()> waiting_{};
    lookups running_;  ///< a lookup is not moved while a thread makes it
    std::array<std::size_t, all_parts.size()> running_count_{};
    std::uint64_t last_number_ = 0;
    std::size_t sweep_at_ = first_sweep;
};

}  // namespace uplink::detail
