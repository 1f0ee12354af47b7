// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One direction of a simulated connection: bytes, then FIN or RST, which arrive in order and with the delays of the
// endpoint. Bytes that have arrived wait until they are read; while the window is full, the bytes behind them wait on
// the way. The connection owns the pipe; the pipe owns its bytes.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/simulation.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class pipe {
public:
    struct settings {
        clock::duration latency{};
        std::size_t window = 65536;
        std::size_t piece = 0;
        clock::duration pace{};
        ending cut = ending::none;
        std::size_t cut_at = 0;
    };

    pipe(simulation& network, const settings& how, std::function<void()> on_arrival)
        : network_(network), how_(how), on_arrival_(std::move(on_arrival)) {}

    /// `owner` is the object that contains the pipe. It is kept alive while anything is on the way.
    void set_owner(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

    std::string_view arrived() const noexcept { return std::string_view(arrived_).substr(read_); }
    std::size_t total_arrived() const noexcept { return total_arrived_; }
    ending arrived_end() const noexcept { return arrived_end_; }
    bool has_ended() const noexcept { return sent_end_ != ending::none; }

    /// How many bytes the sender's socket would take now.
    std::size_t room() const noexcept {
        const std::size_t used = on_the_way_bytes_ + arrived().size();
        return used < window() ? window() - used : 0;
    }

    /// A wide pipe takes the handshake of a layer, which is longer than the scripts that narrow windows are for.
    void make_wide(bool is_wide) noexcept { is_wide_ = is_wide; }

    void send(std::string_view bytes) {
        if (has_ended()) return;
        const bool cut = how_.cut != ending::none && bytes.size() >= how_.cut_at - sent_;
        if (cut) bytes = bytes.substr(0, how_.cut_at - sent_);
        sent_ += bytes.size();
        while (!bytes.empty()) {
            const std::size_t size = how_.piece == 0 ? bytes.size() : (std::min)(how_.piece, bytes.size());
            put_on_the_way({due(how_.pace), std::string(bytes.substr(0, size)), ending::none});
            on_the_way_bytes_ += size;
            bytes.remove_prefix(size);
        }
        if (cut) end(how_.cut);
    }

    /// Sends FIN or RST; RST may follow FIN.
    void end(ending how) {
        if (sent_end_ == ending::reset || sent_end_ == how) return;
        sent_end_ = how;
        put_on_the_way({due({}), {}, how});
    }

    /// Begins. A limit of no bytes ends the direction before anything is sent.
    void start() {
        if (how_.cut != ending::none && how_.cut_at == 0) end(how_.cut);
    }

    void consume(std::size_t count) {
        read_ += count;
        if (read_ == arrived_.size() || read_ > 65536) {
            arrived_.erase(0, read_);
            read_ = 0;
        }
        if (count != 0 && !on_the_way_.empty() && !delivery_scheduled_) schedule_delivery();
    }

private:
    struct segment {
        clock::time_point due{};
        std::string bytes{};
        ending end{};
        std::size_t delivered = 0;
    };

    std::size_t window() const noexcept {
        return is_wide_ ? (std::max)(how_.window, settings().window) : how_.window;
    }

    clock::time_point due(clock::duration pace) {
        last_due_ = (std::max)(last_due_, network_.now() + how_.latency + network_.random_delay()) + pace;
        return last_due_;
    }

    void put_on_the_way(segment what) {
        on_the_way_.push_back(std::move(what));
        if (!delivery_scheduled_ && on_the_way_.size() == 1) schedule_delivery();
    }

    void schedule_delivery() {
        network_.schedule_at(on_the_way_.front().due, event_class::io,
                             [alive = owner_.lock(), this] { deliver(); });
        delivery_scheduled_ = true;
    }

    void deliver() {
        delivery_scheduled_ = false;
        segment& next = on_the_way_.front();
        if (next.end != ending::none) {
            arrived_end_ = next.end;
            on_the_way_.pop_front();
        } else {
            const std::size_t free = window() - (std::min)(window(), arrived().size());
            if (free == 0) return;  // consume() schedules it again
            const auto bytes = std::string_view(next.bytes).substr(next.delivered, free);
            arrived_.append(bytes);
            total_arrived_ += bytes.size();
            on_the_way_bytes_ -= bytes.size();
            next.delivered += bytes.size();
            if (next.delivered == next.bytes.size()) on_the_way_.pop_front();
        }
        if (!on_the_way_.empty()) schedule_delivery();
        on_arrival_();
    }

    simulation& network_;
    settings how_;
    std::function<void()> on_arrival_;
    std::weak_ptr<void> owner_{};
    std::deque<segment> on_the_way_{};
    std::size_t on_the_way_bytes_ = 0;
    bool delivery_scheduled_ = false;
    bool is_wide_ = false;
    clock::time_point last_due_{};
    std::size_t sent_ = 0;
    ending sent_end_ = ending::none;
    std::string arrived_{};
    std::size_t read_ = 0;
    std::size_t total_arrived_ = 0;
    ending arrived_end_ = ending::none;
};

}  // namespace uplink::testing::detail
