// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The admission of a connect that looks nothing up: over a socket that somebody else has connected, or to the
// path of a local socket. It refuses in the same order as the others; see admission.hpp.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/client/check_options_of.hpp>
#include <uplink/detail/connect/connect_record.hpp>
#include <uplink/detail/connect/handed_socket.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/local_path.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/take_over.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class socket_admission : public admission<Core> {
    using base = admission<Core>;
    using socket_type = typename Core::socket_type;
    using optional_limit = std::optional<typename Core::time_limit>;

public:
    using base::base;

    /// Only an operation that must not start now leaves the socket with the caller; otherwise the socket is
    /// taken, and closed if the connect fails. Without a host none is verified and none is reported.
    void connect(operation_ptr<connect_operation<Core>>& made, socket_type& connected,
                 std::optional<std::string>&& host, const optional_limit& limit) {
        if (const error_code ec = this->refuse_connect()) {
            if (this->core_.is_released()) socket_type closed(std::move(connected));
            return this->refuse(made, ec);
        }
        typename handed_socket<Core>::facts given;
        asked_for asked;
        refusal_words<Core> words;
        refusal why = host ? check_host(*host, given.host) : refusal();
        if (host) asked.host = std::move(*host);
        if (!why) why = check_options_of(this->core_, given.host, words);
        if (!why) why = examine(connected, given);
        typename Core::time_point at = (Core::time_point::max)();
        if (!why) why = this->connect_expiry(limit, timeout_code, at);
        socket_type taken(std::move(connected));  // nothing throws from here on
        if (why) return this->refuse_reported(made, why, std::move(asked));
        this->accept(made, at, std::move(asked)).start({std::move(taken), std::move(given)});
    }

    /// Connects to the path of a local socket.
    template <class Operation>
    void connect(operation_ptr<Operation>& made, std::string&& path, const optional_limit& limit) {
        if (const error_code ec = this->refuse_connect()) return this->refuse(made, ec);
        refusal_words<Core> words;
        refusal why = check_local_path(path);
        if (!why) why = check_options_of(this->core_, {}, words);
        typename Core::time_point at = (Core::time_point::max)();
        if (!why) why = this->connect_expiry(limit, errc::connect_timeout, at);
        if (why) return this->refuse_reported(made, why, {});
        auto endpoints = this->core_.record().list_of(local_endpoint_of(std::move(path)));  // may throw
        this->accept(made, at, {}).start(std::move(endpoints));
    }

private:
    static constexpr errc timeout_code =
        shakes_hands<typename Core::stream_type> ? errc::handshake_timeout : errc::connect_timeout;

    /// `verified` is the host without brackets.
    static refusal check_host(const std::string& host, std::string& verified) {
        connect_target target;
        const refusal why = classify_host(host, target);
        verified = std::move(target.host);
        return why;
    }
    static refusal examine(socket_type& connected, typename handed_socket<Core>::facts& given) {
        const socket_verdict verdict = examine_connected(connected, given.peer);
        given.broken = verdict.broken;
        return verdict.why;
    }
};

}  // namespace uplink::detail
