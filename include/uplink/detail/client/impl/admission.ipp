// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of admission.hpp.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/support/separate_compilation.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core>
UPLINK_DECL void admission<Core>::receive(operation_ptr<receive_operation<Core>>& made,
                                          const time_limit& limit) {
    auto& operation = *made;
    error_code ec = refuse_receive();
    time_point at = (time_point::max)();
    if (!ec) {
        ec = expiry(limit, operation.timeout_code(), at);
        if (ec && core_.current()->failure()) ec = core_.current()->failure();
    }
    if (ec) return refuse(made, ec);
    core_.deadlines().add(operation.limit, at);
    core_.restart_idle(operation.idle);
    operation.accepted = true;
    core_.receive_accepted();
    core_.current()->receives().start(made.release());
}

template <class Core>
UPLINK_DECL void admission<Core>::send(operation_ptr<limited_send<Core>>& made, const time_limit& limit) {
    auto& operation = *made;
    error_code ec = refuse_send(operation);
    time_point at = (time_point::max)();
    if (!ec) ec = expiry(limit, errc::send_timeout, at);
    if (ec) return refuse(made, ec);
    core_.current()->sends().prepare_for(operation);
    core_.deadlines().add(operation.limit, at);
    core_.current()->sends().start(made.release());
}

template <class Core>
UPLINK_DECL void admission<Core>::drain(operation_ptr<drain_operation<Core>>& made, const time_limit& limit) {
    auto& operation = *made;
    error_code ec = core_.current() ? core_.current()->failure() : error_code(net::error::not_connected);
    time_point at = (time_point::max)();
    if (!ec) ec = expiry(limit, errc::send_timeout, at);
    if (ec) return refuse(made, ec);
    core_.deadlines().add(operation.limit, at);
    core_.current()->sends().start(made.release(), core_.options().send_queue.low_water);
}

template <class Core>
template <class Operation>
UPLINK_DECL void admission<Core>::exchange(operation_ptr<Operation>& made, const time_limit& limit) {
    Operation& operation = *made;
    error_code ec = refuse_send(operation.request_part());
    if (const error_code other = refuse_receive(); !ec) ec = other;
    time_point at = (time_point::max)();
    const errc code = operation.request_part().size == 0 ? errc::receive_timeout : errc::send_timeout;
    if (!ec) ec = expiry(limit, code, at);
    if (ec) {
        collect_received_bytes();
        return refuse(made, ec);
    }
    core_.current()->sends().prepare_for(operation.request_part());
    core_.deadlines().add(operation.limit, at);
    core_.restart_idle(operation.idle);
    operation.accepted = true;
    core_.receive_accepted();
    made.release();
    operation.start_parts();
    core_.current()->receives().start(operation);
}

template <class Core>
UPLINK_DECL void admission<Core>::close(operation_ptr<close_operation<Core>>& made,
                                        const std::optional<time_limit>& limit) {
    auto& operation = *made;
    auto* connection = core_.current();
    if (connection == nullptr) return refuse(made, net::error::not_connected);
    if (core_.is_closing()) return refuse(made, errc::operation_in_progress);
    time_point at = (time_point::max)();
    error_code ec = connection->failure();
    if (!ec) ec = expiry(limit.value_or(time_limit(core_.options().close_timeout)), errc::close_timeout, at);
    if (ec) {
        core_.close_connection(&ec);
        return refuse(made, ec);
    }
    core_.deadlines().add(operation.limit, at);
    core_.close_accepted(made.release());
    connection->sends().close_when_empty();
    // Discarding starts now and not after the last queued send: otherwise a peer that answers while it reads
    // would block and stop reading.
    if (core_.current() == connection) connection->receives().discard_until_end();
}

template <class Core>
UPLINK_DECL void admission<Core>::connect(operation_ptr<connect_operation<Core>>& made, std::string host,
                                          std::string service, const std::optional<time_limit>& limit) {
    made->prepare_lookups();  // before all else: the user's resolver may close the client
    if (const error_code ec = refuse_connect()) return refuse(made, ec);
    connect_target target = classify(host, service);
    asked_for asked{std::move(host), std::move(service)};
    refusal why{target.error, target.reason};
    refusal_words<Core> words;
    if (!why) why = check_options_of(core_, target.host, words);
    if (!why) why = made->plan(target);
    begin_connect(made, why, std::move(target), std::move(asked), limit);
}

template <class Core>
UPLINK_DECL void admission<Core>::connect(operation_ptr<connect_operation<Core>>& made,
                                          const endpoint_type& endpoint,
                                          const std::optional<time_limit>& limit) {
    connect(made, core_.record().list_of(endpoint), limit);
}

