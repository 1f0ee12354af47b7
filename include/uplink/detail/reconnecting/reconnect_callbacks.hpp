// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions that the user has set, and the changes of state for which on_change has not been called yet.
// An operation of the completion queue calls it, so it never runs inside a function of the client. Each
// function is called through a shared pointer of its own, because it may replace itself, or destroy the
// client.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <memory_resource>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Function> using shared_function = std::shared_ptr<const Function>;

/// Empty functions count as none.
template <class Function> shared_function<Function> share_function(Function&& function) {
    return function ? std::make_shared<const Function>(std::move(function)) : nullptr;
}

template <class Core> class change_notice final : public operation_base {
public:
    using status_type = typename Core::status_type;
    using function_type = std::function<void(const status_type&)>;

    explicit change_notice(Core& core) noexcept : core_(core) {}

    void set(function_type&& function) {
        function_ = share_function(std::move(function));
        if (!function_) changes_.clear();
    }
    void clear() noexcept {
        function_.reset();
        changes_.clear();
    }
    /// Without memory on_change is called for the latest change only.
    void changed(const status_type& status) noexcept {
        if (!function_) return;
        try {
            changes_.push_back(status);
        } catch (...) {
            if (!changes_.empty()) changes_.back() = status;
        }
        if (!changes_.empty() && !std::exchange(is_queued_, true)) core_.deliver(*this);
    }

    void complete() override {
        is_queued_ = false;
        if (changes_.empty() || !function_) return;
        const status_type status = changes_.front();
        changes_.pop_front();
        const shared_function<function_type> function = function_;
        if (!changes_.empty()) {
            is_queued_ = true;
            core_.deliver(*this);
        }
        (*function)(status);
    }
    void abandon() noexcept override {
        is_queued_ = false;
        clear();
    }
    std::pmr::memory_resource& memory() noexcept override { return *std::pmr::new_delete_resource(); }

private:
    Core& core_;
    shared_function<function_type> function_{};
    std::deque<status_type> changes_{};
    bool is_queued_ = false;
};

}  // namespace uplink::detail
