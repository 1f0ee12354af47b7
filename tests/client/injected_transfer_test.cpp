// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Sending, receiving and the event loop under faults that a test cannot bring about by itself: system calls that strace
// makes fail, and a network of its own in which a connected peer falls silent or an administrator kills the
// connection. These cases are hidden; strace_faults.sh and namespace_faults.sh run them one by one, and give what is
// needed in the environment.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/injected_error.hpp"
#include "support/loopback_server.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

using tested_client = async_client<>;

/// Changes the network, by a command of the script's.
void change_network(const std::string& addition = {}) {
    const std::string command = from_environment("UPLINK_NETWORK_COMMAND") + addition;
    REQUIRE(std::system(command.c_str()) == 0);
}

}  // namespace

TEST_CASE_METHOD(client_test, "injected: the first write of a connection fails", "[.]") {
    loopback_server server({server_script().until_gone(), server_script().expect("again").expect_eof()});
    tested_client client(io);
    connect(client, server);
    completion failed, behind, received, later;
    client.async_receive(record(received));
    client.async_send(std::string("lost"), record(failed));
    client.async_send(std::string("behind"), record(behind));
    run();
    CHECK(failed == completed(injected_error(), 0));
    CHECK(behind == completed(injected_error()));
    CHECK(received == completed(injected_error()));
    client.async_send(std::string("later"), record(later));
    run();
    CHECK(later == completed(injected_error()));
    client.close();
    connect(client, server);
    completion again, ended;
    client.async_send(std::string("again"), record(again));
    client.async_shutdown_send(record(ended));
    run();
    CHECK(again == completed(success));
    CHECK(ended == completed(success));
    CHECK(server.wait_for_end(1));
    CHECK(server.received(0).empty());
}

// The first read finds nothing by itself; the second is the one that the bytes have woken.
TEST_CASE_METHOD(client_test, "injected: a read that bytes have woken finds nothing", "[.]") {
    loopback_server server({server_script()
                                .when_signalled()
                                .reply("one")
                                .when_signalled()
                                .reply("two")
                                .half_close()
                                .until_gone()});
    tested_client client(io);
    connect(client, server);
    completion received;
    client.async_receive(record(received));
    io.restart();
    io.poll();
    server.signal();
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    io.restart();
    io.poll();
    CHECK(client.state().empty());
    CHECK_FALSE(received);
    server.signal();
    run();
    CHECK(received == completed(success));
    CHECK(client.state().view() == "onetwo");
}

TEST_CASE_METHOD(client_test, "injected: every other system call is interrupted", "[.]") {
    loopback_server server(loopback_server::echo());
    const std::string bytes = many_bytes(1 << 20);
    tested_client client(io);
    connect(client, server);
    completion exchanged;
    client.async_exchange(net::buffer(bytes), half_close, 30s, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(same(client.state().view(), bytes));
}

// Asio opens what it needs for its event loop with the first socket or timer: that fails, once.
TEST_CASE_METHOD(client_test, "injected: the event loop cannot be made", "[.]") {
    loopback_server server({server_script().expect_eof()});
    const std::size_t before = open_descriptors();
    error_code failure;
    int calls = 0;
    const auto handler = [&](error_code, const auto&) { ++calls; };
    try {
        net::io_context other;
        tested_client client(other);
        client.async_connect(server.host(), server.service(), handler);
        other.run();
    } catch (const uplink::system_error& thrown) {
        failure = thrown.code();
    }
    CHECK(failure == injected_error());
    CHECK(calls == 0);
    CHECK(open_descriptors() == before);

    tested_client client(io);
    connect(client, server);
    client.close();
}

TEST_CASE_METHOD(client_test, "injected: the event loop has to do with less", "[.]") {
    loopback_server server({server_script().silence()});
    tested_client client(io);
    connect(client, server);
    completion received;
    client.async_receive(20ms, record(received));
    run();
    CHECK(received == completed(errc::receive_timeout));

    // Each post comes while the loop waits, or nearly: it has told the thread that the one before was run.
    client.async_receive_some(record(received));
    std::atomic<int> posted{0};
    std::thread other([&] {
        for (int i = 0; i != 100; ++i) {
            net::post(client.get_executor(), [&] {
                ++posted;
                posted.notify_one();
            });
            posted.wait(i);
        }
    });
    run_until([&] { return posted == 100; });
    other.join();
    client.close();
    run();
}

TEST_CASE_METHOD(client_test, "namespaced: the peer falls silent while we send", "[.]") {
    loopback_server server({server_script().silence()});
    tested_client client(io, {.socket = {.user_timeout = 700ms, .reset_on_close = true}});
    connect(client, server);
    change_network();
    completion sent, received, later;
    client.async_receive(record(received));
    client.async_send(std::string("into the dark"), record(sent));
    run();
    CHECK(sent == completed(success));  // it is with the kernel
    CHECK(received == completed(net::error::timed_out));
    CHECK(received.ec != uplink::condition::timeout);
    client.async_send(std::string("later"), record(later));
    run();
    CHECK(later == completed(net::error::timed_out));
}

TEST_CASE_METHOD(client_test, "namespaced: the peer falls silent while nothing is sent", "[.]") {
    loopback_server server({server_script().silence(), server_script().silence()});
    const uplink::keep_alive_options probing{.idle = 1s, .interval = 1s, .count = 2};
    tested_client probes(io, {.socket = {.keep_alive = probing, .reset_on_close = true}});
    tested_client waits(io, {.socket = {.reset_on_close = true}, .idle_timeout = 4s});
    connect(probes, server);
    connect(waits, server);
    change_network();
    completion probed, waited;
    probes.async_receive(record(probed));
    waits.async_receive(record(waited));
    run_until(probed);
    CHECK(probed == completed(net::error::timed_out));
    CHECK_FALSE(waited);
    run();
    CHECK(waited == completed(errc::receive_timeout));
}

TEST_CASE_METHOD(client_test, "namespaced: an administrator kills the connection", "[.]") {
    loopback_server server({server_script().reply("part").until_gone()});
    tested_client client(io);
    connect(client, server);
    completion received, later;
    client.async_receive(record(received));
    run_until([&] { return client.state().size() == 4; });
    change_network(server.service());
    run();
    CHECK(received == completed(net::error::connection_aborted));
    CHECK(client.state().view() == "part");
    client.async_send(std::string("later"), record(later));
    run();
    CHECK(later == completed(net::error::connection_aborted));
}

}  // namespace uplink::tests
