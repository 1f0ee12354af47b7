// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The second half of an initiating function, after the operation has been made and its cancellation slot
// connected. It refuses an operation that must not start (the refusal is posted), arms the time limits, and
// gives the operation to the part of the client that carries it out. It does not know the handler, so it is
// compiled once for a stream. The admission refers to the core and is a turn of the client for as long as it
// exists. The operation is owned by its operation_ptr until it is accepted or refused.
//
// The order of refusals is the same for every function: first the state of the client, then the latched error
// of the connection, then invalid arguments, then a time limit that has already expired.
#pragma once

#include <uplink/detail/client/check_options_of.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/close_operation.hpp>
#include <uplink/detail/connect/connect_operation.hpp>
#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/send_operation.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class admission {
    using time_limit = typename Core::time_limit;
    using time_point = typename Core::time_point;
    using endpoint_type = typename Core::endpoint_type;

public:
    explicit admission(Core& core) noexcept : core_(core), scope_(core) {}
    admission(const admission&) = delete;
    admission& operator=(const admission&) = delete;

    void receive(operation_ptr<receive_operation<Core>>& made, const time_limit& limit);

    void send(operation_ptr<limited_send<Core>>& made, const time_limit& limit);

    void drain(operation_ptr<drain_operation<Core>>& made, const time_limit& limit);

    /// `Operation` is an exchange_operation.
    template <class Operation> void exchange(operation_ptr<Operation>& made, const time_limit& limit);

    void close(operation_ptr<close_operation<Core>>& made, const std::optional<time_limit>& limit);

    /// Connects by name.
    void connect(operation_ptr<connect_operation<Core>>& made, std::string host, std::string service,
                 const std::optional<time_limit>& limit);

    /// Connects to one endpoint.
    void connect(operation_ptr<connect_operation<Core>>& made, const endpoint_type& endpoint,
                 const std::optional<time_limit>& limit);

    /// Connects to one of several endpoints, which are tried in the caller's order.
    void connect(operation_ptr<connect_operation<Core>>& made, std::vector<endpoint_type>&& endpoints,
                 const std::optional<time_limit>& limit);

protected:
    template <class Operation> void refuse(operation_ptr<Operation>& made, const error_code& ec) {
        made->error = ec;
        core_.deliver(made.release());
    }

    static error_code expiry_at(const time_limit& limit, errc code, time_point now, time_point& at) {
        at = limit.deadline(now);
        return at <= now ? error_code(code) : error_code();
    }
    error_code expiry(const time_limit& limit, errc code, time_point& at) {
        return limit.is_limited() ? expiry_at(limit, code, core_.now(), at) : error_code();
    }
    refusal connect_expiry(const std::optional<time_limit>& limit, errc code, time_point& at);

    error_code refuse_receive();

    /// If the connection has failed, moves the bytes that the system still holds into the state.
    void collect_received_bytes();

    error_code refuse_send(const send_item& item);

    /// A refusal by this function changes nothing.
    error_code refuse_connect();

    void connect_by_proxy(operation_ptr<connect_operation<Core>>& made,
                          const std::vector<endpoint_type>& endpoints,
                          const std::optional<time_limit>& limit);

    /// `first`: what is looked up or raced first, unless there is a reason to refuse.
    void begin_connect(operation_ptr<connect_operation<Core>>& made, refusal why, connect_target&& first,
                       asked_for&& asked, const std::optional<time_limit>& limit);

    void refuse_reported(operation_ptr<connect_operation<Core>>& made, const refusal& why, asked_for&& asked);

    /// From here on the operation is the one connect of the client.
    connect_operation<Core>& accept(operation_ptr<connect_operation<Core>>& made, time_point at,
                                    asked_for&& asked);

    Core& core_;
    typename Core::turn_guard scope_;
};

}  // namespace uplink::detail

#include <uplink/detail/client/impl/admission.ipp>
