// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The sends of one connection in the order in which they were started, and their bytes: how many wait, which
// bytes the next write takes, and to which sends the bytes of a write belong. The list links the sends and
// does not own them.
#pragma once

#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/machine/send_item.hpp>
#include <uplink/detail/support/intrusive_list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class send_list {
public:
    bool is_empty() const noexcept { return items_.empty(); }
    bool has_one() noexcept { return !items_.empty() && &items_.front() == &items_.back(); }
    send_item& front() noexcept { return items_.front(); }
    send_item* first() noexcept { return items_.empty() ? nullptr : &items_.front(); }
    send_item* next(send_item& send) noexcept { return items_.next(send); }

    std::size_t bytes() const noexcept { return bytes_; }
    std::size_t half_closes() const noexcept { return half_closes_; }
    std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }
    std::uint64_t completed() const noexcept { return completed_; }

    /// There is always room for a send into an empty list; the limit applies to the bytes that wait behind a
    /// write.
    bool has_room_for(const send_item& send, std::size_t limit) const noexcept {
        if (items_.empty() || send.kind != send_kind::bytes) return true;
        const send_item& front = items_.front();
        const std::size_t behind_it = untouched_ - (front.begun ? 0 : front.size);
        return send.size <= limit && behind_it <= limit - send.size;
    }

    void add(send_item& send) noexcept {
        items_.push_back(send);
        if (send.kind == send_kind::half_close) ++half_closes_;
        bytes_ += send.size;
        untouched_ += send.size;
    }
    /// A send of which n bytes have been sent already, by a write of its own. True if it `may_complete` and
    /// is complete; else it has been added.
    bool add_written(send_item& send, std::size_t n, bool may_complete) {
        bytes_sent_ += n;
        send.consume(n);
        if (may_complete && (send.left() == 0 || (send.kind == send_kind::some && n != 0))) {
            ++completed_;
            return true;
        }
        items_.push_back(send);
        bytes_ += send.left();
        send.begun = true;
        send.progressed();
        return false;
    }
    /// Removes a send whose `error` is final.
    void remove(send_item& send) noexcept {
        bytes_ -= send.left();
        if (!send.begun) untouched_ -= send.size;
        if (send.kind == send_kind::half_close) --half_closes_;
        else if (!send.error) ++completed_;
        items_.erase(send);
    }

    /// Collects the next write, of at most `most` bytes, up to the first half-close. `copies`: small buffers
    /// are copied together. `begins`: the sends in the write count as begun from now on; if not, when the
    /// write has come back.
    void gather(gathered_write& write, std::size_t most, bool copies, bool begins) {
        write.clear(copies, most);
        bool has_room = true;
        for (send_item* each = first(); has_room && each != nullptr && each->kind != send_kind::half_close;
             each = items_.next(*each)) {
            const std::size_t before = write.size();
            has_room = write.add(*each);
            if (write.size() == before && each->left() != 0) break;
            each->in_write = true;
            if (begins) begin(*each);
        }
    }
    /// n bytes of the gathered write have been sent. True if one of its sends was stopped meanwhile.
    bool distribute(std::size_t n) {
        bytes_sent_ += n;
        bytes_ -= n;
        bool was_stopped = false;
        bool is_behind = false;  // an earlier one still has bytes
        const bool has_progressed = n != 0;
        send_item* each = first();
        for (; each != nullptr && each->in_write; each = items_.next(*each)) {
            each->in_write = false;
            const std::size_t part = (std::min)(n, each->left());
            each->consume(part);
            n -= part;
            was_stopped = was_stopped || each->stop.is_asked();
            is_behind = is_behind || each->left() != 0;
            if (!is_behind) continue;  // it is complete
            if (!each->begun) begin(*each);
            else if (has_progressed) each->progressed();
        }
        // Sends that an earlier and larger write has gathered wait for the sends before them, so they have
        // progressed too.
        for (; has_progressed && each != nullptr && each->begun; each = items_.next(*each))
            each->progressed();
        return was_stopped;
    }

private:
    void begin(send_item& send) noexcept {
        if (std::exchange(send.begun, true)) return;
        untouched_ -= send.size;
        send.progressed();
    }

    intrusive_list<send_item, send_list_tag> items_;
    std::size_t bytes_ = 0;      ///< accepted and not yet given to the transport
    std::size_t untouched_ = 0;  ///< of those, in sends from which no write has gathered
    std::size_t half_closes_ = 0;
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t completed_ = 0;  ///< with success, half-closes not counted
};

}  // namespace uplink::detail
