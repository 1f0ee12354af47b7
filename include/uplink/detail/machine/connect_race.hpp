// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The connect race of RFC 8305, sections 3 to 5 ("Happy Eyeballs"), as decisions without I/O: which family to
// look up, which address to try at which time, which attempt to close, and how the race ends. The driver
// reports each event (answered, connected, failed, ...), then calls next() and carries out its answer until
// the answer is wait or finish. Times are nanoseconds since the operation began, and never decrease.
//
// Ownership: the machine owns the addresses, and refers to the report, in which it records the attempts. The
// driver owns the sockets, the lookups and the one timer. The driver closes an attempt that failed
// immediately and by itself; next() says `close` only for attempts that are open when the race is decided,
// once for each, before finish. At equal times the driver reports I/O events, attempts in the order of their
// start, before it calls next(). Only the constructor and answered() throw (std::bad_alloc); afterwards the
// machine can be stopped or destroyed.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/machine/race_candidates.hpp>
#include <uplink/detail/machine/race_step.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Endpoint> class connect_race {
public:
    using nanoseconds = std::chrono::nanoseconds;
    using report_type = basic_connect_report<Endpoint>;

    /// Looks a name up, then races its addresses: families alternate, duplicates are dropped. The race writes
    /// these members of `report`: lookup, lookup_error, attempts, and winner. Attempts that are in it already
    /// are of an earlier race, and stay.
    connect_race(const race_settings& settings, report_type& report)
        : settings_(sane(settings)), report_(report) {
        first_.state = lookup_state::to_ask;
        first_.family = settings_.family;
        if (settings_.family != address_family::any || !settings_.families_apart) return;
        const bool v4_first = settings_.first_family() == address_family::v4;
        first_.family = v4_first ? address_family::v4 : address_family::v6;
        second_.family = v4_first ? address_family::v6 : address_family::v4;
        second_.state = lookup_state::to_ask;
    }

    /// Races a caller's addresses in the given order, except those of a family without a local address.
    connect_race(const race_settings& settings, std::vector<Endpoint> endpoints, report_type& report)
        : settings_(sane(settings)), report_(report) {
        if (keeps_one_family()) first_.error = keep_family_to_bind(endpoints, settings_.to_bind);
        reserve_for(endpoints);
        first_.endpoints = std::move(endpoints);
    }

    // --- Events. An event that comes twice, too late or unrequested is ignored. ---

    /// A lookup has ended; an error and an empty list are both negative answers. `family` is the family of
    /// the look_up action. The addresses of an answer for any family alternate by family, beginning with the
    /// family of the first.
    void answered(address_family family, error_code ec, std::vector<Endpoint> endpoints, nanoseconds now) {
        candidates& from = family == first_.family ? first_ : second_;
        if (decided_at_ || from.family != family || from.state != lookup_state::asked) return;
        if (!ec && endpoints.empty()) ec = net::error::host_not_found;
        if (!ec && keeps_one_family()) ec = keep_family_to_bind(endpoints, settings_.to_bind);
        if (ec) {
            from.error = ec;
        } else {
            std::erase_if(endpoints,
                          [this](const Endpoint& endpoint) { return !seen_.insert(endpoint).second; });
            reserve_for(endpoints);
            if (family == address_family::any) second_.endpoints = take_other_family(endpoints);
            from.endpoints = std::move(endpoints);
        }
        from.state = lookup_state::answered;
        from.answered_at = now;
        if (open_ == 0) report_.lookup = now;  // no attempt was open: the race was waiting for this answer
        finish_if_exhausted(now);
    }

    /// Attempt i has connected. The first attempt that is reported wins.
    void connected(std::size_t i, nanoseconds now) {
        if (decided_at_ || !is_open(i)) return;
        end_attempt(i, {}, now);
        report_.winner = i;
        decide({}, net::error::operation_aborted, now);
    }

    /// Attempt i has failed, or its connection is unusable.
    void failed(std::size_t i, error_code ec, nanoseconds now) {
        assert(ec);
        if (!is_open(i)) return;
        if (decided_at_) return end_loser(i);
        --open_;
        end_attempt(i, ec, now);
        if (i + 1 == report_.attempts.size()) next_start_ = (std::min)(next_start_, now);
        finish_if_exhausted(now);
    }

    /// Attempt i could not open a socket: it counts as failed at its start.
    void not_created(std::size_t i, error_code ec, nanoseconds now) {
        failed(i, ec, i < report_.attempts.size() ? report_.attempts[i].start : now);
    }

    /// The operation is cancelled, or ends for another reason outside the race.
    void stop(error_code ec, nanoseconds now) {
        assert(ec);
        if (decided_at_) return;
        if (waits_for_lookup()) {
            report_.lookup = now;
            report_.lookup_error = ec;
        }
        decide(ec, ec, now);
    }

    /// The time limit has passed: resolve_timeout if the race was waiting for a lookup alone, else
    /// connect_timeout.
    void limit_reached(nanoseconds now) {
        stop(waits_for_lookup() ? errc::resolve_timeout : errc::connect_timeout, now);
    }

    // --- Actions ---

    race_action next(nanoseconds now) {
        if (!decided_at_) {
            for (candidates* from : {&first_, &second_}) {
                if (from->state != lookup_state::to_ask) continue;
                from->state = lookup_state::asked;
                return {.kind = race_action_kind::look_up, .family = from->family};
            }
            finish_if_exhausted(now);
        }
        if (decided_at_) return next_ending();
        if (!first_.has_more() && !second_.has_more()) return {};
        if (open_ >= settings_.max_parallel) return {};
        const nanoseconds when = has_started() ? next_start_ : first_start();
        if (now < when) return {.kind = race_action_kind::wait, .until = when};
        return start(now);
    }

    const Endpoint& endpoint(std::size_t i) const { return report_.attempts[i].endpoint; }

    /// For a caller that wants the addresses and no race: those that are known when next() says `start` for
    /// the first time, in the order in which they would be tried. The race is of no use afterwards.
    std::vector<Endpoint> take_addresses() {
        std::vector<Endpoint> addresses{report_.attempts.back().endpoint};
        while (first_.has_more() || second_.has_more()) {
            candidates& from = take_turn();
            addresses.push_back(from.endpoints[from.started++]);
        }
        report_.attempts.resize(begin_);
        return addresses;
    }

    /// Addresses were found, and none was of a family that has a local address.
    bool lacks_local_address() const noexcept {
        return keeps_one_family() && !has_started() && result_ == net::error::address_family_not_supported;
    }

    /// Moves the first list of addresses out, after the race is over.
    std::vector<Endpoint>&& take_endpoints() noexcept { return std::move(first_.endpoints); }

