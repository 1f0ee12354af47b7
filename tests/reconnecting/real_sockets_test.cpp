// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that comes back, on real sockets (faults 104): TCP on the loopback address, and a local socket.
// The server ends one connection in order, resets another one, and lets the third go on.
#include <uplink/reconnecting_client.hpp>

#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/real_reconnect.hpp"

#include <chrono>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const std::vector<server_script> ends_resets_and_stays = {
    server_script().expect("one\n").reply("first\n").close(),
    server_script().expect("two\n").reply("second\n").when_signalled().reset(),
    server_script().expect("three\n").reply("third\n").expect_eof().close()};

template <class Client>
void comes_back_twice(client_test& test, loopback_server& server, Client below, const std::string& host,
                      const std::string& service) {
    reconnect_options options;
    options.backoff = {.base = 10ms, .cap = 10ms, .floor = 0ms};
    options.on_loss = loss_policy::keep_untouched;
    reconnecting_client<Client> client(std::move(below), host, service, options);
    const auto say = [&](const std::string& line, const std::string& answer) {
        completion sent, received;
        client.async_send(std::string(line), record(sent));
        client.async_receive_until("\n", record(received));
        test.run_until([&] { return sent && received; });
        CHECK(sent == completed(success, line.size()));
        CHECK(received == completed(success, answer));
    };
    client.start();
    say("one\n", "first\n");
    // Nobody receives, and the end is noticed all the same.
    test.run_until([&] { return client.status().last_error == net::error::eof; });
    say("two\n", "second\n");
    completion cut;
    client.async_receive_until("\n", record(cut));
    server.signal(1);
    test.run_until(cut);
    // There is no reset of a local socket: that is an end too.
    constexpr bool is_local = std::is_same_v<Client, local_client>;
    CHECK(cut == completed(is_local ? end_of_stream : error_code(errc::connection_lost), ""));
    CHECK(client.status().last_error == (is_local ? end_of_stream : was_reset));
    say("three\n", "third\n");
    CHECK(client.status().connections == 3);
    completion stopped;
    client.async_stop(record(stopped));
    test.run();
    CHECK(stopped == completed(success));
    CHECK(client.status().state == reconnect_state::stopped);
}

}  // namespace

TEST_CASE_METHOD(client_test, "Real sockets: a client over TCP comes back") {
    loopback_server server(ends_resets_and_stays);
    comes_back_twice(*this, server, async_client<>(io), server.host(), server.service());
}

TEST_CASE_METHOD(client_test, "Real sockets: a client of a local socket comes back") {
    loopback_server server(ends_resets_and_stays, {.family = loopback_options::address::local});
    std::string path = server.path();
    path.front() = '@';  // it is an abstract name
    comes_back_twice(*this, server, local_client(io), path, "");
}

}  // namespace uplink::tests
