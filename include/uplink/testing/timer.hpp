// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A timer on the time of a simulated network, with the names and rules of Asio's waitable timers: setting the
// expiry cancels the pending waits, and a wait that has expired completes with success even if it is
// cancelled before its handler runs. The timer owns its state, which owns a share of the simulation.
#pragma once

#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/erased_executor.hpp>
#include <uplink/net.hpp>
#include <uplink/testing/detail/launch.hpp>
#include <uplink/testing/detail/simulation.hpp>
#include <uplink/time_limit.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing {

namespace detail {

class timer_state final : public operation_owner, public std::enable_shared_from_this<timer_state> {
public:
    explicit timer_state(std::shared_ptr<simulation> network);

    simulation& network() const noexcept { return *network_; }

    /// A wait for time_point::max() never completes.
    void start_wait(std::uint64_t id);

    std::size_t cancel();

    void abort(std::uint64_t id) override { end(id, net::error::operation_aborted); }

    clock::time_point expiry{};

private:
    struct wait {
        std::uint64_t id;
        event_key event;
    };

    void end(std::uint64_t id, error_code ec);

    std::shared_ptr<simulation> network_;
    std::vector<wait> waits_;
};

std::shared_ptr<timer_state> make_timer_state(std::shared_ptr<simulation> network);

}  // namespace detail

/// A timer on the time of a simulated network; `timer_for` chooses between it and a real one. See timer.hpp
/// for its rules.
template <class Executor = net::any_io_executor> class basic_timer {
public:
    using executor_type = Executor;        ///< the type of get_executor()
    using clock_type = clock;              ///< virtual time
    using duration = clock::duration;      ///< a length of virtual time
    using time_point = clock::time_point;  ///< a point of virtual time

    /// The same timer on another type of executor, as Asio's I/O objects have it.
    template <class Executor1> struct rebind_executor {
        using other = basic_timer<Executor1>;  ///< the timer on Executor1
    };

    /// Throws std::logic_error if the executor is not one of a network.
    explicit basic_timer(const executor_type& ex) : ex_(ex) { state(); }

    /// As above, but on the executor of an io_context, if `executor_type` is any_io_executor.
    explicit basic_timer(
        const net::io_context::executor_type& ex) requires uplink::detail::is_erased<executor_type>
        : basic_timer(uplink::detail::erased(ex)) {}

    /// As above, but on the executor of an execution context.
    template <class ExecutionContext>
        requires std::is_convertible_v<ExecutionContext&, net::execution_context&>
    explicit basic_timer(ExecutionContext& context)
        : basic_timer(uplink::detail::executor_on<executor_type>(context)) {}

    /// Expires `delay` from now.
    explicit basic_timer(const executor_type& ex, duration delay) : basic_timer(ex) { expires_after(delay); }
    /// As above, but on the executor of an execution context.
    template <class ExecutionContext>
        requires std::is_convertible_v<ExecutionContext&, net::execution_context&>
    explicit basic_timer(ExecutionContext& context, duration delay)
        : basic_timer(uplink::detail::executor_on<executor_type>(context), delay) {}

    /// The moved-from timer has no wait pending and can be used again.
    basic_timer(basic_timer&& other) noexcept : ex_(other.ex_), state_(std::move(other.state_)) {}
    /// Cancels what this timer had, then as the move constructor.
    basic_timer& operator=(basic_timer&& other) noexcept {
        if (this == &other) return *this;
        cancel();
        ex_ = other.ex_;
        state_ = std::move(other.state_);
        return *this;
    }
    ~basic_timer() { cancel(); }

    /// The executor of the network.
    executor_type get_executor() const noexcept { return ex_; }

    /// The time of the network.
    time_point now() const { return state()->network().now(); }

    /// When the timer expires.
    time_point expiry() const { return state()->expiry; }

    /// Sets the expiry and cancels the pending waits; returns their number. time_point::max() means never.
    std::size_t expires_at(time_point when) {
        const std::size_t cancelled = cancel();
        state()->expiry = when;
        return cancelled;
    }
    /// As above, but `delay` from now.
    std::size_t expires_after(duration delay) {
        return expires_at(uplink::detail::saturating_add(now(), delay));
    }

    /// The pending waits complete with operation_aborted; returns their number.
    std::size_t cancel() { return state_ ? state_->cancel() : 0; }

    /// Waits for the expiry. Completion Signature: void(error_code).
    template <class Token = uplink::detail::default_token_t<Executor>>
    auto async_wait(Token&& token = Token()) {
        return net::async_initiate<Token, void(error_code)>(initiate_wait{this}, token);
    }

private:
    struct initiate_wait {
        using executor_type = Executor;
        basic_timer* self;
        executor_type get_executor() const noexcept { return self->ex_; }

        template <class Handler> void operator()(Handler&& handler) const {
            const auto state = self->state();
            detail::launch<false>(state, state->network(), detail::operation::no_number,
                                  std::forward<Handler>(handler), self->ex_, detail::no_buffers{},
                                  [&](std::uint64_t id) { state->start_wait(id); });
        }
    };

    const std::shared_ptr<detail::timer_state>& state() const {
        if (!state_) state_ = detail::make_timer_state(detail::simulation_of(ex_));
        return state_;
    }

    Executor ex_;
    mutable std::shared_ptr<detail::timer_state> state_{};  // none after a move, until it is needed
};

/// The timer that tests use mostly.
using timer = basic_timer<>;

}  // namespace uplink::testing

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/impl/timer.ipp>
#endif
