// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of simulation.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/detail/simulation.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL bool event_key::operator<(const event_key& other) const noexcept {
    return std::tie(when, kind, tie, sequence) < std::tie(other.when, other.kind, other.tie, other.sequence);
}

UPLINK_TESTING_DECL simulation::simulation(net::io_context& context, std::uint64_t seed)
    : context_(context), random_(seed) {}

UPLINK_TESTING_DECL simulation::~simulation() = default;

UPLINK_TESTING_DECL simulation_service::simulation_service(net::execution_context& context)
    : service(context) {}

UPLINK_TESTING_DECL simulation_service::simulation_service(net::execution_context& context,
                                                           std::shared_ptr<simulation> shared)
    : service(context), simulation_(std::move(shared)) {}

UPLINK_TESTING_DECL void simulation_service::shutdown() noexcept { simulation_->shut_down(); }

UPLINK_TESTING_DECL std::uint64_t simulation::random(std::uint64_t bound) noexcept {
    std::uint64_t z = (random_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return bound < 2 ? 0 : (z ^ (z >> 31)) % bound;
}

UPLINK_TESTING_DECL clock::duration simulation::random_delay() noexcept {
    if (how.jitter <= clock::duration::zero()) return {};
    return clock::duration(
        static_cast<clock::rep>(random(static_cast<std::uint64_t>(how.jitter.count()) + 1)));
}

UPLINK_TESTING_DECL event_key simulation::schedule_at(clock::time_point when, event_class kind,
                                                      std::function<void()> action) {
    const std::uint64_t tie = how.shuffle_ties ? random(std::uint64_t{1} << 32) : 0;
    const event_key key{when > now_ ? when : now_, kind, tie, ++last_sequence_};
    if (!shut_down_) events_.emplace(key, std::move(action));
    return key;
}

UPLINK_TESTING_DECL event_key simulation::schedule(clock::duration delay, std::function<void()> action) {
    return schedule_at(now_ + delay, event_class::io, std::move(action));
}

UPLINK_TESTING_DECL void simulation::unschedule(const event_key& key) { events_.erase(key); }

UPLINK_TESTING_DECL bool simulation::has_event(clock::time_point until) const {
    return !events_.empty() && events_.begin()->first.when <= until;
}

UPLINK_TESTING_DECL bool simulation::fire_next(clock::time_point until) {
    if (!has_event(until)) return false;
    advance_to(events_.begin()->first.when);
    do {
        const auto next = events_.begin();
        const std::function<void()> action = std::move(next->second);
        events_.erase(next);
        ++fired;
        action();
    } while (how.together && has_event(now_));
    return true;
}

UPLINK_TESTING_DECL std::size_t simulation::begin(operation_kind kind, bool at_once) {
    const std::size_t n = faults.begin(kind, elapsed());
    for (const moment when : {moment::started, moment::completing, moment::completed}) {
        if (when != moment::started && !at_once) break;
        if (auto action = faults.take_action(n, when))
            schedule_at(now_, event_class::plan, std::move(action));
    }
    return n;
}

UPLINK_TESTING_DECL std::size_t simulation::transfer_limit(std::size_t number) {
    const std::size_t limit = faults.limit(number);
    if (how.random_pieces == 0) return limit;
    const std::size_t more = random(how.random_pieces) & SIZE_MAX;  // it fits
    return (std::min)(limit, 1 + more);
}

UPLINK_TESTING_DECL bool simulation::is_pending(std::uint64_t id) const { return pending_.contains(id); }

UPLINK_TESTING_DECL operation& simulation::pending(std::uint64_t id) { return *pending_.at(id); }

UPLINK_TESTING_DECL void simulation::adopt(std::uint64_t id, operation_ptr op) {
    if (shut_down_) return;
    pending_.emplace(id, std::move(op));
}

UPLINK_TESTING_DECL void simulation::discard(std::uint64_t id) { pending_.erase(id); }

UPLINK_TESTING_DECL bool simulation::about_to_complete(std::uint64_t id) {
    if (!is_pending(id)) return false;
    if (auto action = faults.take_action(pending(id).number, moment::completing)) action();
    return is_pending(id);
}

UPLINK_TESTING_DECL void simulation::complete(std::uint64_t id, error_code ec, std::size_t count) {
    auto found = pending_.extract(id);
    if (found.empty()) return;
    operation_ptr op = std::move(found.mapped());
    op->ec = ec;
    op->count = count;
    faults.end(op->number, ec, count, elapsed());
    net::post(context_.get_executor(), posted_operation(std::move(op)));
}

UPLINK_TESTING_DECL void simulation::finish(std::uint64_t id, error_code ec, std::size_t count) {
    if (!is_pending(id)) return;
    auto action = faults.take_action(pending(id).number, moment::completed);
    complete(id, ec, count);
    if (action) action();
}

UPLINK_TESTING_DECL void simulation::finish_soon(std::uint64_t id, error_code ec) {
    schedule({}, [this, id, ec] {
        if (about_to_complete(id)) finish(id, ec);
    });
}

UPLINK_TESTING_DECL void simulation::shut_down() noexcept {
    shut_down_ = true;
    // Moved out first: destructors may call this object.
    auto events = std::exchange(events_, {});
    auto pending = std::exchange(pending_, {});
    faults.clear();
    events.clear();
    pending.clear();
}

UPLINK_TESTING_DECL std::shared_ptr<simulation> simulation_of(net::execution_context& context) {
    if (!net::has_service<simulation_service>(context)) {
        throw std::logic_error("a simulated socket or timer needs an executor of a testing::network");
    }
    return net::use_service<simulation_service>(context).get();
}

}  // namespace uplink::testing::detail
