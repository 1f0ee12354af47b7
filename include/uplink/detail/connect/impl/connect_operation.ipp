// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of connect_operation.hpp.
#pragma once

#include <uplink/detail/connect/connect_operation.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/system/open_socket.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core>
UPLINK_DECL connect_operation<Core>::connect_operation(Core& owner)
    : core(&owner), limit(*this), events_(owner), race_(*this),
      work_(net::prefer(owner.get_executor(), net::execution::outstanding_work.tracked)) {
    static_assert(connect_owner<Core>, "the owner of a connect has to be a client's core");
}

template <class Core>
UPLINK_DECL std::tuple<error_code, typename connect_operation<Core>::endpoint_type>
connect_operation<Core>::result() const {
    return {error, error ? endpoint_type() : race_.endpoint()};
}

template <class Core> UPLINK_DECL refusal connect_operation<Core>::plan(connect_target& target) {
    if (uses_proxy()) return make_proxy().plan(target);
    return target.literal ? check_literal(core->options().connect, *target.literal) : refusal();
}

template <class Core>
UPLINK_DECL refusal connect_operation<Core>::plan(const std::vector<endpoint_type>& endpoints,
                                                  connect_target& first) {
    return make_proxy().plan(endpoints, first);
}

template <class Core> UPLINK_DECL void connect_operation<Core>::start(connect_target&& target) {
    host_ = std::move(target.host);
    begin([&] { race_.begin(target); });
}

template <class Core>
UPLINK_DECL void connect_operation<Core>::start(std::vector<endpoint_type>&& endpoints) {
    begin([&] { race_.begin(std::move(endpoints)); });
}

template <class Core> UPLINK_DECL void connect_operation<Core>::start(handed_socket<Core>&& given) {
    host_ = std::move(given.known.host);
    begin([&] { race_.begin(std::move(given)); });
}

template <class Core> UPLINK_DECL void connect_operation<Core>::stop() {
    const error_code aborted = net::error::operation_aborted;
    if (phase_ == phase::decided && !error) return decide(aborted);
    end_early([&] { race_.stop(aborted); }, aborted);
}

template <class Core> UPLINK_DECL void connect_operation<Core>::cancelled(net::cancellation_type) {
    core->stop_connect(*this);
}

template <class Core>
UPLINK_DECL void connect_operation<Core>::on_answer(address_family family, lookup_answer&& answer) {
    const auto keep_alive = core->shared_from_this();
    {
        const typename Core::turn_guard scope(*core);
        race_.answered(family, std::move(answer));
        race_.run();
    }
    keep_alive->finish_turn();
}

template <class Core> UPLINK_DECL void connect_operation<Core>::complete_if_done() {
    if (phase_ != phase::decided || race_.attempts().are_pending() || handshake_.is_pending() ||
        (proxy_ && proxy_->is_pending()) || core->connections().has_retired())
        return;
    core->deadlines().remove(limit);
    core->record().report().lookup_began = race_.lookups().began();
    core->record().finish(error, elapsed(), race_.attempts().refused());
    if (proxy_ && error) proxy_->explain(core->record());
    race_.end();
    events_.connect_ended();
    core->connect_ended(*this, error ? nullptr : std::move(candidate_));
}

template <class Core> UPLINK_DECL void connect_operation<Core>::release_memory() noexcept {
    race_.attempts().release_memory();
}

template <class Core> UPLINK_DECL void connect_operation<Core>::notify_abandoned() noexcept {
    race_.lookups().forget();
    events_.connect_abandoned(error ? error : error_code(net::error::operation_aborted), elapsed());
}

template <class Core> UPLINK_DECL void connect_operation<Core>::prepare_lookups() noexcept {
    race_.lookups().choose_families(*core);
}

template <class Core> UPLINK_DECL void connect_operation<Core>::addresses_found() {
    if constexpr (Core::is_tcp) {
        try {
            reach_proxy(proxy_->route().found(race_.take_addresses()));
        } catch (...) {
            decide(net::error::no_memory);
        }
    }
}

template <class Core> UPLINK_DECL void connect_operation<Core>::race_decided(const error_code& ec) {
    if (ec) return decide(ec);
    if (!proxy_) return establish();
    phase_ = phase::negotiating;
    negotiate(proxy_->start(*this, winner()));
}

template <class Core>
UPLINK_DECL void connect_operation<Core>::on_event(const attempt_ended& event, const error_code& ec) {
    if (!race_.attempt_ended(event, ec)) return complete_if_done();
    race_.run();
}

template <class Core>
UPLINK_DECL void connect_operation<Core>::on_event(proxy_transferred, const error_code& ec) {
    proxy_->completed(ec);
    if (phase_ != phase::negotiating) return complete_if_done();
    negotiate(proxy_->go_on(*this, winner()));
}

template <class Core>
UPLINK_DECL void connect_operation<Core>::on_event(handshake_ended, const error_code& ec) {
    handshake_.completed(*this, candidate_->stream(), phase_ == phase::handshaking ? ec : error);
    if (phase_ == phase::handshaking) decide(ec);
    else complete_if_done();
}

template <class Core>
UPLINK_DECL typename connect_operation<Core>::proxy_type& connect_operation<Core>::make_proxy() {
    proxy_ = std::make_shared<proxy_type>(*core);
    return *proxy_;
}

template <class Core> UPLINK_DECL void connect_operation<Core>::reach_proxy(const connect_target& place) {
    host_ = place.host;
    race_.begin(place);
}

template <class Core> UPLINK_DECL void connect_operation<Core>::negotiate(const error_code& ec) {
    if (ec == net::error::in_progress) return;
    const bool asks_again = end_negotiation(ec);
    if (!ec) return establish();
    if (!asks_again) return decide(proxy_->route().failure().why.error);
    core->record().report().winner.reset();
    try {
        reach_proxy(proxy_->route().proxy_place());
    } catch (...) {
        return decide(net::error::no_memory);
    }
    race_.run();
}

template <class Core> UPLINK_DECL bool connect_operation<Core>::end_negotiation(const error_code& ec) {
    phase_ = phase::racing;
    const bool asks_again = proxy_->ended(*this, ec);
    if (!ec) return false;
    if (asks_again) free_port_when_closed(winner(), core->options().connect);
    race_.attempts().close(*core->record().report().winner, proxy_->is_pending());
    return asks_again;
}

template <class Core> UPLINK_DECL void connect_operation<Core>::establish() {
    try {
        candidate_ = core->make_connection(std::move(winner()));
        shake_hands();
    } catch (...) {
        candidate_.reset();
        decide(net::error::no_memory);
    }
}

template <class Core> UPLINK_DECL void connect_operation<Core>::shake_hands() {
    if constexpr (handshake_type::is_needed) {
        phase_ = phase::handshaking;
        measure_limit();
        const auto& report = core->record().report();
        handshake_.start(*this, candidate_->stream(),
                         proxy_ ? target_behind(proxy_->route(), core->options().proxy, report.service)
                                : target_at(race_.endpoint(), host_, report.service));
    } else {
        decide({});
    }
}

template <class Core> UPLINK_DECL void connect_operation<Core>::decide(const error_code& ec) {
    phase_ = phase::decided;
    error = ec;
    if (ec && candidate_) candidate_->close();
    complete_if_done();
}

template <class Core> UPLINK_DECL connect_operation<Core>::~connect_operation() = default;

}  // namespace uplink::detail
