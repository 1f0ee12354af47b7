// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The last attempts of a reconnecting client. An attempt comes in when it has ended, or when its connection
// stands; the end of that connection is written into it later. Pure; the times are arguments.
#pragma once

#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Clock> class attempt_history {
public:
    using record = basic_reconnect_record<Clock>;

    static constexpr std::size_t most = 16;

    attempt_history() { records_.reserve(most); }

    void add(const record& ended) {
        if (records_.size() == most) records_.erase(records_.begin());
        records_.push_back(ended);
    }
    /// The connection of the last attempt has ended.
    void connection_ended(const error_code& ec) noexcept {
        if (!records_.empty() && records_.back().was_connected) records_.back().error = ec;
    }
    /// The oldest first.
    const std::vector<record>& records() const noexcept { return records_; }

private:
    std::vector<record> records_;
};

}  // namespace uplink::detail
