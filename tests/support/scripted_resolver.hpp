// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A name_resolver that does what a test says, and a client on the simulated network that asks it. Their functions are
// compiled once, in scripted_resolver.cpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/connect_completion.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

struct question : lookup_question {
    using endpoints = std::vector<net::ip::tcp::endpoint>;

    std::function<void(lookup_answer)> tell;

    void answer(error_code ec, endpoints found) const;
};

class scripted_resolver final : public name_resolver {
public:
    explicit scripted_resolver(std::function<void(const question&)> react);
    ~scripted_resolver() override;
    void resolve(const lookup_question& what, std::function<void(lookup_answer)> answer) override;
    bool answers_families_apart() const override { return apart; }

    std::vector<question> asked;
    bool apart = true;

private:
    std::function<void(const question&)> react_;
};

/// Answers everything at once.
void fixed_table(const question& asked);

struct resolver_test {
    std::optional<testing::network> network{std::in_place};
    std::shared_ptr<scripted_resolver> resolver;
    std::optional<simulated_client> client;
    connect_completion connect;

    explicit resolver_test(std::function<void(const question&)> react, client_options options = {});
    ~resolver_test();

    testing::network& net() { return *network; }
    void start(std::string host = "server.test", std::string service = "80");
    void answer_from_a_thread(std::size_t i, error_code ec, question::endpoints found);
};

}  // namespace uplink::tests
