// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_drain: the operations that wait until the send queue of one connection is at or below its low-water
// mark. The send machine decides when they complete. The list links the operations and does not own them.
#pragma once

#include <uplink/detail/connection/owners.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <tuple>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct drain_list_tag;

template <class Core> class drain_operation : public operation_base, public list_hook<drain_list_tag> {
public:
    using time_point = typename Core::time_point;

    drain_operation() noexcept;
    void on_deadline(total_limit);
    std::tuple<error_code> result() const noexcept { return {error}; }

    using admitted = drain_operation;  ///< the type that the admission uses for it
    static constexpr net::cancellation_type honoured = any_cancellation;
    void cancelled(net::cancellation_type);

    Core* core = nullptr;
    error_code error{};
    operation_deadline<drain_operation, time_point, total_limit> limit;

protected:
    ~drain_operation() = default;
};

template <class Core> class drain_list {
    using drain = drain_operation<Core>;

public:
    void add(drain& waiting) { waiting_.push_back(waiting); }
    /// Completes one operation of this list. False if it has completed already.
    bool end(drain& waiting, const error_code& ec) {
        if (!waiting.list_hook<drain_list_tag>::is_linked()) return false;
        waiting_.erase(waiting);
        waiting.core->deadlines().remove(waiting.limit);
        waiting.error = ec;
        waiting.core->deliver(waiting);
        return true;
    }
    /// Completes all operations; returns their number.
    std::size_t end_all(const error_code& ec) {
        std::size_t count = 0;
        while (!waiting_.empty() && end(waiting_.front(), ec)) ++count;
        return count;
    }
    void abandon() noexcept {
        while (!waiting_.empty()) waiting_.pop_front().abandon();
    }

private:
    intrusive_list<drain, drain_list_tag> waiting_;
};

template <class Core> UPLINK_DECL drain_operation<Core>::drain_operation() noexcept : limit(*this) {
    static_assert(transfer_owner<Core>, "the owner of a drain has to be a client's core");
}

template <class Core> UPLINK_DECL void drain_operation<Core>::on_deadline(total_limit) {
    core->connections().stop_drain(*this, errc::send_timeout);
}

template <class Core> UPLINK_DECL void drain_operation<Core>::cancelled(net::cancellation_type) {
    core->connections().stop_drain(*this, net::error::operation_aborted);
}

}  // namespace uplink::detail
