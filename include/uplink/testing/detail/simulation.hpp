// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of a simulated network: virtual time with its queue of events, the pending operations, and the
// fault plan. Events are ordered by time, then by class (the fault plan, I/O, timers), then by creation. A
// completed operation is posted to the io_context immediately, in its own memory.
//
// The simulation is shared by the network, by a service of its io_context (through which sockets find it) and
// by the sockets. When the context is destroyed, all pending handlers are destroyed uncalled. The simulation
// stays for the remaining sockets, and nothing happens in it any more.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/detail/operation.hpp>
#include <uplink/testing/detail/world.hpp>
#include <uplink/testing/fault_plan.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// The classes of events at one instant, in this order. Actions of the fault plan come first.
enum class event_class : unsigned char { plan, io, timer };

struct event_key {
    clock::time_point when{};
    event_class kind{};
    std::uint64_t tie = 0;
    std::uint64_t sequence = 0;

    bool operator<(const event_key& other) const noexcept;
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
    simulation(net::io_context& context, std::uint64_t seed);
    simulation(const simulation&) = delete;
    simulation& operator=(const simulation&) = delete;
    ~simulation();

    clock::time_point now() const noexcept { return now_; }
    clock::duration elapsed() const noexcept { return now_ - beginning; }
    void advance_to(clock::time_point when) noexcept { now_ = when > now_ ? when : now_; }

    /// A number below `bound`, from the seed (splitmix64).
    std::uint64_t random(std::uint64_t bound) noexcept;

    clock::duration random_delay() noexcept;

    event_key schedule_at(clock::time_point when, event_class kind, std::function<void()> action);

    event_key schedule(clock::duration delay, std::function<void()> action);

    void unschedule(const event_key& key);

    bool has_event(clock::time_point until) const;

    /// Advances to the next event and performs it; false if there is none until `until`.
    bool fire_next(clock::time_point until);

    /// Gives a starting operation its number; throws if the fault plan says so. `at_once`: the operation
    /// completes before its function returns.
    std::size_t begin(operation_kind kind, bool at_once = false);

    std::size_t transfer_limit(std::size_t number);

    std::uint64_t new_id() noexcept { return ++last_id_; }
    bool is_pending(std::uint64_t id) const;
    std::size_t pending_count() const noexcept { return pending_.size(); }
    operation& pending(std::uint64_t id);

    void adopt(std::uint64_t id, operation_ptr op);

    /// Destroys an operation whose initiation failed.
    void discard(std::uint64_t id);

    /// Runs the plan's action for the moment just before operation `id` takes its result; false if the action
    /// has ended the operation.
    bool about_to_complete(std::uint64_t id);

    /// Posts the handler with this result. Has no effect on an operation that is not pending.
    void complete(std::uint64_t id, error_code ec, std::size_t count = 0);

    /// Completes an operation from an event, with the action of the fault plan after it.
    void finish(std::uint64_t id, error_code ec, std::size_t count = 0);

    /// Completes an operation by an event at the current time.
    void finish_soon(std::uint64_t id, error_code ec);

    bool is_shut_down() const noexcept { return shut_down_; }

    void shut_down() noexcept;

    static constexpr clock::time_point beginning{std::chrono::hours(24)};
    fault_plan faults;
    world places;
    scheduling how{};
    std::size_t fired = 0;

private:
    net::io_context& context_;
    std::uint64_t random_;
    clock::time_point now_ = beginning;
    std::map<event_key, std::function<void()>> events_;
    std::uint64_t last_sequence_ = 0;
    std::map<std::uint64_t, operation_ptr> pending_;
    std::uint64_t last_id_ = 0;
    bool shut_down_ = false;
};

/// Connects a simulation with its io_context.
class simulation_service final : public net::execution_context::service {
public:
    using key_type = simulation_service;
    [[gnu::visibility("default")]] static inline net::execution_context::id id{};

    explicit simulation_service(net::execution_context& context);
    simulation_service(net::execution_context& context, std::shared_ptr<simulation> shared);

    const std::shared_ptr<simulation>& get() const noexcept { return simulation_; }

private:
    void shutdown() noexcept override;

    std::shared_ptr<simulation> simulation_{};
};

std::shared_ptr<simulation> simulation_of(net::execution_context& context);

template <class Executor>
std::shared_ptr<simulation>
simulation_of(const Executor& ex) requires(!std::is_base_of_v<net::execution_context, Executor>) {
    return simulation_of(static_cast<net::execution_context&>(net::query(ex, net::execution::context)));
}

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/simulation.ipp>
#endif
