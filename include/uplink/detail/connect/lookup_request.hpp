// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The link between a name_resolver and the operation that asked it. The resolver answers from any thread,
// late or never; the first answer counts. The operation owns the request and detaches it when it ends. From
// then on an answer touches neither the operation nor the executor, and both may be gone. The request is
// allocated from the global heap.
#pragma once

#include <uplink/detail/system/lookup_interest.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Calls on_answer(address_family, lookup_answer&&) of `Operation`, which keeps its core alive meanwhile.
template <class Operation, class Executor>
class lookup_request : public lookup_interest,
                       public std::enable_shared_from_this<lookup_request<Operation, Executor>> {
public:
    lookup_request(Operation& operation, const Executor& executor, address_family family)
        : operation_(&operation), executor_(executor), family_(family) {}

    /// Called by the operation, on the client's executor: it does not want an answer any more.
    void detach() noexcept {
        const std::lock_guard lock(mutex_);
        operation_ = nullptr;
        executor_.reset();
    }

    /// Called by the resolver, from any thread; only the first answer counts. The answer is posted under the
    /// lock, so that the context of the executor cannot be destroyed meanwhile.
    void answer(lookup_answer found) {
        const std::lock_guard lock(mutex_);
        if (!executor_ || answered_) return;
        net::post(*executor_, [self = this->shared_from_this(), found = std::move(found)]() mutable {
            if (self->operation_ != nullptr) self->operation_->on_answer(self->family_, std::move(found));
        });
        answered_ = true;
    }

    /// The resolver has failed: from now on its answers are ignored. False if it has answered before.
    bool refuse_answers() noexcept {
        const std::lock_guard lock(mutex_);
        return !std::exchange(answered_, true);
    }

private:
    std::mutex mutex_;
    Operation* operation_;  ///< written and read on the client's executor only
    std::optional<Executor> executor_;
    address_family family_;
    bool answered_ = false;
};

}  // namespace uplink::detail
