// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Calls the observer during one connect; see client_observer. The parts of the connect report each beginning
// and each end, in order. The codes and endpoints are those of the report, into which they have been written
// just before, so that the events and the report cannot differ. Whatever has begun and has not ended ends
// before connect_ended.
//
// The connect operation owns this object, which refers to the core. Without an observer each function is one
// comparison.
#pragma once

#include <uplink/net.hpp>
#include <uplink/observer.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class connect_events {
    using nanoseconds = std::chrono::nanoseconds;

public:
    explicit connect_events(Core& core) noexcept : core_(core), observer_(core.options().observer.get()) {}

    /// The connect was refused before it began.
    void refused(const error_code& ec) noexcept {
        if (is_observed()) observer_->connect_ended(core_.id(), ec, nanoseconds::zero());
    }

    /// Called before each question. The first one begins the lookup, further ones go on with it.
    void lookup_asks(const std::string& host, const std::string& service) noexcept {
        if (is_observed()) notify_question(host, service);
    }
    /// Called after the race has seen the answer. Until the first attempt there may be further questions.
    void lookup_answered(std::size_t addresses) noexcept {
        if (is_observed()) note_answer(addresses);
    }
    /// No answer is waited for any more. The lookup has ended, unless there are further questions to come.
    void lookups_forgotten(bool has_ended) noexcept {
        if (!is_observed()) return;
        unanswered_ = 0;
        if (has_ended) notify_lookup_end();
    }

    void attempt_started(std::size_t index) noexcept {
        if (is_observed()) notify_attempt(index);
    }
    void attempt_ended(std::size_t index) noexcept {
        if (is_observed()) notify_attempt_end(index);
    }

    void proxy_started() noexcept {
        if (!is_observed()) return;
        in_proxy_ = true;
        observer_->proxy_started(core_.id());
    }
    void proxy_ended(const error_code& ec, int status) noexcept {
        if (std::exchange(in_proxy_, false)) observer_->proxy_ended(core_.id(), ec, status);
    }

    void handshake_started() noexcept {
        if (!is_observed()) return;
        in_handshake_ = true;
        observer_->handshake_started(core_.id());
    }
    void handshake_ended(const error_code& ec) noexcept {
        if (std::exchange(in_handshake_, false)) observer_->handshake_ended(core_.id(), ec);
    }

    /// The report is complete.
    void connect_ended() noexcept {
        if (is_observed()) notify_end();
    }
    /// The context is being destroyed in the middle of the connect, which ends with `ec`.
    void connect_abandoned(const error_code& ec, nanoseconds total) noexcept {
        if (is_observed()) notify_abandoned(ec, total);
    }

private:
    enum class stage : unsigned char { before, going_on, over };

    bool is_observed() const noexcept {
        if (observer_ != nullptr) [[unlikely]]
            return true;
        return false;
    }
    auto& report() noexcept { return core_.record().report(); }

    // A client without an observer never runs these.

    [[gnu::cold]] void notify_question(const std::string& host, const std::string& service) noexcept {
        ++unanswered_;
        if (lookup_ != stage::before) return;
        lookup_ = stage::going_on;
        observer_->lookup_started(core_.id(), host, service);
    }
    [[gnu::cold]] void note_answer(std::size_t addresses) noexcept {
        addresses_ += addresses;
        if (--unanswered_ == 0 && attempts_ != 0) notify_lookup_end();
    }
    [[gnu::cold]] void notify_lookup_end() noexcept {
        if (lookup_ != stage::going_on) return;
        lookup_ = stage::over;
        const error_code& ec = report().lookup_error;
        observer_->lookup_ended(core_.id(), ec, ec ? 0 : addresses_);
    }
    [[gnu::cold]] void notify_attempt(std::size_t index) noexcept {
        if (unanswered_ == 0) notify_lookup_end();
        attempts_ = index + 1;
        observer_->attempt_started(core_.id(), index, report().attempts[index].endpoint);
    }
    [[gnu::cold]] void notify_attempt_end(std::size_t index) noexcept {
        const auto& attempt = report().attempts[index];
        observer_->attempt_ended(core_.id(), index, attempt.endpoint, attempt.error);
    }
    [[gnu::cold]] void notify_end() noexcept {
        handshake_ended(report().error);
        notify_lookup_end();
        observer_->connect_ended(core_.id(), report().error, report().total);
    }
    [[gnu::cold]] void notify_abandoned(const error_code& ec, nanoseconds total) noexcept {
        if (lookup_ == stage::going_on && attempts_ == 0) report().lookup_error = ec;
        notify_lookup_end();
        for (std::size_t i = 0; i != attempts_; ++i) {
            if (report().attempts[i].error != net::error::in_progress) continue;
            report().attempts[i].error = ec;
            notify_attempt_end(i);
        }
        proxy_ended(ec, 0);
        report().error = ec;
        report().total = total;
        notify_end();
    }

    Core& core_;
    client_observer* observer_;
    std::size_t addresses_ = 0;  ///< that the lookup has found
    std::size_t attempts_ = 0;   ///< that have begun
    unsigned unanswered_ = 0;    ///< questions
    stage lookup_ = stage::before;
    bool in_proxy_ = false;
    bool in_handshake_ = false;
};

}  // namespace uplink::detail
