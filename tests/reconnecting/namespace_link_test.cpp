// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A link that goes down under a connection and comes back (faults 104, 113): the client notices by
// socket_options::dead_after, tries again while there is no link, and is connected once there is. namespace_link.sh
// runs this case in a network namespace, and says how the link goes down and up; the server lives in the namespace
// UPLINK_PEERS_NAMESPACE.
//
// It takes some seconds, because the clocks are the kernel's. Nobody measures it: the test waits for each change.
#include <uplink/reconnecting_client.hpp>

#include "support/client_test.hpp"
#include "support/other_namespace.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using tcp = net::ip::tcp;

void set_link(const char* command) { REQUIRE(std::system(from_environment(command).c_str()) == 0); }

/// The bytes that the server gets, on whichever connection they come.
std::string next_bytes(tcp::acceptor& acceptor, std::size_t count) {
    for (;;) {
        tcp::socket peer = acceptor.accept();
        std::string bytes(count, '\0');
        error_code ec;
        for (std::size_t got = 0; got != count && !ec;)
            got += peer.read_some(net::buffer(bytes.data() + got, count - got), ec);
        if (!ec) return bytes;
    }
}

}  // namespace

TEST_CASE_METHOD(client_test, "namespaced: a client comes back when its link does", "[.]") {
    const int listening = listen_in_other_namespace("10.9.1.2", 8);
    REQUIRE(listening >= 0);
    tcp::acceptor acceptor(io);
    acceptor.assign(tcp::v4(), listening);

    reconnect_options options;
    options.backoff = {.base = 100ms, .cap = 500ms, .floor = 50ms};
    options.on_loss = loss_policy::keep_untouched;
    reconnecting_client<> client(
        async_client<>(io, {.connect = {.timeout = 1s}, .socket = {.dead_after = 3s}}), "10.9.1.2",
        acceptor.local_endpoint().port(), options);
    client.on_change([](const reconnect_status& status) { std::cout << to_string(status) << '\n'; });
    const auto is = [&](reconnect_state state) {
        return [&client, state] { return client.status().state == state; };
    };
    client.start();
    run_until(is(reconnect_state::connected));
    tcp::socket first = acceptor.accept();

    set_link("UPLINK_LINK_DOWN");
    run_until(is(reconnect_state::waiting));
    const error_code noticed = client.status().last_error;
    INFO(noticed.message());
    CHECK((noticed == net::error::timed_out || noticed == net::error::host_unreachable ||
           noticed == net::error::network_unreachable));
    CHECK(client.status().connections == 1);
    completion sent;
    client.async_send(std::string("written while the link was down"), record(sent));
    run_until([&] { return client.status().failures >= 3; });
    CHECK(client.status().connections == 1);

    set_link("UPLINK_LINK_UP");
    run_until(is(reconnect_state::connected));
    run_until(sent);
    CHECK(sent == completed(success, 31));
    CHECK(next_bytes(acceptor, 31) == "written while the link was down");
    CHECK(client.status().connections == 2);
    std::cout << to_string(client.history()) << '\n';
    client.close();
    run();
}

}  // namespace uplink::tests
