// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The free async_exchange: it connects, exchanges and closes, with a client of its own. Only this operation knows that
// client. The client runs on a strand of its own, and the first step is posted to that strand, because the call may
// come from any thread and several threads may run the context. One state object, from the handler's allocator, is
// passed on from step to step; the step that is pending owns it, and it owns a share of the client. A cancellation can
// come between two steps: it marks the client as released, and each step checks for that.
//
// The cancellation slot belongs to the handler's executor, on which the signal is emitted. It is assigned in the
// initiating function and cleared just before the handler is called, never on the strand. The function in the slot
// refers to the client without owning it: a cancellation that comes after the client is gone has no effect, and the
// function may stay in the slot if the handler is destroyed uncalled.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/exchange_operation.hpp>
#include <uplink/detail/client/initiation.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/net.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Executor` is the caller's; a handler without an associated executor runs on it.
template <class Core, class Executor, class Handler> class exchange_once_operation {
    using endpoint_type = typename Core::endpoint_type;
    using time_limit = typename Core::time_limit;
    using handler_executor = net::associated_executor_t<Handler, Executor>;
    using allocator_type = operation_allocator_of_t<Handler>;
    using self_allocator =
        typename std::allocator_traits<allocator_type>::template rebind_alloc<exchange_once_operation>;

    struct free_self {
        void operator()(exchange_once_operation* self) const noexcept {
            self_allocator allocator(self->allocator_);
            // The handler may own this memory: it is destroyed after the memory is given back.
            [[maybe_unused]] const std::optional<Handler> handler(std::move(self->handler_));
            self->~exchange_once_operation();
            std::allocator_traits<self_allocator>::deallocate(allocator, self, 1);
        }
    };
    using owner = std::unique_ptr<exchange_once_operation, free_self>;

    /// A step. It owns the state, so everything is destroyed with a step that is destroyed uncalled.
    class step {
    public:
        using executor_type = typename Core::executor_type;
        using allocator_type = operation_allocator_of_t<Handler>;

        // Kept outside the state: Asio may ask for them after it has moved from the step (work_dispatcher of
        // 1.22.1).
        explicit step(owner self) noexcept
            : core_(self->core_.get()), allocator_(self->allocator_), self_(std::move(self)) {}
        executor_type get_executor() const noexcept { return core_->get_executor(); }
        allocator_type get_allocator() const noexcept { return allocator_; }
        step(step&&) noexcept = default;
        ~step() {
            if (self_ && self_->refused_ != nullptr) *self_->refused_ = std::move(self_);
        }
        void operator()() { connect(std::move(self_)); }
        void operator()(const error_code& ec, const endpoint_type&) { connected(std::move(self_), ec); }
        void operator()(const error_code& ec, std::size_t) { finish(std::move(self_), ec); }

    private:
        Core* core_;
        allocator_type allocator_;
        owner self_;
    };

public:
    struct request {
        std::string host;
        std::string service;
        std::string bytes;
        bool half_closes = false;
        std::optional<time_limit> limit;
    };

    static void start(std::shared_ptr<Core> core, const Executor& executor, Handler&& handler,
                      request&& what) {
        self_allocator allocator(net::get_associated_allocator(handler, net::recycling_allocator<void>()));
        exchange_once_operation* memory = std::allocator_traits<self_allocator>::allocate(allocator, 1);
        owner self;
        try {
            self.reset(new (static_cast<void*>(memory)) exchange_once_operation(
                std::move(core), executor, std::move(handler), std::move(what)));
        } catch (...) {
            std::allocator_traits<self_allocator>::deallocate(allocator, memory, 1);
            throw;
        }
        self->listen_for_cancel();
        const auto strand = self->core_->get_executor();
        net::post(strand, step(std::move(self)));
    }

private:
    exchange_once_operation(std::shared_ptr<Core>&& core, const Executor& executor, Handler&& handler,
                            request&& what)
        : core_(std::move(core)), request_(std::move(what)), executor_(executor),
          allocator_(net::get_associated_allocator(handler, net::recycling_allocator<void>())),
          work_(net::prefer(net::get_associated_executor(handler, executor),
                            net::execution::outstanding_work.tracked)),
          handler_(std::move(handler)) {
        // One deadline for all steps, which starts now.
        if (request_.limit && request_.limit->is_limited()) {
            request_.limit = time_limit(request_.limit->deadline(core_->now()));
        }
    }
    ~exchange_once_operation() {
        if (core_) core_->release();
    }

    void listen_for_cancel() {
        auto slot = net::get_associated_cancellation_slot(*handler_);
        if (!slot.is_connected()) return;
        slot.assign([client = std::weak_ptr<Core>(core_)](net::cancellation_type requested) {
            if (!is_set(requested, strong_cancellation)) return;
            std::shared_ptr<Core> core = client.lock();
            if (!core) return;
            const auto strand = core->get_executor();
            net::dispatch(strand, [core = std::move(core)] { core->release(); });
        });
    }

    /// The last step, on the handler's executor. The client is gone by then.
    class delivery {
    public:
        using allocator_type = operation_allocator_of_t<Handler>;

        delivery(owner self, const error_code& ec, std::string&& response) noexcept
            : allocator_(self->allocator_), self_(std::move(self)), ec_(ec), response_(std::move(response)) {}
        allocator_type get_allocator() const noexcept { return allocator_; }
        void operator()() {
            auto slot = net::get_associated_cancellation_slot(*self_->handler_);
            if (slot.is_connected()) slot.clear();
            Handler handler(std::move(*self_->handler_));
            self_.reset();
            std::move(handler)(ec_, std::move(response_));
        }

    private:
        allocator_type allocator_;
        owner self_;
        error_code ec_;
        std::string response_;
    };

    /// Calls start(core, step), which starts the operation that the step continues. If that fails for want of
    /// memory, the exchange completes with no_memory.
    template <class Start> static void go_on(owner self, Start start) {
        exchange_once_operation& state = *self;
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

    static void connect(owner self) {
        std::string host = std::move(self->request_.host);
        std::string service = std::move(self->request_.service);
        const std::optional<time_limit> limit = self->request_.limit;
        go_on(std::move(self), [&](Core& client, step&& next) {
            launch<connect_operation<Core>>(
                client, std::move(next),
                [&](auto& admission, auto& made) {
                    admission.connect(made, std::move(host), std::move(service), limit);
                },
                client);
        });
    }

    static void connected(owner self, const error_code& ec) {
        if (ec || self->core_->is_released()) {
            const error_code result = ec ? ec : error_code(net::error::operation_aborted);
            finish(std::move(self), result);
            return;
        }
        const time_limit limit = self->request_.limit.value_or(time_limit());
        const bool half_closes = self->request_.half_closes;
        std::string bytes = std::move(self->request_.bytes);
        go_on(std::move(self), [&](Core& client, step&& next) {
            launch<exchange_operation<Core, owned_bytes<std::string>>>(
                client, std::move(next),
                [&](auto& admission, auto& made) { admission.exchange(made, limit); }, half_closes,
                std::move(bytes));
        });
    }

    /// The response is complete and both directions have ended, or there is an error: closing has nothing to
    /// wait for.
    static void finish(owner self, const error_code& ec) {
        std::string response = self->core_->state().take();
        std::exchange(self->core_, nullptr)->release();
        const handler_executor target = net::get_associated_executor(*self->handler_, self->executor_);
        net::dispatch(target, delivery(std::move(self), ec, std::move(response)));
    }

    std::shared_ptr<Core> core_;
    request request_;
    Executor executor_;
    allocator_type allocator_;
    tracked_executor_t<handler_executor> work_;
    std::optional<Handler> handler_;
    owner* refused_ = nullptr;  ///< while a step is started: receives the state if that fails
};

}  // namespace uplink::detail
