// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The function objects that Asio calls to start an operation: immediately for a callback; later, or more than
// once, for deferred and awaitable tokens. They own a share of the core and do not refer to the client
// object, which may have been moved meanwhile. They also give the executor that a token may ask for.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/net.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The allocator of operations whose handlers have none. The pending receive has a block of its own in the
/// core: it may stay pending for as long as the client lives, and would keep a recycled block occupied that
/// can be much larger than the receive. A receive that is too large for this block, such as an exchange, uses
/// a recycled block nevertheless.
template <class Operation, class Core> auto memory_for(Core& core) noexcept {
    if constexpr (std::is_base_of_v<receive_operation<Core>, Operation>) {
        return operation_allocator<void, Core::receive_memory_size>(core.receive_memory());
    } else {
        return net::recycling_allocator<void>();
    }
}

/// Makes the operation `Base` for a handler and calls start(admission, operation_ptr), which calls a member
/// function of the admission. Only this function knows the handler; Base::admitted is what the others know.
template <class Base, template <class> class Admission = admission, class Core, class Handler, class Start,
          class... Arguments>
void launch(Core& core, Handler&& handler, Start start, Arguments&&... arguments) {
    using handler_type = std::decay_t<Handler>;
    auto memory = memory_for<Base>(core);
    using operation = handler_operation<Base, handler_type, typename Core::executor_type, decltype(memory)>;
    handler_type local(std::forward<Handler>(handler));
    operation& whole =
        *operation::make(local, core.get_executor(), memory, std::forward<Arguments>(arguments)...);
    operation_ptr<typename Base::admitted> made(&whole);
    made->core = &core;
    {
        Admission<Core> first(core);
        if (auto slot = whole.cancellation_slot(); slot.is_connected())
            cancel_function<typename Base::admitted>::put_into(slot, *made);
        start(first, made);
    }
    core.finish_call();
}

/// Calls run(core, handler, arguments...).
template <class Core, class Run> class initiation {
public:
    using executor_type = typename Core::executor_type;

    initiation(std::shared_ptr<Core> core, Run run) : core_(std::move(core)), run_(std::move(run)) {}
    executor_type get_executor() const noexcept { return core_->get_executor(); }
    template <class Handler, class... Arguments>
    void operator()(Handler&& handler, Arguments&&... arguments) const {
        run_(*core_, std::forward<Handler>(handler), std::forward<Arguments>(arguments)...);
    }

private:
    std::shared_ptr<Core> core_;
    Run run_;
};

/// For the free functions, which have no client yet. Calls run(executor, handler, arguments...).
template <class Executor, class Run> class executor_initiation {
public:
    using executor_type = Executor;

    executor_initiation(const Executor& executor, Run run) : executor_(executor), run_(std::move(run)) {}
    executor_type get_executor() const noexcept { return executor_; }
    template <class Handler, class... Arguments>
    void operator()(Handler&& handler, Arguments&&... arguments) const {
        run_(executor_, std::decay_t<Handler>(std::forward<Handler>(handler)),
             std::forward<Arguments>(arguments)...);
    }

private:
    Executor executor_;
    Run run_;
};

}  // namespace uplink::detail
