// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of operation.hpp.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/detail/operation.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL posted_operation::posted_operation(operation_ptr op) noexcept : op_(std::move(op)) {}

UPLINK_TESTING_DECL posted_operation::allocator_type posted_operation::get_allocator() const noexcept {
    return allocator_type(op_->block);
}

UPLINK_TESTING_DECL void posted_operation::operator()() { op_.release()->invoke(); }

UPLINK_TESTING_DECL void cancel_operation::operator()(net::cancellation_type_t type) const {
    if (type == net::cancellation_type::none) return;
    if (const auto alive = owner.lock()) alive->abort(id);
}

}  // namespace uplink::testing::detail
