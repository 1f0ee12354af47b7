// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an initiating function needs before an operation starts: an owner for the operation, and the function
// in its cancellation slot with the types of cancellation that the operation honours.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Owns an operation after it is made and until it starts: if the initiating function throws, the handler is
/// destroyed uncalled.
template <class Operation> class operation_ptr {
public:
    explicit operation_ptr(Operation* operation) noexcept : operation_(operation) {}
    operation_ptr(const operation_ptr&) = delete;
    operation_ptr& operator=(const operation_ptr&) = delete;
    ~operation_ptr() {
        if (operation_ != nullptr) operation_->abandon();
    }
    Operation& operator*() const noexcept { return *operation_; }
    Operation* operator->() const noexcept { return operation_; }
    Operation& release() noexcept { return *std::exchange(operation_, nullptr); }

private:
    Operation* operation_;
};

inline bool is_set(net::cancellation_type requested, net::cancellation_type wanted) noexcept {
    return (requested & wanted) != net::cancellation_type::none;
}
inline constexpr auto any_cancellation =
    net::cancellation_type::terminal | net::cancellation_type::partial | net::cancellation_type::total;
inline constexpr auto strong_cancellation =
    net::cancellation_type::terminal | net::cancellation_type::partial;

/// The function in the cancellation slot of an operation. `Operation` has `honoured`, cancelled(type) and a
/// core.
template <class Operation> class cancel_function {
public:
    explicit cancel_function(Operation& operation) noexcept : operation_(&operation) {}
    void operator()(net::cancellation_type requested) const;

    /// Puts such a function into the slot, which is connected.
    static void put_into(net::cancellation_slot& slot, Operation& operation);
    /// The same for a slot of another type.
    template <class Slot> static void put_into(Slot& slot, Operation& operation) {
        slot.assign(cancel_function(operation));
    }

private:
    Operation* operation_;
};

template <class Operation>
UPLINK_DECL void cancel_function<Operation>::operator()(net::cancellation_type requested) const {
    if (!is_set(requested, Operation::honoured)) return;
    auto& core = *operation_->core;
    operation_->cancelled(requested);
    core.finish_call();
}

template <class Operation>
UPLINK_DECL void cancel_function<Operation>::put_into(net::cancellation_slot& slot, Operation& operation) {
    slot.assign(cancel_function(operation));
}

}  // namespace uplink::detail
