// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receiving side of a reconnecting client: the bytes that its connections have brought, and the one
// receive that may wait for more. It decides whether more is to be read; the core reads.
#pragma once

#include <uplink/detail/machine/unread_bytes.hpp>
#include <uplink/detail/reconnecting/carried_receive.hpp>
#include <uplink/detail/support/dead_view.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class carried_receives {
    using receive_type = carried_receive<Core>;

public:
    explicit carried_receives(Core& core) noexcept : core_(core) {}

    /// A receive is under way until its handler is called.
    bool is_busy() const noexcept { return is_busy_; }
    bool has_pending() const noexcept { return pending_ != nullptr; }
    bool has_ended_connection() const noexcept { return unread_.has_end(); }
    std::uint64_t dropped() const noexcept { return unread_.dropped(); }

    /// How much is to be read next; 0: nothing.
    std::size_t wanted() const noexcept {
        constexpr std::size_t most = 16 * 1024;
        if (is_discarding_ || (pending_ != nullptr && !unread_.has_end())) return most;
        const std::size_t ahead = core_.options().read_ahead;
        return ahead > unread_.size() ? (std::min)(ahead - unread_.size(), most) : 0;
    }

    void start(receive_type& receive) {
        end_view();
        is_busy_ = true;
        receive.is_accepted = true;
        pending_ = &receive;
        serve();
    }
    void stop(receive_type& receive, const error_code& ec) {
        if (pending_ == &receive) finish(ec);
    }
    void stop(const error_code& ec) {
        if (pending_ != nullptr) finish(ec);
    }
    /// Its handler is called now.
    void delivered() noexcept { is_busy_ = false; }

    // --- The connection ---

    void open() {
        if (pending_ != nullptr) core_.restart_idle(pending_->idle);
    }
    /// Throws std::bad_alloc.
    void add(std::string_view piece) {
        if (is_discarding_ && pending_ == nullptr) return unread_.drop(piece.size());
        unread_.add(piece);
        if (pending_ == nullptr || piece.empty()) return;  // a read without bytes is no progress
        core_.restart_idle(pending_->idle);
        serve();
        if (is_discarding_ && pending_ == nullptr) unread_.drop_all();
    }
    /// n bytes have been read on a connection that has ended, and nobody can receive them.
    void drop(std::size_t n) noexcept { unread_.drop(n); }
    /// From now on bytes go to the pending receive, or are dropped.
    void discard() noexcept {
        is_discarding_ = true;
        if (pending_ == nullptr) unread_.drop_all();
    }
    void connection_ended(const error_code& code) {
        is_discarding_ = false;
        unread_.connection_ended(code, pending_ != nullptr);
        if (pending_ == nullptr) return;
        core_.deadlines().remove(pending_->idle);
        serve();
    }
    /// Nobody receives what is there.
    void drop_all() noexcept {
        is_discarding_ = false;
        unread_.drop_all();
    }
    void abandon() noexcept {
        if (pending_ != nullptr) std::exchange(pending_, nullptr)->abandon();
    }

private:
    /// Offers what is there to the pending receive.
    void serve() {
        const bool is_last = unread_.has_end();
        switch (pending_->try_deliver(unread_.offered(), delivered_)) {
        case receive_answer::complete: return finish({});
        case receive_answer::refused: return finish(pending_->error);
        case receive_answer::incomplete: break;
        }
        if (is_last) finish(unread_.take_end());
    }
    void finish(const error_code& ec) {
        receive_type& ended = *std::exchange(pending_, nullptr);
        core_.deadlines().remove(ended.idle);
        ended.finish(ec);
    }
    void end_view() noexcept {
        delivered_.clear();
        overwrite_dead_view<typename Core::stream_type>(delivered_);
    }

    Core& core_;
    unread_bytes unread_{};
    received_bytes delivered_{};  ///< the message that the last receive has got
    receive_type* pending_ = nullptr;
    bool is_busy_ = false;
    bool is_discarding_ = false;  ///< the client stops
};

}  // namespace uplink::detail
