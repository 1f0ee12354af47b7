// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of client_core.hpp.
#pragma once

#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/support/separate_compilation.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::finish_turn() {
    turn_.finish();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::finish_call() noexcept {
    turn_.finish_call();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::resume_deferred() noexcept {
    if (!current() || !current()->sends().machine().is_deferred()) return;
    const turn_guard guard(*this);
    current()->sends().resume_deferred();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::end_view() noexcept {
    overwrite_dead_view<Stream>(state_);
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::connection_failed(connection_type& failed,
                                                               const error_code& ec) {
    if (&failed != current()) return;
    connections_.notify_failure(record_.report());
    if (closing_ != nullptr) finish_close(ec);
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::peer_ended(connection_type& ended) {
    if (&ended == current() && closing_ != nullptr && ended.sends().machine().write_side_ended())
        finish_close({});
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::finish_close(const error_code& ec) {
    auto& operation = *std::exchange(closing_, nullptr);
    close_connection(&ec);
    deadlines().remove(operation.limit);
    operation.error = ec;
    deliver(operation);
}

template <class Stream, class State>
UPLINK_DECL std::shared_ptr<typename client_core<Stream, State>::connection_type>
client_core<Stream, State>::make_connection(socket_type&& socket) {
    return std::make_shared<connection_type>(*this, std::move(socket), layer_options_);
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::connect_ended(connect_operation_type& operation,
                                                           std::shared_ptr<connection_type> established) {
    connecting_ = nullptr;
    if (established) connections_.establish(std::move(established));
    deliver(operation);
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::cancel() {
    {
        const turn_guard guard(*this);
        if (connecting_ != nullptr) connecting_->stop();
        if (current()) current()->stop_all();
        if (closing_ != nullptr) finish_close(net::error::operation_aborted);
    }
    finish_call();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::close() noexcept {
    if (connecting_ != nullptr) connecting_->stop();
    close_connection();
    if (closing_ != nullptr) finish_close(net::error::operation_aborted);
    // A connect has succeeded, and its handler has not been called yet: its socket is closed now.
    completions().for_each([this](operation_base& operation) {
        if (operation.closed_before_delivery()) record_.report().error = net::error::operation_aborted;
    });
    finish_call();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::release() noexcept {
    is_released_ = true;
    close();
    let_go_if_done();
    if (is_abandoned_) executor_.reset();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::abandon() noexcept {
    const bool has_client = !std::exchange(is_released_, true);
    abandon_operations();
    let_go();
    is_abandoned_ = true;
    if (!has_client) executor_.reset();
}

template <class Stream, class State>
UPLINK_DECL std::shared_ptr<registered_client> client_core<Stream, State>::keep_alive() noexcept {
    return this->weak_from_this().lock();
}

template <class Stream, class State> UPLINK_DECL error_code client_core<Stream, State>::probe() noexcept {
    if (!current()) return net::error::not_connected;
    error_code ec;
    {
        const turn_guard guard(*this);
        ec = current()->receives().probe();
    }
    finish_call();
    return ec;
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::clear_state_for_connect() {
    clear_state_ = true;
    free_retired();
}

template <class Stream, class State> UPLINK_DECL bool client_core<Stream, State>::is_in_use() const noexcept {
    return connections_.is_usable(receive_pending_ || closing_ != nullptr);
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::connect_accepted(connect_operation_type& operation,
                                                              asked_for&& asked) noexcept {
    connecting_ = &operation;
    record_.begin(std::move(asked));
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::close_connection(const error_code* result) noexcept {
    connections_.close(result);
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::free_retired() noexcept {
    if (turn_.is_going_on()) return;
    connections_.free_given_back();
    if (connections_.has_retired()) return;
    if (std::exchange(clear_state_, false)) {
        if (!receive_pending_) end_view();
        state_.clear();
        if (!receive_pending_) end_view();  // else the handler has not received the view yet
    }
    if (connecting_ != nullptr) connecting_->complete_if_done();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::let_go_if_done() noexcept {
    if (!is_released_ || turn_.is_going_on() || !connections_.is_empty() || connecting_ != nullptr) return;
    if (!completions().is_waiting() && !completions().is_running()) let_go();
}

template <class Stream, class State>
UPLINK_DECL void client_core<Stream, State>::abandon_operations() noexcept {
    const turn_guard guard(*this);
    deadlines().abandon();  // first: the entries are inside the operations
    if (connecting_ != nullptr) {
        connecting_->notify_abandoned();
        std::exchange(connecting_, nullptr)->abandon();
    }
    if (closing_ != nullptr) std::exchange(closing_, nullptr)->abandon();
    connections_.abandon();
    completions().abandon();
}

template <class Stream, class State> UPLINK_DECL void client_core<Stream, State>::let_go() noexcept {
    if (std::exchange(has_let_go_, true)) return;
    deadlines().let_go();
    connections_.let_go();
}

template <class Stream, class State>
UPLINK_DECL client_core<Stream, State>::client_core(const executor_type& executor,
                                                    layer_options_of_t<Stream>&& layer_options,
                                                    client_options&& options, State&& state)
    : executor_(executor), layer_options_(std::move(layer_options)), options_(std::move(options)),
      state_(std::move(state)), turn_(*this),
      registry_(net::use_service<client_service>(context_of(executor)).registry()),
      connections_(make_layer<Stream>(socket_type(executor), layer_options_)) {
    registry_->add(*this);
}

template <class Stream, class State> UPLINK_DECL client_core<Stream, State>::~client_core() {
    registry_->remove(*this);
    abandon_operations();
}

}  // namespace uplink::detail
