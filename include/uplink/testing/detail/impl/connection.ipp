// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of connection.hpp.
#pragma once

#include <uplink/testing/detail/connection.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL error_code connection::take_error() noexcept { return std::exchange(error_, {}); }

UPLINK_TESTING_DECL attempt& connection::record() { return network_.places.attempts[attempt_]; }

UPLINK_TESTING_DECL std::shared_ptr<connection> connection::make(simulation& network,
                                                                 const std::shared_ptr<const behaviour>& how,
                                                                 std::size_t attempt_index,
                                                                 std::function<void()> wake) {
    auto made = std::make_shared<connection>(network, how, attempt_index, std::move(wake));
    made->outbound_.set_owner(made);
    made->inbound_.set_owner(made);
    made->peer_.set_owner(made);
    return made;
}

UPLINK_TESTING_DECL connection::connection(simulation& network, const std::shared_ptr<const behaviour>& how,
                                           std::size_t attempt_index, std::function<void()> wake)
    : network_(network), attempt_(attempt_index), wake_(std::move(wake)),
      outbound_(network, {.latency = how->latency, .window = how->window * network.places.window_factor},
                [this] { outbound_arrived(); }),
      inbound_(network,
               {.latency = how->latency,
                .window = how->window * network.places.window_factor,
                .piece = how->piece,
                .pace = how->pace,
                .cut = how->cut,
                .cut_at = how->cut_at},
               [this] { inbound_arrived(); }),
      peer_(network, how, outbound_, inbound_, attempt_index, [this] { wake_(); }) {}

UPLINK_TESTING_DECL void connection::establish() {
    established_ = true;
    inbound_.start();
    peer_.play();
}

UPLINK_TESTING_DECL bool connection::can_read() const noexcept {
    return !inbound_.arrived().empty() || error_ || fin_ || ended_for_reads();
}

UPLINK_TESTING_DECL bool connection::can_write() const noexcept {
    return error_ || gone_ || send_shut_down_ || !established_ || outbound_.room() != 0;
}

UPLINK_TESTING_DECL error_code connection::shut_down(net::socket_base::shutdown_type what) {
    if (!established_ || gone_) return net::error::not_connected;
    if (what != net::socket_base::shutdown_receive) {
        send_shut_down_ = true;
        outbound_.end(ending::fin);
    }
    if (what != net::socket_base::shutdown_send) receive_shut_down_ = true;
    wake_();
    return {};
}

UPLINK_TESTING_DECL void connection::close(bool with_reset) {
    closed_ = true;
    wake_ = [] {};
    if (!established_ || gone_) return;
    const bool reset = with_reset || !inbound_.arrived().empty();
    record().reset = reset;
    outbound_.end(reset ? ending::reset : ending::fin);
}

UPLINK_TESTING_DECL void connection::outbound_arrived() {
    if (outbound_.arrived_end() == ending::fin) {
        fin_acknowledged_ = true;
        gone_ = gone_ || fin_;
    }
    peer_.play();
}

UPLINK_TESTING_DECL void connection::inbound_arrived() {
    if (closed_) {
        if (inbound_.arrived().empty()) return;
        inbound_.consume(inbound_.arrived().size());
        outbound_.end(ending::reset);
        return;
    }
    if (inbound_.arrived_end() == ending::fin) {
        fin_ = true;
        gone_ = gone_ || fin_acknowledged_;
    } else if (inbound_.arrived_end() == ending::reset && !gone_) {
        error_ = fin_ ? net::error::broken_pipe : net::error::connection_reset;
        gone_ = true;
    }
    wake_();
}

}  // namespace uplink::testing::detail
