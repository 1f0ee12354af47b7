// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The world of a random program of a reconnecting client, chosen: its servers, the network, the options, the session
// hook, and the user's rule.
#pragma once

#include "reconnecting/reconnect_run.hpp"
#include "support/choices.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace uplink::tests {

class random_reconnect_world {
public:
    random_reconnect_world(choices& from, reconnect_run& run);

    /// Sends and texts are long, and windows not tiny.
    bool is_large() const noexcept { return is_large_; }

    void choose();

    /// What the user sets; `act` is what a function of his does to the client now and then.
    void choose_functions(const std::function<void()>& act);

private:
    reconnect_options choose_options();
    client_options choose_below();

    // --- Servers ---

    void choose_server();
    void choose_connection(testing::endpoint& where);
    void choose_end(testing::endpoint& where);
    /// Bytes that no other connection near this one sends; some are lines, some stand behind their length.
    std::string choose_text();

    // --- The user's functions ---

    retry_verdict judge();
    void hook(simulated_client& client, const reconnect_run::done_function& done);

    choices& from_;
    reconnect_run& run_;
    std::function<void()> act_{};
    bool is_large_ = false;
    std::uint32_t connection_ = 0;
    std::uint32_t letters_ = 1;
};

}  // namespace uplink::tests
