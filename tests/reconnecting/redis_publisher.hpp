// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that publishes numbered messages to a redis-server, which stores each number at the end of the list "numbers"
// before it acknowledges it by sending it back. What the client gives back as not wholly sent is published again; what
// has gone whole is not, acknowledged or not.
#pragma once

#include <uplink/reconnecting_client.hpp>

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace uplink::tests {

/// As Redis takes it.
std::string command_of(const std::vector<std::string>& words);

class redis_publisher {
public:
    static constexpr std::size_t enough = 500;

    /// `on_enough` is called each time that so many have been acknowledged.
    redis_publisher(net::io_context& io, const std::string& port, loss_policy policy,
                    std::function<void()> on_enough);
    void stop_publishing() { is_publishing_ = false; }
    bool is_idle() const { return open_ == 0 && unanswered_.empty(); }

    reconnecting_client<> client;
    std::set<std::string> acknowledged{};
    std::set<std::string> in_doubt{};  ///< sent as a whole, and never answered
    std::size_t published_again = 0;
    std::size_t losses = 0;
    std::vector<std::string> wrong{};

private:
    static reconnect_options options(loss_policy policy);
    void fill_window();
    void publish(std::size_t number);
    void receive();
    void answered(const std::string& reply);
    void lost();

    std::function<void()> on_enough_;
    std::set<std::string> unanswered_{};  ///< sent as a whole
    std::size_t open_ = 0;
    std::size_t last_number_ = 0;
    std::size_t since_enough_ = 0;
    bool is_publishing_ = true;
};

}  // namespace uplink::tests
