// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection: receives that spin, with reads that do not wait.

#include <uplink/detail/connection/receiver.hpp>

#include "support/polled_client.hpp"
#include "support/scripted_stream.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

struct spinning : client_test {
    loopback_server server{{server_script().until_gone()}};
    std::shared_ptr<stream_scripts> scripts = std::make_shared<stream_scripts>();
    std::optional<polled_client> client{};

    void connect_with(client_options options) {
        client.emplace(io, scripts, std::move(options));
        connect(*client, server);
    }
    stream_script& script() { return scripts->live(); }
    void leave() {
        client->close();
        if (script().is_reading()) script().end_read(net::error::operation_aborted);
        run();
        client.reset();
    }
};

}  // namespace

TEST_CASE_METHOD(spinning, "a receive spins until its limit or its idle limit at most, not for all its spin",
                 "[receive]") {
    using clock = std::chrono::steady_clock;
    for (const bool idle : {false, true}) {
        connect_with({.idle_timeout = idle ? std::optional<std::chrono::nanoseconds>(1ms) : std::nullopt,
                      .receive_spin = 10ms});
        script().on_poll = [&] {
            if (script().polls == 2) script().reads.push_back({{}, "too late"});
            const auto end = clock::now() + 2ms;  // the limit has passed by then
            while (clock::now() <= end) {
            }
        };
        completion received;
        if (idle) client->async_receive_some(record(received));
        else client->async_receive_some(1ms, record(received));
        CHECK(script().polls == 1);
        run_until(received);
        CHECK(received == completed(errc::receive_timeout));
        CHECK(client->stats().bytes_received == 0);
        leave();
    }
}

TEST_CASE_METHOD(spinning, "each receive spins, whatever ended the one before: a cancel, or its spin",
                 "[receive]") {
    for (const bool is_satisfied : {false, true}) {
        connect_with({.receive_spin = 1ns});
        completion first, second;
        if (is_satisfied) script().reads.push_back({{}, "first"});
        client->async_receive_some(record(first));
        const std::size_t polls = script().polls;
        CHECK(polls != 0);
        if (!is_satisfied) client->cancel();
        run_until(first);
        CHECK(first == completed(is_satisfied ? success : aborted, is_satisfied ? "first" : ""));
        script().reads.push_back({{}, "there"});
        client->async_receive_some(record(second));
        CHECK(script().polls == polls + 1);
        CHECK_FALSE(script().is_reading());
        run_until(second);
        CHECK(second == completed(success, "there"));
        leave();
    }
}

}  // namespace uplink::tests
