// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of pipe.hpp.
#pragma once

#include <uplink/testing/detail/pipe.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL void pipe::set_owner(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

UPLINK_TESTING_DECL std::string_view pipe::arrived() const noexcept {
    return std::string_view(arrived_).substr(read_);
}

UPLINK_TESTING_DECL pipe::pipe(simulation& network, const settings& how, std::function<void()> on_arrival)
    : network_(network), how_(how), on_arrival_(std::move(on_arrival)) {}

UPLINK_TESTING_DECL std::size_t pipe::room() const noexcept {
    const std::size_t used = on_the_way_bytes_ + arrived().size();
    return used < window() ? window() - used : 0;
}

UPLINK_TESTING_DECL void pipe::send(std::string_view bytes) {
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

UPLINK_TESTING_DECL void pipe::end(ending how) {
    if (sent_end_ == ending::reset || sent_end_ == how) return;
    sent_end_ = how;
    put_on_the_way({due({}), {}, how});
}

UPLINK_TESTING_DECL void pipe::start() {
    if (how_.cut != ending::none && how_.cut_at == 0) end(how_.cut);
}

UPLINK_TESTING_DECL void pipe::consume(std::size_t count) {
    read_ += count;
    if (read_ == arrived_.size() || read_ > 65536) {
        arrived_.erase(0, read_);
        read_ = 0;
    }
    if (count != 0 && !on_the_way_.empty() && !delivery_scheduled_) schedule_delivery();
}

UPLINK_TESTING_DECL std::size_t pipe::window() const noexcept {
    return is_wide_ ? (std::max)(how_.window, settings().window) : how_.window;
}

UPLINK_TESTING_DECL clock::time_point pipe::due(clock::duration pace) {
    last_due_ = (std::max)(last_due_, network_.now() + how_.latency + network_.random_delay()) + pace;
    return last_due_;
}

UPLINK_TESTING_DECL void pipe::put_on_the_way(segment what) {
    on_the_way_.push_back(std::move(what));
    if (!delivery_scheduled_ && on_the_way_.size() == 1) schedule_delivery();
}

UPLINK_TESTING_DECL void pipe::schedule_delivery() {
    network_.schedule_at(on_the_way_.front().due, event_class::io,
                         [alive = owner_.lock(), this] { deliver(); });
    delivery_scheduled_ = true;
}

UPLINK_TESTING_DECL void pipe::deliver() {
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

}  // namespace uplink::testing::detail
