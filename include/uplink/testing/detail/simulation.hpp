// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of a simulated network: virtual time with its queue of events, the pending operations, and the fault plan.
// Events are ordered by time, then by class (the fault plan, I/O, timers), then by creation. A completed operation is
// posted to the io_context immediately, in its own memory.
//
// The simulation is shared by the network, by a service of its io_context (through which sockets find it) and by the
// sockets. When the context is destroyed, all pending handlers are destroyed uncalled. The simulation stays for the
// remaining sockets, and nothing happens in it any more.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/detail/operation.hpp>
#include <uplink/testing/detail/world.hpp>
#include <uplink/testing/fault_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// The classes of events at one instant, in this order. Actions of the fault plan come first.
enum class event_class : unsigned char { plan, io, timer };

struct event_key {
    clock::time_point when{};
    event_class kind{};
    std::uint64_t tie = 0;
    std::uint64_t sequence = 0;

    friend bool operator<(const event_key& a, const event_key& b) {
        return std::tie(a.when, a.kind, a.tie, a.sequence) < std::tie(b.when, b.kind, b.tie, b.sequence);
    }
};

struct scheduling {
    bool shuffle_ties = false;
    bool together = false;
    bool reads_first = false;
    bool writes_at_once = true;
    clock::duration jitter{};
    std::size_t random_pieces = 0;
};

class simulation : public std::enable_shared_from_this<simulation> {
public:
    simulation(net::io_context& context, std::uint64_t seed) : context_(context), random_(seed) {}

    clock::time_point now() const noexcept { return now_; }
    clock::duration elapsed() const noexcept { return now_ - beginning; }
    void advance_to(clock::time_point when) noexcept { now_ = when > now_ ? when : now_; }

    /// A number below `bound`, from the seed (splitmix64).
    std::uint64_t random(std::uint64_t bound) noexcept {
        std::uint64_t z = (random_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return bound < 2 ? 0 : (z ^ (z >> 31)) % bound;
    }

    clock::duration random_delay() noexcept {
        if (how.jitter <= clock::duration::zero()) return {};
        return clock::duration(
            static_cast<clock::rep>(random(static_cast<std::uint64_t>(how.jitter.count()) + 1)));
    }

    event_key schedule_at(clock::time_point when, event_class kind, std::function<void()> action) {
        const std::uint64_t tie = how.shuffle_ties ? random(std::uint64_t{1} << 32) : 0;
        const event_key key{when > now_ ? when : now_, kind, tie, ++last_sequence_};
        if (!shut_down_) events_.emplace(key, std::move(action));
        return key;
    }

    event_key schedule(clock::duration delay, std::function<void()> action) {
        return schedule_at(now_ + delay, event_class::io, std::move(action));
    }

    void unschedule(const event_key& key) { events_.erase(key); }

    bool has_event(clock::time_point until) const {
        return !events_.empty() && events_.begin()->first.when <= until;
    }

    /// Advances to the next event and performs it; false if there is none until `until`.
    bool fire_next(clock::time_point until) {
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

    /// Gives a starting operation its number; throws if the fault plan says so. `at_once`: the operation
    /// completes before its function returns.
    std::size_t begin(operation_kind kind, bool at_once = false) {
        const std::size_t n = faults.begin(kind, elapsed());
        for (const moment when : {moment::started, moment::completing, moment::completed}) {
            if (when != moment::started && !at_once) break;
            if (auto action = faults.take_action(n, when))
                schedule_at(now_, event_class::plan, std::move(action));
        }
        return n;
    }

    std::size_t transfer_limit(std::size_t number) {
        const std::size_t limit = faults.limit(number);
        if (how.random_pieces == 0) return limit;
        return (std::min<std::uint64_t>)(limit, 1 + random(how.random_pieces));
    }

    std::uint64_t new_id() noexcept { return ++last_id_; }
    bool is_pending(std::uint64_t id) const { return pending_.contains(id); }
    std::size_t pending_count() const noexcept { return pending_.size(); }
    operation& pending(std::uint64_t id) { return *pending_.at(id); }

    void adopt(std::uint64_t id, operation_ptr op) {
        if (shut_down_) return;
        pending_.emplace(id, std::move(op));
    }

    /// Destroys an operation whose initiation failed.
    void discard(std::uint64_t id) { pending_.erase(id); }

    /// Runs the plan's action for the moment just before operation `id` takes its result; false if the action
    /// has ended the operation.
    bool about_to_complete(std::uint64_t id) {
        if (!is_pending(id)) return false;
        if (auto action = faults.take_action(pending(id).number, moment::completing)) action();
        return is_pending(id);
    }

    /// Posts the handler with this result. Has no effect on an operation that is not pending.
    void complete(std::uint64_t id, error_code ec, std::size_t count = 0) {
        auto found = pending_.extract(id);
        if (found.empty()) return;
        operation_ptr op = std::move(found.mapped());
        op->ec = ec;
        op->count = count;
        faults.end(op->number, ec, count, elapsed());
        net::post(context_.get_executor(), posted_operation(std::move(op)));
    }

    /// Completes an operation from an event, with the action of the fault plan after it.
    void finish(std::uint64_t id, error_code ec, std::size_t count = 0) {
        if (!is_pending(id)) return;
        auto action = faults.take_action(pending(id).number, moment::completed);
        complete(id, ec, count);
        if (action) action();
    }

    /// Completes an operation by an event at the current time.
    void finish_soon(std::uint64_t id, error_code ec) {
        schedule({}, [this, id, ec] {
            if (about_to_complete(id)) finish(id, ec);
        });
    }

    bool is_shut_down() const noexcept { return shut_down_; }

    void shut_down() noexcept {
        shut_down_ = true;
        // Moved out first: destructors may call this object.
        auto events = std::exchange(events_, {});
        auto pending = std::exchange(pending_, {});
        faults.clear();
        events.clear();
        pending.clear();
    }

    static constexpr clock::time_point beginning{std::chrono::hours(24)};
    fault_plan faults{};
    world places{};
    scheduling how{};
    std::size_t fired = 0;

private:
    net::io_context& context_;
    std::uint64_t random_;
    clock::time_point now_ = beginning;
    std::map<event_key, std::function<void()>> events_{};
    std::uint64_t last_sequence_ = 0;
    std::map<std::uint64_t, operation_ptr> pending_{};
    std::uint64_t last_id_ = 0;
    bool shut_down_ = false;
};

/// Connects a simulation with its io_context.
class simulation_service final : public net::execution_context::service {
public:
    using key_type = simulation_service;
    [[gnu::visibility("default")]] static inline net::execution_context::id id{};

    explicit simulation_service(net::execution_context& context) : service(context) {}
    simulation_service(net::execution_context& context, std::shared_ptr<simulation> shared)
        : service(context), simulation_(std::move(shared)) {}

    const std::shared_ptr<simulation>& get() const noexcept { return simulation_; }

private:
    void shutdown() noexcept override { simulation_->shut_down(); }

    std::shared_ptr<simulation> simulation_{};
};

inline std::shared_ptr<simulation> simulation_of(net::execution_context& context) {
    if (!net::has_service<simulation_service>(context)) {
        throw std::logic_error("a simulated socket or timer needs an executor of a testing::network");
    }
    return net::use_service<simulation_service>(context).get();
}

template <class Executor>
std::shared_ptr<simulation>
simulation_of(const Executor& ex) requires(!std::is_base_of_v<net::execution_context, Executor>) {
    return simulation_of(static_cast<net::execution_context&>(net::query(ex, net::execution::context)));
}

}  // namespace uplink::testing::detail
