// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The part of the free async_exchange that does not depend on the type of its handler: it connects, exchanges
// and closes, with a client of its own. Only this object knows that client. The client runs on a strand of
// its own, and the first step is posted to that strand, because the call may come from any thread and several
// threads may run the context. One state object, from the handler's allocator, is passed on from step to
// step; the step that is pending owns it, and it owns a share of the client. A cancellation can come between
// two steps: it marks the client as released, and each step checks for that.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/exchange_operation.hpp>
#include <uplink/detail/client/initiation.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Derived from by exchange_once_operation, which knows the handler.
template <class Core> class exchange_once_steps {
    using endpoint_type = typename Core::endpoint_type;
    using time_limit = typename Core::time_limit;

    struct free_self {
        void operator()(exchange_once_steps* self) const noexcept { self->free(); }
    };

public:
    using owner = std::unique_ptr<exchange_once_steps, free_self>;

    struct request {
        std::string host;
        std::string service;
        std::string bytes;
        bool half_closes = false;
        std::optional<time_limit> limit;
    };

protected:
    exchange_once_steps(std::shared_ptr<Core>&& core, request&& what);
    exchange_once_steps(const exchange_once_steps&) = delete;
    exchange_once_steps& operator=(const exchange_once_steps&) = delete;
    ~exchange_once_steps();

    const std::shared_ptr<Core>& core() const noexcept { return core_; }

    static void begin(owner self);

private:
    /// The handler's allocator.
    virtual std::pmr::memory_resource& memory() noexcept = 0;
    /// Destroys this object and the handler.
    virtual void free() noexcept = 0;
    /// Calls the handler, on its executor. `self` owns this object.
    virtual void deliver(owner self, const error_code& ec, std::string&& response) = 0;

    /// A step. It owns the state, so everything is destroyed with a step that is destroyed uncalled.
    class step {
    public:
        using executor_type = typename Core::executor_type;
        using allocator_type = std::pmr::polymorphic_allocator<>;

        // Kept outside the state: Asio may ask for them after it has moved from the step (work_dispatcher of
        // 1.22.1).
        explicit step(owner self) noexcept
            : core_(self->core_.get()), memory_(&self->memory()), self_(std::move(self)) {}
        executor_type get_executor() const noexcept { return core_->get_executor(); }
        allocator_type get_allocator() const noexcept { return memory_; }
        step(step&&) noexcept = default;
        ~step() {
            if (self_ && self_->refused_ != nullptr) *self_->refused_ = std::move(self_);
        }
        void operator()() { connect(std::move(self_)); }
        void operator()(const error_code& ec, const endpoint_type&) { connected(std::move(self_), ec); }
        void operator()(const error_code& ec, std::size_t) { finish(std::move(self_), ec); }

    private:
        Core* core_;
        std::pmr::memory_resource* memory_;
        owner self_;
    };

    /// Calls start(core, step), which starts the operation that the step continues. If that fails for want of
    /// memory, the exchange completes with no_memory.
    template <class Start> static void go_on(owner self, Start start) {
        exchange_once_steps& state = *self;
        owner refused;
        state.refused_ = &refused;
        try {
            start(*state.core_, step(std::move(self)));
            state.refused_ = nullptr;
        } catch (...) {
            state.refused_ = nullptr;
            if (!refused) throw;  // the operation goes on
            finish(std::move(refused), net::error::no_memory);
        }
    }

    static void connect(owner self);

    static void connected(owner self, const error_code& ec);

    /// The response is complete and both directions have ended, or there is an error: closing has nothing to
    /// wait for.
    static void finish(owner self, const error_code& ec);

    std::shared_ptr<Core> core_;
    request request_;
    owner* refused_ = nullptr;  ///< while a step is started: receives the state if that fails
};

/// The function in the slot of a free async_exchange.
template <class Core> class exchange_once_cancel {
public:
    explicit exchange_once_cancel(const std::shared_ptr<Core>& core) noexcept : client_(core) {}
    void operator()(net::cancellation_type requested) const {
        if (!is_set(requested, strong_cancellation)) return;
        std::shared_ptr<Core> core = client_.lock();
        if (!core) return;
        const auto strand = core->get_executor();
        net::dispatch(strand, [core = std::move(core)] { core->release(); });
    }

private:
    std::weak_ptr<Core> client_;
};

}  // namespace uplink::detail

#include <uplink/detail/client/impl/exchange_once_steps.ipp>
