// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The resolver of the simulated system. It answers from the names of the network, after their delays, each
// family by itself. A lookup cannot be cancelled, as getaddrinfo cannot: its answer comes even if nobody
// waits for it any more. The resolver owns a share of the simulation.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/options.hpp>
#include <uplink/testing/detail/simulation.hpp>

#include <functional>
#include <memory>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class resolver final : public name_resolver {
public:
    explicit resolver(std::shared_ptr<simulation> network);
    bool answers_families_apart() const override;

    void resolve(const lookup_question& question, std::function<void(lookup_answer)> answer) override;

private:
    host::answer look_up(const lookup_question& question) const;

    /// For a caller that asks for all addresses in one question: answers as the system does, when both
    /// answers are there.
    static host::answer both(host::answer first, const host::answer& second);

    std::uint16_t port_of(const std::string& service) const;

    std::shared_ptr<simulation> network_;
};

std::shared_ptr<name_resolver> make_resolver(std::shared_ptr<simulation> network);

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/resolver.ipp>
#endif
