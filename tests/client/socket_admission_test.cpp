// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The order in which a connect that looks nothing up is refused: each row is wrong in one thing more than the row below
// it, and the error is the first one's. The state is the exception: a client with bad options has none but the free
// one. What becomes of the socket is in handed_socket_test.cpp.
#include <uplink/detail/client/socket_admission.hpp>

#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/local_clients.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const error_code invalid = net::error::invalid_argument;

enum class state { free, connecting, connected };

}  // namespace

TEST_CASE(
    "a socket is refused for the client's state, its host, the options, itself, and the limit, in that order",
    "[admission]") {
    struct row {
        state before;
        std::string host;
        bool bad_options;
        bool open;
        bool late;
        error_code expected;
        std::string reason;
    };
    const row rows[] = {
        {state::connecting, "a b", true, false, true, errc::operation_in_progress, ""},
        {state::connected, "a b", true, false, true, net::error::already_connected, ""},
        {state::free, "a b", true, false, true, invalid, "host has a space or a control character"},
        {state::free, "host", true, false, true, invalid, "close_timeout must be above zero"},
        {state::free, "host", false, false, true, invalid, "the socket is not open"},
        {state::free, "host", false, true, true, errc::connect_timeout,
         "the time limit had passed when the connect began"},
        {state::free, "host", false, true, false, {}, ""},
    };
    for (const row& each : rows) {
        CAPTURE(each.expected.message(), each.reason);
        simulated_world world(peer_script().take_all());
        // A client with invalid options never connects: its state is the free one.
        client_options options;
        if (each.bad_options && each.before == state::free) options.close_timeout = 0s;
        simulated_world::stream socket(world.executor());
        if (each.open) socket = world.connected_socket();
        async_client<simulated_world::stream> client(world.executor(), std::move(options));
        completion first, second;
        if (each.before != state::free) client.async_connect(world.server_endpoint(), record(first));
        if (each.before == state::connected) world.run_until(first);
        if (each.late) client.async_connect(std::move(socket), each.host, 0s, record(second));
        else client.async_connect(std::move(socket), each.host, record(second));
        CHECK_FALSE(second);
        world.run();
        CHECK(second == completed(each.expected));
        if (each.before == state::free) CHECK(client.last_connect().reason == each.reason);
        client.close();
        world.run();
    }
}

TEST_CASE("a path is refused for itself, then the options, then the limit", "[admission]") {
    struct row {
        std::string path;
        bool bad_options;
        error_code expected;
        std::string reason;
    };
    const row rows[] = {
        {"", true, invalid, "the path is empty"},
        {"/nowhere", true, invalid, "close_timeout must be above zero"},
        {"/nowhere", false, errc::connect_timeout, "the time limit had passed when the connect began"},
    };
    for (const row& each : rows) {
        CAPTURE(each.reason);
        net::io_context io;
        client_options options;
        if (each.bad_options) options.close_timeout = 0s;
        local_client client(io, std::move(options));
        completion connected;
        client.async_connect(each.path, 0s, record(connected));
        CHECK_FALSE(connected);
        io.run();
        CHECK(connected == completed(each.expected));
        CHECK(client.last_connect().reason == each.reason);
    }
}

}  // namespace uplink::tests
