// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/observed_client.hpp"

#include "support/catch.hpp"

namespace uplink::tests {

std::shared_ptr<observed_events> new_events() { return std::make_shared<observed_events>(); }

observed_client::observed_client(client_options options) {
    options.observer = events;
    client.emplace(network->get_executor(), std::move(options));
}

observed_client::~observed_client() {
    client.reset();
    if (network) network->run();
    network.reset();
    events->check_over();
    for (const std::string& each : events->failures) FAIL_CHECK(each);
}

void observed_client::start(const std::string& host, optional_limit limit) {
    connected = {};
    const auto handler = [this](error_code ec, net::ip::tcp::endpoint where) {
        lines_at_handler = events->lines.size();
        connected.set(ec, where);
        if (!events->connects.empty()) total = events->connects.front().total;
        events->connect_called(ec);
    };
    limit ? client->async_connect(host, "80", *limit, handler) : client->async_connect(host, "80", handler);
}

void observed_client::run_until_connected() {
    net().run_until([&] { return static_cast<bool>(connected); });
    if (events->is_idle() && connected.ec != net::error::already_connected)
        events->check(client->last_connect());
}

void observed_client::connect(const std::string& host, optional_limit limit) {
    start(host, limit);
    run_until_connected();
}

void two_addresses(testing::network& net) {
    net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"}, std::chrono::milliseconds(1));
}

}  // namespace uplink::tests
