// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The second half of an initiating function, after the operation has been made. It connects the cancellation slot,
// refuses an operation that must not start (the refusal is posted), arms the time limits, and gives the operation to
// the part of the client that carries it out. The admission refers to the core and is a turn of the client for as long
// as it exists. The operation is owned by its operation_ptr until it is accepted or refused.
//
// The order of refusals is the same for every function: first the state of the client, then the latched error of the
// connection, then senseless arguments, then a time limit that has already expired.
#pragma once

#include <uplink/detail/client/check_options_of.hpp>
#include <uplink/detail/client/client_core.hpp>
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

    template <class Operation> void receive(operation_ptr<Operation>& made, const time_limit& limit) {
        Operation& operation = *made;
        operation.core = &core_;
        on_cancel(operation, any_cancellation, [&core = core_, &operation](net::cancellation_type) {
            core.connections().stop_receive(operation, stop_reason::cancel);
        });
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

    template <class Operation> void send(operation_ptr<Operation>& made, const time_limit& limit) {
        Operation& operation = *made;
        operation.core = &core_;
        on_cancel(operation, any_cancellation, [&core = core_, &operation](net::cancellation_type type) {
            core.connections().stop_send(operation, stop_reason::cancel, !is_set(type, strong_cancellation));
        });
        error_code ec = refuse_send(operation);
        time_point at = (time_point::max)();
        if (!ec) ec = expiry(limit, errc::send_timeout, at);
        if (ec) return refuse(made, ec);
        core_.current()->sends().prepare_for(operation);
        core_.deadlines().add(operation.limit, at);
        core_.current()->sends().start(made.release());
    }

    template <class Operation> void drain(operation_ptr<Operation>& made, const time_limit& limit) {
        Operation& operation = *made;
        operation.core = &core_;
        on_cancel(operation, any_cancellation, [&core = core_, &operation](net::cancellation_type) {
            core.connections().stop_drain(operation, net::error::operation_aborted);
        });
        error_code ec = core_.current() ? core_.current()->failure() : error_code(net::error::not_connected);
        time_point at = (time_point::max)();
        if (!ec) ec = expiry(limit, errc::send_timeout, at);
        if (ec) return refuse(made, ec);
        core_.deadlines().add(operation.limit, at);
        core_.current()->sends().start(made.release(), core_.options().send_queue.low_water);
    }

    template <class Operation> void exchange(operation_ptr<Operation>& made, const time_limit& limit) {
        Operation& operation = *made;
        operation.core = &core_;
        on_cancel(operation, strong_cancellation,
                  [&operation](net::cancellation_type) { operation.end_early(stop_reason::cancel); });
        error_code ec = refuse_send(operation.request_part());
        if (const error_code other = refuse_receive(); !ec) ec = other;
        time_point at = (time_point::max)();
        const errc code = operation.request_part().size == 0 ? errc::receive_timeout : errc::send_timeout;
        if (!ec) ec = expiry(limit, code, at);
        if (ec) {
            keep_what_has_come();
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

    template <class Operation>
    void close(operation_ptr<Operation>& made, const std::optional<time_limit>& limit) {
        Operation& operation = *made;
        operation.core = &core_;
        on_cancel(operation, strong_cancellation,
                  [&core = core_, &operation](net::cancellation_type) { core.stop_close(operation); });
        auto* connection = core_.current();
        if (connection == nullptr) return refuse(made, net::error::not_connected);
        if (core_.is_closing()) return refuse(made, errc::operation_in_progress);
        time_point at = (time_point::max)();
        error_code ec = connection->failure();
        if (!ec)
            ec = expiry(limit.value_or(time_limit(core_.options().close_timeout)), errc::close_timeout, at);
        if (ec) {
            core_.close_connection(&ec);
            return refuse(made, ec);
        }
        core_.deadlines().add(operation.limit, at);
        core_.close_accepted(made.release());
        connection->sends().close_when_empty();
        // Discarding starts now and not after the drain: otherwise a peer that answers while it reads would
        // block and stop reading.
        if (core_.current() == connection) connection->receives().discard_until_end();
    }

    /// Connects by name. `Operation` derives from connect_operation.
    template <class Operation>
    void connect(operation_ptr<Operation>& made, std::string host, std::string service,
                 const std::optional<time_limit>& limit) {
        prepare_connect(made);
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

    /// Connects to one endpoint.
    template <class Operation>
    void connect(operation_ptr<Operation>& made, const endpoint_type& endpoint,
                 const std::optional<time_limit>& limit) {
        connect(made, core_.record().list_of(endpoint), limit);
    }

    /// Connects to one of several endpoints, which are tried in the caller's order.
    template <class Operation>
    void connect(operation_ptr<Operation>& made, std::vector<endpoint_type>&& endpoints,
                 const std::optional<time_limit>& limit) {
        prepare_connect(made);
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

protected:
    template <class Operation, class Stop>
    void on_cancel(Operation& operation, net::cancellation_type types, Stop stop) {
        auto slot = operation.cancellation_slot();
        if (!slot.is_connected()) return;
        slot.assign([&core = core_, types, stop](net::cancellation_type requested) {
            if (!is_set(requested, types)) return;
            stop(requested);
            core.finish_call();
        });
    }

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
    refusal connect_expiry(const std::optional<time_limit>& limit, errc code, time_point& at) {
        return refused_if(expiry(limit.value_or(time_limit(core_.options().connect.timeout)), code, at),
                          "the time limit had passed when the connect began");
    }

    error_code refuse_receive() {
        auto* connection = core_.current();
        // async_close discards the bytes that no pending receive takes: a receive that started later would
        // miss them.
        if (connection == nullptr || core_.is_closing()) return net::error::not_connected;
        if (core_.is_receive_pending()) return errc::operation_in_progress;
        return {};  // after a failure too: the bytes that have arrived are received first
    }

    /// If the connection has failed, moves the bytes that the system still holds into the state.
    void keep_what_has_come() {
        auto* connection = core_.current();
        if (connection != nullptr && connection->failure() && !core_.is_receive_pending())
            connection->receives().collect();
    }

    error_code refuse_send(const send_item& item) {
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

    template <class Operation> void prepare_connect(operation_ptr<Operation>& made) {
        auto& operation = *made;
        on_cancel(operation, any_cancellation,
                  [&core = core_, &operation](net::cancellation_type) { core.stop_connect(operation); });
    }

    /// A refusal by this function changes nothing.
    error_code refuse_connect() {
        if (core_.is_released()) return net::error::operation_aborted;
        if (core_.is_connecting()) return errc::operation_in_progress;
        return core_.is_in_use() ? error_code(net::error::already_connected) : error_code();
    }

    template <class Operation>
    void connect_by_proxy(operation_ptr<Operation>& made, const std::vector<endpoint_type>& endpoints,
                          const std::optional<time_limit>& limit) {
        made->prepare_lookups();  // about the proxy's name; before all else too
        if (const error_code ec = refuse_connect()) return refuse(made, ec);
        connect_target first;
        refusal_words<Core> words;
        refusal why = check_options_of(core_, {}, words);
        if (!why) why = made->plan(endpoints, first);
        begin_connect(made, why, std::move(first), {}, limit);
    }

    /// `first`: what is looked up or raced first, unless there is a reason to refuse.
    template <class Operation>
    void begin_connect(operation_ptr<Operation>& made, refusal why, connect_target&& first, asked_for&& asked,
                       const std::optional<time_limit>& limit) {
        const bool looks_up = first.need != lookup_need::nothing;
        time_point at = (time_point::max)();
        if (!why) why = connect_expiry(limit, looks_up ? errc::resolve_timeout : errc::connect_timeout, at);
        if (why) return refuse_reported(made, why, std::move(asked));
        accept(made, at, std::move(asked)).start(std::move(first));
    }

    template <class Operation>
    void refuse_reported(operation_ptr<Operation>& made, const refusal& why, asked_for&& asked) {
        core_.record().refuse(why, std::move(asked));
        made->events().refused(why.error);
        refuse(made, why.error);
    }

    /// From here on the operation is the one connect of the client.
    template <class Operation>
    Operation& accept(operation_ptr<Operation>& made, time_point at, asked_for&& asked) {
        made->limit.at = at;
        core_.close_connection();  // a connection that has failed or ended
        core_.clear_state_for_connect();
        Operation& operation = made.release();
        core_.connect_accepted(operation, std::move(asked));
        return operation;
    }

    Core& core_;
    typename Core::turn_guard scope_;
};

}  // namespace uplink::detail
