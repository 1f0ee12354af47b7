// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The knowledge about the write that is in progress on one connection: its kind, its size, and whether the
// next write would have to wait. The send machine owns this object.
#pragma once

#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/machine/send_step.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class write_progress {
public:
    explicit write_progress(bool writes_now) noexcept : writes_now_(writes_now) {}

    bool is_none() const noexcept { return state_ == state::none; }
    bool is_in_flight() const noexcept { return state_ == state::in_flight; }
    /// The stream can write without waiting.
    bool writes_now() const noexcept { return writes_now_; }
    /// The last write took less than it was given, or had the largest size with bytes left. The next one
    /// waits, so that other work runs.
    bool would_block() const noexcept { return would_block_; }

    /// A write that does not wait, without a step.
    void begin_directly() noexcept { state_ = state::now; }
    /// It took n of `size` bytes.
    void end_directly(std::size_t n, std::size_t size) noexcept {
        end();
        would_block_ = n < size;
    }
    /// The next write is tried without waiting once; if that leaves bytes, it waits.
    send_action begin() noexcept {
        if (writes_now_ && !would_block_ && !has_tried_) {
            has_tried_ = true;
            state_ = state::now;
            return send_action::write_now;
        }
        has_tried_ = false;
        state_ = state::in_flight;
        return send_action::write;
    }
    void prepared(const gathered_write& write) noexcept {
        size_ = write.size();
        is_largest_ = write.is_largest();
    }
    /// It took n bytes. `has_more`: bytes are left in the queue.
    void came_back(std::size_t n, bool has_more) noexcept {
        would_block_ = n < size_ || (is_largest_ && has_more);
    }
    void end() noexcept { state_ = state::none; }
    /// A try without waiting has been made, or may be made again.
    void set_tried(bool has_tried) noexcept { has_tried_ = has_tried; }

private:
    enum class state : unsigned char { none, now, in_flight };

    std::size_t size_ = 0;  ///< of the prepared write, in bytes
    state state_ = state::none;
    const bool writes_now_;
    bool is_largest_ = false;
    bool has_tried_ = false;  ///< since the last event
    bool would_block_ = false;
};

}  // namespace uplink::detail
