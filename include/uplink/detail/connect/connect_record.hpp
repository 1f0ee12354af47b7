// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The report of a client's last connect. The record lives as long as the client and owns the report; the race
// and the connect operation write into the report directly. It keeps allocated memory of one connect for the
// next connect.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/refused_attempts.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The host and service that were passed to async_connect; empty if endpoints were passed.
struct asked_for {
    std::string host{};
    std::string service{};
};

template <class Endpoint> class connect_record {
public:
    using report_type = basic_connect_report<Endpoint>;

    report_type& report() noexcept { return report_; }
    const report_type& report() const noexcept { return report_; }

    /// Makes a new report, and keeps only the memory of the attempts of the last one. Making a new report is
    /// less work than assigning an empty one.
    void begin(asked_for&& asked) noexcept {
        auto attempts = std::move(report_.attempts);
        attempts.clear();
        std::destroy_at(&report_);
        std::construct_at(&report_);
        report_.host = std::move(asked.host);
        report_.service = std::move(asked.service);
        report_.attempts = std::move(attempts);
    }
    /// Reports a connect that was refused and made no system call.
    void refuse(const refusal& why, asked_for&& asked) noexcept {
        begin(std::move(asked));
        report_.error = why.error;
        explain(why.reason);
    }
    /// Sets the reason. Without memory it stays empty, and the error code is all that is reported.
    void explain(std::string_view reason) noexcept {
        try {
            report_.reason = reason;
        } catch (...) {
        }
    }

    /// Keeps the shortest of the times that the answers of the resolver may be used.
    void note_time_to_live(const std::optional<std::chrono::seconds>& answered) noexcept {
        if (answered) report_.time_to_live = (std::min)(report_.time_to_live.value_or(*answered), *answered);
    }
    void finish(const error_code& error, std::chrono::nanoseconds total,
                const refused_attempts& refused) noexcept {
        report_.total = total;
        report_.error = error;
        if (error) explain(refused.reason_for(report_.attempts, error));
    }

    /// Returns an empty list that has the memory of an earlier connect.
    std::vector<Endpoint> take_list() noexcept {
        list_.clear();
        return std::move(list_);
    }
    std::vector<Endpoint> list_of(const Endpoint& endpoint) {
        std::vector<Endpoint> list = take_list();
        list.push_back(endpoint);
        return list;
    }
    /// Keeps the memory for the next connect unless it is large.
    void give_back(std::vector<Endpoint>&& list) noexcept {
        if (list.capacity() <= most_kept) list_ = std::move(list);
    }

private:
    static constexpr std::size_t most_kept = 8;  ///< endpoints

    report_type report_{};
    std::vector<Endpoint> list_{};
};

}  // namespace uplink::detail
