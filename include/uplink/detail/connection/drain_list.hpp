// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_drain: what waits until the send queue of one connection is at or below its low-water mark.
#pragma once

#include <uplink/net.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>

#include <cstddef>
#include <tuple>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct drain_list_tag;

template <class Core> class drain_operation : public operation_base, public list_hook<drain_list_tag> {
public:
    using time_point = typename Core::time_point;

    drain_operation() noexcept : limit(*this) {}
    void on_deadline(total_limit) { core->stop_drain(*this, errc::send_timeout); }
    std::tuple<error_code> result() const noexcept { return {error}; }

    Core* core = nullptr;
    error_code error{};
    operation_deadline<drain_operation, time_point, total_limit> limit;

protected:
    ~drain_operation() = default;
};

template <class Core> class drain_list {
    using drain = drain_operation<Core>;

public:
    bool is_empty() const noexcept { return waiting_.empty(); }
    void add(drain& waiting, std::size_t low_water) {
        waiting_.push_back(waiting);
        low_water_ = low_water;
    }

    /// Ends them where the queue's bytes, or the connection's failure, say so.
    void look(std::size_t queued_bytes, const error_code& failure) {
        if (waiting_.empty()) return;
        if (failure) {
            stop_all(failure);
        } else if (queued_bytes <= low_water_) {
            stop_all({});
        }
    }

    void stop(drain& waiting, const error_code& ec) {
        if (waiting.list_hook<drain_list_tag>::is_linked()) end(waiting, ec);
    }
    void stop_all(const error_code& ec) {
        while (!waiting_.empty()) end(waiting_.front(), ec);
    }
    void abandon() noexcept {
        while (!waiting_.empty()) waiting_.pop_front().abandon();
    }

private:
    void end(drain& waiting, const error_code& ec) {
        waiting_.erase(waiting);
        waiting.core->deadlines().remove(waiting.limit);
        waiting.error = ec;
        waiting.core->deliver(waiting);
    }

    intrusive_list<drain, drain_list_tag> waiting_;
    std::size_t low_water_ = 0;
};

}  // namespace uplink::detail
