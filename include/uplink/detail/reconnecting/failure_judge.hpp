// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Asks what is to follow from a failure: the user's rule if there is one, else the default. The rule may
// stop, close or destroy everything, and may throw. The driver owns this object.
#pragma once

#include <uplink/detail/machine/reconnect_machine.hpp>
#include <uplink/detail/reconnecting/reconnect_callbacks.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A TCP connection had been made, although the connect has failed.
template <class Client> bool was_established(const Client& client) {
    const auto& attempts = client.last_connect().attempts;
    return std::any_of(attempts.begin(), attempts.end(), [](const auto& each) { return !each.error; });
}

template <class Client> class failure_judge {
public:
    using report_type = typename Client::connect_report_type;
    using rule_type = std::function<retry_verdict(const error_code&, const report_type&)>;

    void set(rule_type&& rule) { rule_ = share_function(std::move(rule)); }
    void clear() noexcept { rule_.reset(); }

    /// The rule may destroy this object. One that throws gives up, with an error of its own.
    judged_failure ask(reconnect_machine& machine, failure_kind kind, const error_code& ec,
                       bool was_established, const report_type& report) {
        judged_failure failure{ec, machine.judge(kind, ec), was_established};
        const auto rule = rule_;
        if (!rule) return failure;
        try {
            failure.verdict = (*rule)(ec, report);
        } catch (...) {
            failure.verdict = retry_verdict::stop();
            failure.error = net::error::no_recovery;
        }
        return failure;
    }

private:
    shared_function<rule_type> rule_{};
};

}  // namespace uplink::detail