template <class Core>
UPLINK_DECL void admission<Core>::connect(operation_ptr<connect_operation<Core>>& made,
                                          std::vector<endpoint_type>&& endpoints,
                                          const std::optional<time_limit>& limit) {
    if constexpr (Core::is_tcp) {
        if (made->uses_proxy()) return connect_by_proxy(made, endpoints, limit);
    }
    if (const error_code ec = refuse_connect()) return refuse(made, ec);
    refusal_words<Core> words;
    refusal why = check_options_of(core_, {}, words);
    time_point at = (time_point::max)();
    if (!why) why = connect_expiry(limit, errc::connect_timeout, at);
    if (why) return refuse_reported(made, why, {});
    accept(made, at, {}).start(std::move(endpoints));
}

template <class Core>
UPLINK_DECL refusal admission<Core>::connect_expiry(const std::optional<time_limit>& limit, errc code,
                                                    time_point& at) {
    return refused_if(expiry(limit.value_or(time_limit(core_.options().connect.timeout)), code, at),
                      "the time limit had passed when the connect began");
}

template <class Core> UPLINK_DECL error_code admission<Core>::refuse_receive() {
    auto* connection = core_.current();
    // async_close discards the bytes that no pending receive takes: a receive that started later would
    // miss them.
    if (connection == nullptr || core_.is_closing()) return net::error::not_connected;
    if (core_.is_receive_pending()) return errc::operation_in_progress;
    return {};  // after a failure too: the bytes that have arrived are received first
}

template <class Core> UPLINK_DECL void admission<Core>::collect_received_bytes() {
    auto* connection = core_.current();
    if (connection != nullptr && connection->failure() && !core_.is_receive_pending())
        connection->receives().collect();
}

template <class Core> UPLINK_DECL error_code admission<Core>::refuse_send(const send_item& item) {
    auto* connection = core_.current();
    if (connection == nullptr) return net::error::not_connected;
    const send_machine& queue = connection->sends().machine();
    if (queue.is_ending() && item.kind != send_kind::half_close) return net::error::broken_pipe;
    if (core_.is_closing()) return net::error::broken_pipe;
    if (connection->failure()) return connection->failure();
    if (queue.is_interrupted()) return errc::send_interrupted;
    if (!queue.has_room_for(item, core_.options().send_queue.limit)) return errc::send_queue_full;
    return {};
}

template <class Core> UPLINK_DECL error_code admission<Core>::refuse_connect() {
    if (core_.is_released()) return net::error::operation_aborted;
    if (core_.is_connecting()) return errc::operation_in_progress;
    return core_.is_in_use() ? error_code(net::error::already_connected) : error_code();
}

template <class Core>
UPLINK_DECL void admission<Core>::connect_by_proxy(operation_ptr<connect_operation<Core>>& made,
                                                   const std::vector<endpoint_type>& endpoints,
                                                   const std::optional<time_limit>& limit) {
    made->prepare_lookups();  // of the proxy's name; first, as in connect()
    if (const error_code ec = refuse_connect()) return refuse(made, ec);
    connect_target first;
    refusal_words<Core> words;
    refusal why = check_options_of(core_, {}, words);
    if (!why) why = made->plan(endpoints, first);
    begin_connect(made, why, std::move(first), {}, limit);
}

template <class Core>
UPLINK_DECL void admission<Core>::begin_connect(operation_ptr<connect_operation<Core>>& made, refusal why,
                                                connect_target&& first, asked_for&& asked,
                                                const std::optional<time_limit>& limit) {
    const bool looks_up = first.need != lookup_need::nothing;
    time_point at = (time_point::max)();
    if (!why) why = connect_expiry(limit, looks_up ? errc::resolve_timeout : errc::connect_timeout, at);
    if (why) return refuse_reported(made, why, std::move(asked));
    accept(made, at, std::move(asked)).start(std::move(first));
}

template <class Core>
UPLINK_DECL void admission<Core>::refuse_reported(operation_ptr<connect_operation<Core>>& made,
                                                  const refusal& why, asked_for&& asked) {
    core_.record().refuse(why, std::move(asked));
    made->events().refused(why.error);
    refuse(made, why.error);
}

template <class Core>
UPLINK_DECL connect_operation<Core>& admission<Core>::accept(operation_ptr<connect_operation<Core>>& made,
                                                             time_point at, asked_for&& asked) {
    made->limit.at = at;
    core_.close_connection();  // a connection that has failed or ended
    core_.clear_state_for_connect();
    connect_operation<Core>& operation = made.release();
    core_.connect_accepted(operation, std::move(asked));
    return operation;
}

}  // namespace uplink::detail
