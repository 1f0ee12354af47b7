// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion handlers of a connect's children, which are its attempts and its handshake. Each owns a
// share of the core and notifies the operation which child has completed. A child whose result is known
// immediately is posted nevertheless, so that its completion comes from the event loop.
#pragma once

#include <uplink/detail/connect/connect_owner.hpp>
#include <uplink/detail/support/completion_queue.hpp>
#include <uplink/net.hpp>

#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core, class Operation, class Event> class attempt_handler {
public:
    using executor_type = typename Core::executor_type;

    attempt_handler(Operation& operation, Event event)
        : keep_alive_(operation.core->shared_from_this()), core_(operation.core), operation_(&operation),
          event_(event) {
        static_assert(child_owner<Operation, Event>, "the owner of a child has to be a connect operation");
    }
    executor_type get_executor() const noexcept { return core_->get_executor(); }
    void operator()(const error_code& ec) {
        {
            const typename Core::turn_guard scope(*core_);
            operation_->child_ended(event_, ec);
        }
        core_->finish_turn();
    }

private:
    std::shared_ptr<Core> keep_alive_;
    Core* core_;  // Asio 1.22.1 may call get_executor() after the handler was moved from
    Operation* operation_;
    Event event_;
};

/// Posted handler. It uses the core's preallocated block, or Asio's recycling allocator if that is taken.
template <class Core, class Operation, class Event> class posted_attempt_handler {
public:
    using allocator_type = typename completion_queue<Core>::allocator_type;

    posted_attempt_handler(Operation& operation, Event event, const error_code& ec)
        : call_(operation, event), memory_(&operation.core->completions().memory()), ec_(ec) {}
    allocator_type get_allocator() const noexcept { return allocator_type(*memory_); }
    void operator()() { call_(ec_); }

private:
    attempt_handler<Core, Operation, Event> call_;
    typename completion_queue<Core>::memory_type* memory_;
    error_code ec_;
};

}  // namespace uplink::detail