private:
    using candidates = race_candidates<Endpoint>;

    static race_settings sane(race_settings settings) noexcept {
        settings.attempt_delay = std::clamp<nanoseconds>(
            settings.attempt_delay, std::chrono::milliseconds(10), std::chrono::seconds(2));
        settings.first_family_count = (std::max<std::size_t>)(settings.first_family_count, 1);
        settings.max_parallel = (std::max<std::size_t>)(settings.max_parallel, 1);
        return settings;
    }

    static nanoseconds later(nanoseconds time, nanoseconds delay) noexcept {
        return delay > (nanoseconds::max)() - time ? (nanoseconds::max)() : time + delay;
    }

    /// Reserves memory, so that starting an attempt never allocates.
    void reserve_for(const std::vector<Endpoint>& more) {
        report_.attempts.reserve(begin_ + first_.endpoints.size() + second_.endpoints.size() + more.size());
    }

    bool keeps_one_family() const noexcept { return settings_.to_bind != address_family::any; }
    bool has_started() const noexcept { return report_.attempts.size() != begin_; }
    bool is_open(std::size_t i) const {
        return i < report_.attempts.size() && report_.attempts[i].error == net::error::in_progress;
    }
    void end_attempt(std::size_t i, const error_code& ec, nanoseconds now) {
        report_.attempts[i].duration = now - report_.attempts[i].start;
        report_.attempts[i].error = ec;
    }
    void end_loser(std::size_t i) { end_attempt(i, losers_, *decided_at_); }

    bool waits_for_lookup() const noexcept {
        if (open_ != 0) return false;
        return first_.is_pending() || (second_.is_pending() && (!keeps_one_family() || !has_started()));
    }

    /// RFC 8305, section 3: the less preferred family waits for a short time for the answer of the preferred
    /// family.
    nanoseconds first_start() const noexcept {
        if (first_.is_pending()) return later(second_.answered_at, settings_.resolution_delay);
        const bool waits = settings_.waits_for_both && second_.is_pending();
        return waits ? later(first_.answered_at, settings_.resolution_delay) : nanoseconds::zero();
    }

    /// RFC 8305, section 4: first the head start of the first family, then both families in turn while both
    /// have addresses. A preferred family whose answer came after the other family had started has lost its
    /// head start, not its turn.
    candidates& take_turn() noexcept {
        if (second_.has_more() && (seconds_turn_ || !first_.has_more())) {
            seconds_turn_ = false;
            head_start_ = 1;
            return second_;
        }
        if (head_start_ == 1) seconds_turn_ = true;
        else --head_start_;
        return first_;
    }

    /// RFC 8305, section 5. A failure of this newest attempt brings next_start_ forward; a failure of an
    /// older one does not.
    race_action start(nanoseconds now) {
        candidates& from = take_turn();
        const std::size_t i = report_.attempts.size();
        report_.attempts.push_back(
            {.endpoint = from.endpoints[from.started++], .start = now, .error = net::error::in_progress});
        ++open_;
        report_.lookup = (std::max)(report_.lookup, from.answered_at);
        next_start_ = later(now, (std::max)(settings_.attempt_delay, settings_.min_gap));
        return {.kind = race_action_kind::start, .index = i};
    }

    /// Ends the race if no attempt is open and no address or answer can come any more.
    void finish_if_exhausted(nanoseconds now) {
        if (open_ != 0 || first_.has_more() || second_.has_more() || waits_for_lookup()) return;
        if (!has_started()) report_.lookup_error = lookup_failure();
        const error_code ec = attempts_failure();
        decide(ec, ec, now);
    }

    error_code lookup_failure() const {
        if (first_.state == lookup_state::not_wanted) return {};
        const error_code try_again = net::error::host_not_found_try_again;
        const error_code not_tried = net::error::address_family_not_supported;
        if (first_.error == try_again || second_.error == try_again) return try_again;
        return keeps_one_family() && second_.error == not_tried ? not_tried : first_.error;
    }

    /// The first error, in the order of the attempts, that says more than "unreachable"; else the error of
    /// the first attempt.
    error_code attempts_failure() const {
        if (report_.lookup_error) return report_.lookup_error;
        if (!has_started())
            return first_.error ? first_.error : error_code(net::error::not_found);  // as Asio
        const auto first = report_.attempts.begin() + static_cast<std::ptrdiff_t>(begin_);
        const auto telling = std::find_if(first, report_.attempts.end(), [](const auto& attempt) {
            return !is_merely_unreachable(attempt.error);
        });
        return telling != report_.attempts.end() ? telling->error : first->error;
    }

    void decide(error_code result, error_code losers, nanoseconds now) {
        decided_at_ = now;
        result_ = result;
        losers_ = losers;
    }

    race_action next_ending() {
        for (; closed_ != report_.attempts.size(); ++closed_) {
            if (!is_open(closed_)) continue;
            end_loser(closed_);
            return {.kind = race_action_kind::close, .index = closed_};
        }
        return {.kind = race_action_kind::finish, .error = result_};
    }

    race_settings settings_;
    candidates first_{};   ///< the preferred family, the only one that is wanted, or the caller's list
    candidates second_{};  ///< the other family
    std::set<Endpoint> seen_{};
    report_type& report_;                                    ///< complete once next() has said finish
    std::size_t begin_ = report_.attempts.size();            ///< the index of the first attempt of this race
    std::size_t open_ = 0;                                   ///< open attempts, until the race is decided
    std::size_t closed_ = begin_;                            ///< losers before this index have been closed
    std::size_t head_start_ = settings_.first_family_count;  ///< attempts left of the head start, at least 1
    bool seconds_turn_ = false;
    nanoseconds next_start_{};  ///< of the next attempt, after the first one
    std::optional<nanoseconds> decided_at_{};
    error_code result_{};
    error_code losers_{};
};

}  // namespace uplink::detail
