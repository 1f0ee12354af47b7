// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of resolver.hpp.
#pragma once

#include <uplink/testing/detail/resolver.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL resolver::resolver(std::shared_ptr<simulation> network) : network_(std::move(network)) {}

UPLINK_TESTING_DECL std::shared_ptr<name_resolver> make_resolver(std::shared_ptr<simulation> network) {
    return std::make_shared<resolver>(std::move(network));
}

UPLINK_TESTING_DECL bool resolver::answers_families_apart() const { return true; }

UPLINK_TESTING_DECL void resolver::resolve(const lookup_question& question,
                                           std::function<void(lookup_answer)> answer) {
    simulation& network = *network_;
    const std::size_t number = network.begin(operation_kind::lookup);
    const std::size_t index = network.places.lookups.size();
    network.places.lookups.push_back(
        {question.host, question.service, question.family, network.elapsed(), {}, {}, 0});

    host::answer found = look_up(question);
    const std::uint16_t port = port_of(question.service);
    if (!found.error && port == 0) found.error = net::error::service_not_found;
    if (const auto failure = network.faults.failure(number)) found = {clock::duration::zero(), *failure, {}};
    if (!found.delay) return;

    lookup_answer result{.error = found.error};
    if (!found.error) {
        for (const auto& address : found.addresses) result.endpoints.emplace_back(address, port);
    }
    // The simulation owns its events, so they may refer to the simulation.
    network.schedule(*found.delay, [&network, number, index, result, answer] {
        if (auto action = network.faults.take_action(number, moment::completing)) action();
        lookup& record = network.places.lookups[index];
        record.end = network.elapsed();
        record.error = result.error;
        record.addresses = result.endpoints.size();
        network.faults.end(number, result.error, 0, network.elapsed());
        auto action = network.faults.take_action(number, moment::completed);
        answer(result);
        if (action) action();
    });
}

UPLINK_TESTING_DECL host::answer resolver::look_up(const lookup_question& question) const {
    auto& hosts = network_->places.hosts;
    const auto found = hosts.find(question.host);
    if (found == hosts.end()) return {clock::duration::zero(), net::error::host_not_found, {}};
    if (question.family != address_family::any)
        return found->second.next(question.family == address_family::v6);
    const bool v6_first = network_->places.preferred != address_family::v4;
    return both(found->second.next(v6_first), found->second.next(!v6_first));
}

UPLINK_TESTING_DECL host::answer resolver::both(host::answer first, const host::answer& second) {
    if (!first.delay || !second.delay) return {std::nullopt, {}, {}};
    first.delay = (std::max)(*first.delay, *second.delay);
    first.addresses.insert(first.addresses.end(), second.addresses.begin(), second.addresses.end());
    if (!second.error) first.error = {};
    return first;
}

UPLINK_TESTING_DECL std::uint16_t resolver::port_of(const std::string& service) const {
    const auto& services = network_->places.services;
    const auto found = services.find(service);
    return found != services.end() ? found->second : parse_port(service);
}

}  // namespace uplink::testing::detail
