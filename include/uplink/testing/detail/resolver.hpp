// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The simulated system's resolver: answers from the names of the network, in its time. A lookup cannot be
// cancelled, as getaddrinfo cannot: its answer comes whether or not anybody still waits for it.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/options.hpp>
#include <uplink/testing/detail/simulation.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class resolver final : public name_resolver {
public:
    using endpoints = std::vector<net::ip::tcp::endpoint>;

    explicit resolver(std::shared_ptr<simulation> network) : network_(std::move(network)) {}

    void resolve(const std::string& name, const std::string& service, address_family family,
                 std::function<void(error_code, endpoints)> answer) override {
        simulation& network = *network_;
        const std::size_t number = network.begin(operation_kind::lookup);
        const std::size_t index = network.places.lookups.size();
        network.places.lookups.push_back({name, service, family, network.elapsed(), {}, {}, 0});

        host::answer found = look_up(name, family == address_family::v6);
        const std::uint16_t port = port_of(service);
        if (!found.error && port == 0) found.error = net::error::service_not_found;
        if (const auto failure = network.faults.failure(number))
            found = {clock::duration::zero(), *failure, {}};
        if (!found.delay) return;

        endpoints result;
        if (!found.error) {
            for (const auto& address : found.addresses) result.emplace_back(address, port);
        }
        // The simulation owns its events, so they may refer to it.
        network.schedule(*found.delay, [&network, number, index, ec = found.error, result, answer] {
            if (auto action = network.faults.take_action(number, moment::completing)) action();
            lookup& record = network.places.lookups[index];
            record.end = network.elapsed();
            record.error = ec;
            record.addresses = result.size();
            network.faults.end(number, ec, 0, network.elapsed());
            auto action = network.faults.take_action(number, moment::completed);
            answer(ec, result);
            if (action) action();
        });
    }

private:
    host::answer look_up(const std::string& name, bool v6) const {
        auto& hosts = network_->places.hosts;
        if (const auto found = hosts.find(name); found != hosts.end()) return found->second.next(v6);
        return {clock::duration::zero(), net::error::host_not_found, {}};
    }

    std::uint16_t port_of(const std::string& service) const {
        const auto& services = network_->places.services;
        const auto found = services.find(service);
        return found != services.end() ? found->second : parse_port(service);
    }

    std::shared_ptr<simulation> network_;
};

}  // namespace uplink::testing::detail
