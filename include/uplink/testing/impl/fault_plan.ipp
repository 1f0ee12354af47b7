// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of fault_plan.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/fault_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <new>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing {

UPLINK_TESTING_DECL void fault_plan::fail(std::size_t n, error_code ec) { faults_[n].error = ec; }

UPLINK_TESTING_DECL void fault_plan::shorten(std::size_t n, std::size_t bytes) {
    faults_[n].limit = (std::max<std::size_t>)(bytes, 1);
}

UPLINK_TESTING_DECL void fault_plan::run_out_of_memory(std::size_t n) { faults_[n].throws = true; }

UPLINK_TESTING_DECL void fault_plan::on(std::size_t n, moment when, std::function<void()> action) {
    faults_[n].actions[static_cast<std::size_t>(when)] = std::move(action);
}

UPLINK_TESTING_DECL void fault_plan::clear() { std::exchange(faults_, {}); }

UPLINK_TESTING_DECL std::size_t fault_plan::begin(operation_kind kind, clock::duration now) {
    log_.push_back({kind, now, {}, {}, 0});
    const std::size_t n = log_.size() - 1;
    if (const auto found = faults_.find(n); found != faults_.end() && found->second.throws)
        throw std::bad_alloc();
    return n;
}

UPLINK_TESTING_DECL void fault_plan::end(std::size_t n, error_code ec, std::size_t bytes,
                                         clock::duration now) noexcept {
    if (n >= log_.size()) return;
    log_[n].end = now;
    log_[n].error = ec;
    log_[n].bytes = bytes;
}

UPLINK_TESTING_DECL std::optional<error_code> fault_plan::failure(std::size_t n) const {
    const auto found = faults_.find(n);
    return found == faults_.end() ? std::nullopt : found->second.error;
}

UPLINK_TESTING_DECL std::size_t fault_plan::limit(std::size_t n) const {
    const std::size_t piece = piece_size_ == 0 ? (std::numeric_limits<std::size_t>::max)() : piece_size_;
    const auto found = faults_.find(n);
    return found == faults_.end() ? piece : (std::min)(piece, found->second.limit);
}

UPLINK_TESTING_DECL std::function<void()> fault_plan::take_action(std::size_t n, moment when) {
    const auto found = faults_.find(n);
    if (found == faults_.end()) return {};
    return std::exchange(found->second.actions[static_cast<std::size_t>(when)], {});
}

}  // namespace uplink::testing
