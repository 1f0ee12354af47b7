// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The report of a client's last connect, which lives as long as the client: the race and the connect operation write
// into it directly. It keeps the memory that one connect leaves for the next.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What the caller of async_connect asked for; empty if it gave endpoints.
struct asked_for {
    std::string host{};
    std::string service{};
};

template <class Endpoint> class connect_record {
public:
    using report_type = basic_connect_report<Endpoint>;

    report_type& report() noexcept { return report_; }
    const report_type& report() const noexcept { return report_; }

    /// Of the last report only the memory of its attempts is kept. A new one is made, which is less work than to assign
    /// an empty one.
    void begin(asked_for&& asked) noexcept {
        auto attempts = std::move(report_.attempts);
        attempts.clear();
        std::destroy_at(&report_);
        std::construct_at(&report_);
        report_.host = std::move(asked.host);
        report_.service = std::move(asked.service);
        report_.attempts = std::move(attempts);
    }
    /// A connect that made no system call is reported too.
    void refuse(const refusal& why, asked_for&& asked) noexcept {
        begin(std::move(asked));
        report_.error = why.error;
        explain(why.reason);
    }
    /// Without memory there is the code alone.
    void explain(std::string_view reason) noexcept {
        try {
            report_.reason = reason;
        } catch (...) {
        }
    }

    /// An empty list, with the memory of an earlier connect's.
    std::vector<Endpoint> take_list() noexcept {
        list_.clear();
        return std::move(list_);
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
