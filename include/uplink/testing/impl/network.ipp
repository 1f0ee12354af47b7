// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of network.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/network.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing {

UPLINK_TESTING_DECL std::size_t network::run_for(clock::duration length) { return run_until(now() + length); }

UPLINK_TESTING_DECL std::size_t network::poll() { return run_until(now()); }

UPLINK_TESTING_DECL network::network(std::uint64_t seed)
    : simulation_(std::make_shared<detail::simulation>(context_, seed)),
      work_(net::prefer(context_.get_executor(), net::execution::outstanding_work.tracked)) {
    net::make_service<detail::simulation_service>(static_cast<net::execution_context&>(context_),
                                                  simulation_);
}

UPLINK_TESTING_DECL std::size_t network::run() {
    std::size_t count = 0;
    while (!context_.stopped() && advance((clock::time_point::max)(), count)) continue;
    return count;
}

UPLINK_TESTING_DECL std::size_t network::run_until(clock::time_point when) {
    std::size_t count = 0;
    while (!context_.stopped() && advance(when, count)) continue;
    if (!context_.stopped()) simulation_->advance_to(when);
    return count;
}

UPLINK_TESTING_DECL std::size_t network::step() {
    const std::size_t count = drain();
    if (!simulation_->fire_next((clock::time_point::max)())) detail::refuse_real_io(context_);
    return count + drain();
}

UPLINK_TESTING_DECL testing::host& network::host(const std::string& name) {
    return simulation_->places.hosts[name];
}

UPLINK_TESTING_DECL testing::endpoint& network::endpoint(const net::ip::tcp::endpoint& where) {
    return simulation_->places.endpoints[where];
}

UPLINK_TESTING_DECL void network::over(peer_layer_maker make, std::size_t window_factor) {
    simulation_->places.layer = std::move(make);
    simulation_->places.window_factor = window_factor;
}

UPLINK_TESTING_DECL void network::service(const std::string& name, std::uint16_t port) {
    simulation_->places.services[name] = port;
}

UPLINK_TESTING_DECL void network::on_operation(std::size_t n, moment when, std::function<void()> action) {
    faults().on(n, when, std::move(action));
}

UPLINK_TESTING_DECL std::size_t network::drain() {
    std::size_t count = 0;
    while (context_.poll_one() != 0) ++count;
    return count;
}

UPLINK_TESTING_DECL bool network::advance(clock::time_point when, std::size_t& handlers) {
    if (context_.poll_one() != 0) {
        ++handlers;
        return true;
    }
    if (simulation_->fire_next(when)) return true;
    detail::refuse_real_io(context_);
    return false;
}

}  // namespace uplink::testing
