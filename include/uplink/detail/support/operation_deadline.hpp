// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The deadlines of an operation: the time limit of the whole operation, and the limit of each pause without
// progress. Each is an entry of the client's deadline queue. It is a member of its operation, and calls the
// operation with the tag of the deadline that has passed.
#pragma once

#include <uplink/detail/support/deadline_heap.hpp>
#include <uplink/detail/support/namespace.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct total_limit {};
struct idle_limit {};

/// Calls on_deadline(Tag) of `Operation`; `Tag` is total_limit, idle_limit, or a tag of the operation's own.
template <class Operation, class TimePoint, class Tag>
class operation_deadline final : public deadline_entry<TimePoint> {
public:
    explicit operation_deadline(Operation& operation) noexcept : operation_(operation) {}
    void expired() override { operation_.on_deadline(Tag{}); }

private:
    Operation& operation_;
};

}  // namespace uplink::detail
