// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Whether a failure is worth another attempt, if the user has no rule: all are, except those that only a
// change of the program, of the options or of the account can mend. A wrong option stops at once. A
// certificate or a password that is refused may be replaced soon, so only the second refusal of the same kind
// in a row stops.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What has failed.
enum class failure_kind : unsigned char {
    attempt,  ///< async_connect
    hook,     ///< the session hook, or the connection under it
    loss,     ///< a connection before it was stable
};

class retry_rule_by_default {
public:
    /// Called for every failure, also if the user's rule decides.
    retry_verdict judge(failure_kind kind, const error_code& ec) noexcept {
        if (kind == failure_kind::attempt &&
            (ec == net::error::invalid_argument || ec == errc::tls_configuration)) {
            last_ = refusal::none;
            return retry_verdict::stop();
        }
        const refusal now = refusal_of(kind, ec);
        const bool is_second = now != refusal::none && now == last_;
        last_ = now;
        return is_second ? retry_verdict::stop() : retry_verdict::retry();
    }
    /// A connection has been established, and its hook has succeeded.
    void succeeded() noexcept { last_ = refusal::none; }

private:
    enum class refusal : unsigned char { none, certificate, proxy, hook };

    static refusal refusal_of(failure_kind kind, const error_code& ec) noexcept {
        switch (kind) {
        case failure_kind::attempt:
            if (ec == errc::certificate_rejected) return refusal::certificate;
            return ec == errc::proxy_authentication_failed ? refusal::proxy : refusal::none;
        case failure_kind::hook: return is_refused(ec) ? refusal::hook : refusal::none;
        case failure_kind::loss: break;
        }
        return refusal::none;
    }
    /// The server has refused the user, in the words of the system or of Asio.
    static bool is_refused(const error_code& ec) noexcept {
        return ec == net::error::access_denied || ec == net::error::no_permission ||
               ec == make_generic_condition(generic_errc::permission_denied) ||
               ec == make_generic_condition(generic_errc::operation_not_permitted);
    }

    refusal last_ = refusal::none;
};

}  // namespace uplink::detail
