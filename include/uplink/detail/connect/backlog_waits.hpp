// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The attempts on local servers whose backlog is full, which are tried again after pauses, until there is
// room or the operation ends. The attempts of the connect own this object. An attempt that waits is not a
// pending child: nothing has to come back before the operation can complete.
#pragma once

#include <uplink/detail/machine/backlog_delay.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct next_try {};

/// `Attempts` has connect_again(operation, index).
template <class Core, class Operation, class Attempts> class backlog_waits {
    using time_point = typename Core::time_point;

public:
    explicit backlog_waits(Attempts& attempts) noexcept : attempts_(attempts), timer_(*this) {}

    /// Throws if there is no memory, and then the attempt does not wait.
    void add(Operation& operation, std::size_t index) {
        operation_ = &operation;
        waiting_.reserve(waiting_.size() + 1);
        if (!timer_.is_linked()) {
            auto& deadlines = operation.core->deadlines();
            const auto pause = saturating_duration_cast<typename time_point::duration>(
                std::chrono::nanoseconds(delay_.next()));
            deadlines.add(timer_, saturating_add(deadlines.now(), pause));
        }
        waiting_.push_back(index);
    }
    /// The attempt has been closed.
    void remove(std::size_t index) noexcept {
        std::erase(waiting_, index);
        if (waiting_.empty() && operation_ != nullptr) operation_->core->deadlines().remove(timer_);
    }
    /// Each attempt is tried once, and added again if it still has to wait.
    void on_deadline(next_try) {
        for (const std::size_t index : std::exchange(waiting_, {}))
            attempts_.connect_again(*operation_, index);
    }

private:
    Attempts& attempts_;
    Operation* operation_ = nullptr;
    std::vector<std::size_t> waiting_{};
    backlog_delay delay_{};
    operation_deadline<backlog_waits, time_point, next_try> timer_;
};

/// For sockets whose connects never meet a full backlog.
struct no_backlog_waits {
    template <class Attempts> explicit no_backlog_waits(Attempts&) noexcept {}
};

}  // namespace uplink::detail
