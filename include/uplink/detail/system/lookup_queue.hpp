// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The lookups of a system_resolver, waiting and running, and the askers of each lookup. Equal questions share
// a lookup by the rule of machine/lookup_sharing.hpp. The queue owns the lookups, and has no threads and no
// locks. A function that removes lookups or askers passes them to its caller, which destroys them: an answer
// function may own anything.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/system/lookup_interest.hpp>
#include <uplink/options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>

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

        bool is_wanted() const noexcept;
    };
    using askers = std::list<asker>;

    struct by_value {
        bool operator()(const lookup_question& left, const lookup_question& right) const noexcept;
    };
    struct lookup;
    using index = std::multimap<lookup_question, lookup*, by_value>;

    struct lookup {
        index::iterator place{};
        part asks = part::whole;
        std::uint64_t number = 0;  ///< in the order in which they were added
        askers wanted_by;
        std::optional<time_point> began{};
        std::size_t sweep_at = first_sweep;

        const lookup_question& question() const noexcept { return place->first; }
        bool is_wanted() const noexcept;
    };
    using lookups = std::list<lookup>;

    explicit lookup_queue(std::size_t most_running) noexcept;
    lookup_queue(const lookup_queue&) = delete;
    lookup_queue& operator=(const lookup_queue&) = delete;
    ~lookup_queue();

    /// Moves the one asker of `joining` to a lookup that it can share, and askers without interest to
    /// `unwanted`. False if the question needs a lookup of its own.
    [[gnu::cold]] bool join(const lookup_question& question, askers& joining, time_point now,
                            askers& unwanted) noexcept;

    /// Adds a lookup with one asker. May throw std::bad_alloc, and then nothing has changed.
    [[gnu::cold]] lookups::iterator add(const lookup_question& question, part asks, askers& first);

    /// How many of the waiting lookups may begin.
    std::size_t runnable() const noexcept;

    /// Begins the lookup that has waited longest among those that may begin; null if there is none. A lookup
    /// that nobody wants any more is not begun and goes to `unwanted`.
    [[gnu::cold]] lookup* begin_next(time_point now, lookups& unwanted) noexcept;

    /// Removes a lookup, which may be running or waiting.
    [[gnu::cold]] lookups remove(lookup& gone) noexcept;

    /// Takes all waiting lookups, and the askers of the running ones: these lookups go on, and nobody gets
    /// their answers.
    [[gnu::cold]] void take_all(lookups& waiting, askers& waited_for_running) noexcept;

    /// Makes the running lookups waiting ones again.
    [[gnu::cold]] void begin_anew() noexcept;

    /// Removes unwanted lookups each time the queue has doubled. While all threads are stuck, clients that
    /// give up and ask again must not make the queue grow.
    [[gnu::cold]] void sweep(lookups& unwanted) noexcept;

    std::size_t waiting() const noexcept;

private:
    static constexpr std::size_t first_sweep = 16;
    static constexpr std::array all_parts{part::whole, part::v4_half, part::v6_half};

    static constexpr std::size_t place_of(part asks) noexcept { return static_cast<std::size_t>(asks); }

    static void note_begin(const asker& each, time_point now) noexcept;
    std::size_t runnable(part asks) const noexcept;
    void take(lookups& from, lookups::iterator which, lookups& to) noexcept;

    /// As sweep(), for the askers of one lookup.
    static void take_unwanted(lookup& from, askers& unwanted) noexcept;

    const std::size_t most_running_;
    index index_;
    std::array<lookups, all_parts.size()> waiting_;
    lookups running_;  ///< a lookup is not moved while a thread makes it
    std::array<std::size_t, all_parts.size()> running_count_{};
    std::uint64_t last_number_ = 0;
    std::size_t sweep_at_ = first_sweep;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/system/impl/lookup_queue.ipp>
#endif
