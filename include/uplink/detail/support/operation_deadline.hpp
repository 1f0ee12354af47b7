// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The deadlines of an operation: its time limit as a whole, and the limit of each pause without progress. Each is an
// entry of the client's deadline queue that says to its operation which of the two has passed.
#pragma once

#include <uplink/detail/support/deadline_heap.hpp>
#include <uplink/detail/support/namespace.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct total_limit {};
struct idle_limit {};

/// `Tag` is total_limit or idle_limit; `Operation` has on_deadline(Tag).
template <class Operation, class TimePoint, class Tag>
class operation_deadline final : public deadline_entry<TimePoint> {
public:
    explicit operation_deadline(Operation& operation) noexcept : operation_(operation) {}
    void expired() override { operation_.on_deadline(Tag{}); }

private:
    Operation& operation_;
};

}  // namespace uplink::detail
