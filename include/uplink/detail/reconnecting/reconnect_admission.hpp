// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The initiating functions of a reconnecting client: the operation is made for the token's handler, its
// cancellation slot is connected, an operation that has no future in the present state is refused (the
// refusal is posted), and the others are given to the part of the core that carries them. The order of
// refusals is that of the client: the state, then invalid arguments, then a limit that has passed.
#pragma once

#include <uplink/detail/client/initiation.hpp>
#include <uplink/detail/reconnecting/carried_operation.hpp>
#include <uplink/detail/reconnecting/carried_receive.hpp>
#include <uplink/detail/reconnecting/carried_send.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class carried_admission {
    using time_limit = typename Core::time_limit;
    using time_point = typename Core::time_point;

public:
    explicit carried_admission(Core& core) noexcept : core_(core), scope_(core) {}

    template <class Operation> void send(operation_ptr<Operation>& made, const time_limit& limit) {
        error_code ec = without_future(net::error::broken_pipe);
        if (!ec && !core_.sends().has_room_for(*made)) ec = errc::send_queue_full;
        if (!add_limit(made, limit, errc::send_timeout, ec)) return;
        core_.sends().add(made.release());
    }
    template <class Operation> void drain(operation_ptr<Operation>& made, const time_limit& limit) {
        if (!add_limit(made, limit, errc::send_timeout, without_future({}))) return;
        core_.sends().add(made.release());
    }
    template <class Operation> void receive(operation_ptr<Operation>& made, const time_limit& limit) {
        error_code ec = without_future(net::error::not_connected);
        // What the last connection has left is received even now.
        if (state() == reconnect_state::failed && core_.receives().has_ended_connection()) ec = {};
        if (!ec && core_.receives().is_busy()) ec = errc::operation_in_progress;
        if (!add_limit(made, limit, errc::receive_timeout, ec)) return;
        core_.restart_idle(made->idle);
        core_.receives().start(made.release());
        core_.driver().read();
    }
    template <class Operation> void wait_connected(operation_ptr<Operation>& made, const time_limit& limit) {
        const bool has_future =
            state() == reconnect_state::stopping && core_.driver().machine().will_start_again();
        const error_code ec = has_future ? error_code() : without_future(net::error::not_connected);
        if (!add_limit(made, limit, errc::connect_timeout, ec)) return;
        auto& operation = made.release();
        core_.driver().is_connected() ? operation.finish({}) : core_.waits().add(operation);
    }
    template <class Operation>
    void wait_change(operation_ptr<Operation>& made, std::uint64_t seen, const time_limit& limit) {
        made->status = core_.status();
        const error_code ec = core_.is_released() ? error_code(net::error::operation_aborted) : error_code();
        if (!add_limit(made, limit, errc::connect_timeout, ec)) return;
        auto& operation = made.release();
        operation.status.generation != seen ? operation.finish({}) : core_.waits().add(operation);
    }
    template <class Operation>
    void stop(operation_ptr<Operation>& made, const std::optional<time_limit>& limit) {
        made->core = &core_;
        if (core_.is_released()) return made.release().finish({});  // it has been closed
        const time_limit within = limit.value_or(time_limit(core_.client().options().close_timeout));
        time_point at = (time_point::max)();
        if (has_expired(within, at)) return core_.stop_without_time(made.release());
        accept(*made, at);
        core_.stop(made.release());
    }

private:
    reconnect_state state() const noexcept { return core_.driver().machine().state(); }
    /// Why an operation can't wait for anything in this state; none if it can.
    error_code without_future(const error_code& while_stopping) const noexcept {
        switch (state()) {
        case reconnect_state::idle:
        case reconnect_state::connecting:
        case reconnect_state::preparing:
        case reconnect_state::connected:
        case reconnect_state::waiting: break;
        case reconnect_state::stopping: return while_stopping;
        case reconnect_state::stopped: return net::error::not_connected;
        case reconnect_state::failed: return core_.driver().machine().last_error();
        }
        return {};
    }
    /// Refuses the operation, or adds its limit. False: it has been refused.
    template <class Operation>
    bool add_limit(operation_ptr<Operation>& made, const time_limit& limit, errc code, error_code ec) {
        made->core = &core_;
        time_point at = (time_point::max)();
        if (!ec && has_expired(limit, at)) ec = code;
        if (ec) {
            made.release().finish(ec);
            return false;
        }
        accept(*made, at);
        return true;
    }
    bool has_expired(const time_limit& limit, time_point& at) {
        if (!limit.is_limited()) return false;
        const time_point now = core_.deadlines().now();
        at = limit.deadline(now);
        return at <= now;
    }
    /// The limit comes last: an operation whose limit is in the queue must not be destroyed.
    template <class Operation> void accept(Operation& operation, time_point at) {
        if constexpr (requires { operation.deadline; }) operation.deadline = at;
        auto slot = operation.cancellation_slot();
        if (slot.is_connected()) {
            slot.assign([&core = core_, &operation](net::cancellation_type type) {
                core.call([&] { operation.cancelled(type); });
            });
        }
        core_.deadlines().add(operation.limit, at);
    }

    Core& core_;
    typename Core::turn_guard scope_;
};

/// Calls start(admission, operation_ptr) when the token starts the operation `Base`, made of the arguments.
template <class Token, class Signature, class Base, class Core, class Start, class... Arguments>
auto initiate_carried(const std::shared_ptr<Core>& core, std::remove_reference_t<Token>& token, Start start,
                      Arguments&&... arguments) {
    auto run = [start = std::move(start)](Core& on, auto&& handler, auto&&... parts) {
        using handler_type = std::decay_t<decltype(handler)>;
        using memory = net::recycling_allocator<void>;
        using operation = handler_operation<Base, handler_type, typename Core::executor_type, memory>;
        handler_type local(std::forward<decltype(handler)>(handler));
        operation_ptr<operation> made(
            operation::make(local, on.get_executor(), memory(), std::forward<decltype(parts)>(parts)...));
        {
            carried_admission<Core> admission(on);
            start(admission, made);
        }
        on.finish_call();
    };
    return net::async_initiate<Token, Signature>(initiation<Core, decltype(run)>(core, std::move(run)), token,
                                                 std::forward<Arguments>(arguments)...);
}

}  // namespace uplink::detail
