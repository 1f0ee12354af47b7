// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A name_resolver that does what a test says, and a client on the simulated network that asks it.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/connect_completion.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace uplink::tests {

struct question : lookup_question {
    using endpoints = std::vector<net::ip::tcp::endpoint>;

    std::function<void(lookup_answer)> tell;

    void answer(error_code ec, endpoints found) const { tell({.error = ec, .endpoints = std::move(found)}); }
};

class scripted_resolver final : public name_resolver {
public:
    explicit scripted_resolver(std::function<void(const question&)> react) : react_(std::move(react)) {}
    void resolve(const lookup_question& what, std::function<void(lookup_answer)> answer) override {
        asked.push_back({what, std::move(answer)});
        const question copy = asked.back();
        react_(copy);
    }
    bool answers_families_apart() const override { return apart; }

    std::vector<question> asked;
    bool apart = true;

private:
    std::function<void(const question&)> react_;
};

/// Answers everything at once.
inline void fixed_table(const question& asked) {
    asked.answer({}, {place(asked.family == address_family::v4 ? "192.0.2.1" : "2001:db8::1")});
}

struct resolver_test {
    std::optional<testing::network> network{std::in_place};
    std::shared_ptr<scripted_resolver> resolver;
    std::optional<simulated_client> client;
    connect_completion connect;

    explicit resolver_test(std::function<void(const question&)> react, client_options options = {})
        : resolver(std::make_shared<scripted_resolver>(std::move(react))) {
        net().endpoint("192.0.2.1:80").accept(std::chrono::milliseconds(10));
        net().endpoint("[2001:db8::1]:80").accept(std::chrono::milliseconds(10));
        options.connect.resolver = resolver;
        client.emplace(net().get_executor(), std::move(options));
    }
    testing::network& net() { return *network; }
    void start(std::string host = "server.test", std::string service = "80") {
        client->async_connect(std::move(host), std::move(service), connect.handler(net()));
    }
    void answer_from_a_thread(std::size_t i, error_code ec, question::endpoints found) {
        std::thread([&] { resolver->asked.at(i).answer(ec, std::move(found)); }).join();
    }
};

}  // namespace uplink::tests
