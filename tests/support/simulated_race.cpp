// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/simulated_race.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

/// Holds each question back until both families have been asked, then asks for v4 first.
class v4_first_resolver final : public name_resolver {
public:
    explicit v4_first_resolver(std::shared_ptr<name_resolver> below) : below_(std::move(below)) {}

    bool answers_families_apart() const override { return below_->answers_families_apart(); }
    void resolve(const lookup_question& question, std::function<void(lookup_answer)> answer) override {
        (question.family == address_family::v4 ? v4_ : v6_) = [this, question, answer = std::move(answer)] {
            below_->resolve(question, answer);
        };
        if (!v4_ || !v6_) return;
        std::exchange(v4_, nullptr)();
        std::exchange(v6_, nullptr)();
    }

private:
    std::shared_ptr<name_resolver> below_;
    std::function<void()> v4_{};
    std::function<void()> v6_{};
};

client_options options_of(const race_row& row, testing::network& network) {
    client_options options;
    options.connect.attempt_delay = row.attempt_delay;
    options.connect.resolution_delay = row.resolution_delay;
    options.connect.first_family_count = row.first_family_count;
    options.connect.max_parallel_attempts = row.max_parallel;
    options.connect.family = row.family;
    if (row.v4_answers_first) {
        options.connect.resolver =
            std::make_shared<v4_first_resolver>(testing::socket::default_resolver(network.get_executor()));
    }
    return options;
}

}  // namespace

void describe(const race_row& row, testing::network& network) {
    for (const race_address& address : row.list) {
        testing::endpoint& place = network.endpoint(address.endpoint());
        const auto& behaviour = address.behaviour;
        switch (behaviour.does) {
        case race_behaviour::kind::accept: place.accept(behaviour.after); break;
        case race_behaviour::kind::refuse:
        case race_behaviour::kind::unreachable:
            place.fail(failure_of(behaviour.does), behaviour.after);
            break;
        case race_behaviour::kind::black_hole: place.black_hole(); break;
        case race_behaviour::kind::creation_error: place.cannot_open(failure_of(behaviour.does)); break;
        case race_behaviour::kind::unusable: place.self_connect(behaviour.after); break;
        }
    }
    testing::host& host = network.host("server.test");
    for (const address_family family : {address_family::v6, address_family::v4}) {
        const bool v6 = family == address_family::v6;
        const race_answer& answer = v6 ? row.v6 : row.v4;
        std::vector<std::string> addresses;
        for (const race_address& address : row.list) {
            if (address.family == family) addresses.push_back(address.endpoint().address().to_string());
        }
        switch (answer.is) {
        case race_answer::kind::positive:
            v6 ? host.v6(addresses, answer.at) : host.v4(addresses, answer.at);
            break;
        case race_answer::kind::negative:
            v6 ? host.v6_fails(answer.error, answer.at) : host.v4_fails(answer.error, answer.at);
            break;
        case race_answer::kind::never: v6 ? host.v6_never() : host.v4_never(); break;
        }
    }
    network.prefer(row.preferred);
}

simulated_race::simulated_race(const race_row& row, testing::network& network)
    : row_(row), network_(network), client_(network.get_executor(), options_of(row, network)),
      canceller_(network.get_executor()) {
    const auto limit = row.deadline ? client_type::time_limit(*row.deadline) : client_type::time_limit();
    auto told = [this](error_code ec, net::ip::tcp::endpoint endpoint) { on_connect(ec, endpoint); };
    std::vector<net::ip::tcp::endpoint> endpoints;
    for (const race_address& address : row.list) endpoints.push_back(address.endpoint());
    switch (row.source) {
    case race_source::looked_up: client_.async_connect("server.test", "80", limit, told); break;
    case race_source::list: client_.async_connect(endpoints, limit, told); break;
    case race_source::literal:
        client_.async_connect(endpoints.at(0).address().to_string(), "80", limit, told);
        break;
    }
    handlers_inside = handlers;
    if (!row.cancel) return;
    canceller_.expires_after(*row.cancel);
    canceller_.async_wait([this](error_code) { client_.cancel(); });
}

race_starts simulated_race::starts() const {
    race_starts result;
    for (const testing::attempt& attempt : network_.attempts()) {
        const race_address& address = address_of(attempt.remote);
        const bool created = address.behaviour.does != race_behaviour::kind::creation_error;
        if (created) result.push_back({address.name(), attempt.start});
    }
    return result;
}

const race_address& simulated_race::address_of(const net::ip::tcp::endpoint& endpoint) const {
    return *std::find_if(row_.list.begin(), row_.list.end(),
                         [&](const race_address& address) { return address.endpoint() == endpoint; });
}

void simulated_race::on_connect(error_code ec, const net::ip::tcp::endpoint& endpoint) {
    ++handlers;
    error = ec;
    end = network_.elapsed();
    open = network_.open_sockets();
    if (!ec) winner = address_of(endpoint).name();
    for (const testing::attempt& attempt : network_.attempts()) {
        const bool opened = address_of(attempt.remote).behaviour.does != race_behaviour::kind::creation_error;
        if (opened && !attempt.closed && (ec || attempt.remote != endpoint)) ++unfinished;
    }
}

}  // namespace uplink::tests
