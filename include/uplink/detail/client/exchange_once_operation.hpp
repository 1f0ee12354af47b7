// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The part of the free async_exchange that depends on the type of its handler: the memory, the executor, the
// cancellation slot, and the last step, which calls the handler. The other part is exchange_once_steps.hpp,
// which is compiled once for a kind of client.
//
// The cancellation slot belongs to the handler's executor, on which the signal is emitted. It is assigned in
// the initiating function and cleared just before the handler is called, never on the strand. The function in
// the slot refers to the client without owning it: a cancellation that comes after the client is gone has no
// effect, and the function may stay in the slot if the handler is destroyed uncalled.
#pragma once

#include <uplink/detail/client/exchange_once_steps.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/net.hpp>

#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Executor` is the caller's; a handler without an associated executor runs on it.
template <class Core, class Executor, class Handler>
class exchange_once_operation final : public exchange_once_steps<Core> {
    using base = exchange_once_steps<Core>;
    using owner = typename base::owner;
    using handler_executor = net::associated_executor_t<Handler, Executor>;
    using allocator_type = operation_allocator_of_t<Handler>;
    using self_allocator =
        typename std::allocator_traits<allocator_type>::template rebind_alloc<exchange_once_operation>;

public:
    static void start(std::shared_ptr<Core> core, const Executor& executor, Handler&& handler,
                      typename base::request&& what) {
        self_allocator allocator(net::get_associated_allocator(handler, net::recycling_allocator<void>()));
        exchange_once_operation* self = std::allocator_traits<self_allocator>::allocate(allocator, 1);
        try {
            new (static_cast<void*>(self))
                exchange_once_operation(std::move(core), executor, std::move(handler), std::move(what));
        } catch (...) {
            std::allocator_traits<self_allocator>::deallocate(allocator, self, 1);
            throw;
        }
        owner owned(self);
        auto slot = net::get_associated_cancellation_slot(*self->handler_);
        if (slot.is_connected()) slot.assign(exchange_once_cancel<Core>(self->core()));
        base::begin(std::move(owned));
    }

private:
    exchange_once_operation(std::shared_ptr<Core>&& core, const Executor& executor, Handler&& handler,
                            typename base::request&& what)
        : base(std::move(core), std::move(what)), executor_(executor),
          resource_(net::get_associated_allocator(handler, net::recycling_allocator<void>())),
          work_(net::prefer(net::get_associated_executor(handler, executor),
                            net::execution::outstanding_work.tracked)),
          handler_(std::move(handler)) {}
    ~exchange_once_operation() = default;

    std::pmr::memory_resource& memory() noexcept override { return resource_; }
    void free() noexcept override {
        self_allocator allocator(resource_.allocator());
        // The handler may own this memory: it is destroyed after the memory is given back.
        [[maybe_unused]] const std::optional<Handler> handler(std::move(handler_));
        this->~exchange_once_operation();
        std::allocator_traits<self_allocator>::deallocate(allocator, this, 1);
    }

    /// The last step, on the handler's executor. The client is gone by then.
    class delivery {
    public:
        using allocator_type = operation_allocator_of_t<Handler>;

        delivery(owner self, exchange_once_operation& operation, const error_code& ec,
                 std::string&& response) noexcept
            : allocator_(operation.resource_.allocator()), operation_(&operation), self_(std::move(self)),
              ec_(ec), response_(std::move(response)) {}
        allocator_type get_allocator() const noexcept { return allocator_; }
        void operator()() {
            auto slot = net::get_associated_cancellation_slot(*operation_->handler_);
            if (slot.is_connected()) slot.clear();
            Handler handler(std::move(*operation_->handler_));
            self_.reset();
            std::move(handler)(ec_, std::move(response_));
        }

    private:
        allocator_type allocator_;
        exchange_once_operation* operation_;
        owner self_;
        error_code ec_;
        std::string response_;
    };

    void deliver(owner self, const error_code& ec, std::string&& response) override {
        const handler_executor target = net::get_associated_executor(*handler_, executor_);
        net::dispatch(target, delivery(std::move(self), *this, ec, std::move(response)));
    }

    Executor executor_;
    allocator_resource<allocator_type> resource_;
    tracked_executor_t<handler_executor> work_;
    std::optional<Handler> handler_;
};

}  // namespace uplink::detail
