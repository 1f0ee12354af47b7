// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of attempts that are no race: a socket that is handed over, and the path of a local socket.
#include <uplink/observer.hpp>

#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/local_clients.hpp"
#include "support/observed_client.hpp"
#include "support/platform.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

namespace uplink::tests {

TEMPLATE_TEST_CASE("a socket that is handed over is one attempt, to its peer", "[observer]", simulated_world,
                   loopback_world) {
    const auto events = new_events();
    TestType world(peer_script().expect("x").close());
    auto socket = world.connected_socket();
    const std::string peer = detail::endpoint_to_string(world.server_endpoint());
    async_client<typename TestType::stream> client(world.executor(), {.observer = events});
    completion connected, sent, received;
    client.async_connect(std::move(socket), "server.test", record(connected));
    world.run_until(connected);
    CHECK(events->lines == lines{"attempt 0 at " + peer, "attempt 0: ok", "connect: ok"});
    client.async_send(std::string("x"), record(sent));
    client.async_receive(record(received));
    world.run();
    client.close();
    CHECK(events->lines.back() == "connection: ok");
    CHECK(events->last_stats.bytes_sent == 1);
    CHECK(events->last_stats.rtt.has_value() == (is_for_linux && !TestType::is_simulated));
    CHECK(events->failures.empty());
}

TEST_CASE_METHOD(client_test, "a local client has attempts to paths", "[observer]") {
    std::string folder = (std::filesystem::temp_directory_path() / "uplinkXXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    {
        const auto events = new_events();
        net::local::stream_protocol::acceptor listener(
            io, net::local::stream_protocol::endpoint(folder + "/here"));
        local_client client(io, {.observer = events});
        completion connected, missing, senseless;
        client.async_connect(folder + "/here", record(connected));
        run();
        CHECK(connected == completed(success));
        client.close();
        client.async_connect(folder + "/missing", record(missing));
        run();
        client.async_connect(std::string(), record(senseless));
        run();
        const std::string no_file = missing.ec.message();
        CHECK(events->lines == lines{"attempt 0 at a path", "attempt 0: ok", "connect: ok", "connection: ok",
                                     "attempt 0 at a path", "attempt 0: " + no_file, "connect: " + no_file,
                                     "connect: " + senseless.ec.message()});
        CHECK(events->failures.empty());
    }
    std::filesystem::remove_all(folder);
}

}  // namespace uplink::tests
