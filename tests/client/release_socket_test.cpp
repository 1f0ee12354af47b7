// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// release(): in every state of a client, on the simulated network and on loopback.
#include "support/both_worlds.hpp"
#include "support/catch.hpp"

#include <fcntl.h>

#include <concepts>
#include <cstddef>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

const error_code busy = errc::operation_in_progress;

/// Tries to release while it must not: nothing changes.
template <class Client> error_code refusal_of(Client& client) {
    const bool was_open = client.is_open();
    error_code ec;
    const auto socket = client.release(ec);
    CHECK_FALSE(socket.is_open());
    CHECK(client.is_open() == was_open);
    return ec;
}

template <class Stream> using client_over = async_client<Stream>;

}  // namespace

TEMPLATE_TEST_CASE("a released socket is open, and the client closed, and another client goes on with it",
                   "[release]", simulated_world, loopback_world) {
    TestType world(peer_script().expect("one").reply("two+three").expect("four").close());
    auto client = world.connected();
    completion sent, received, connected, sent_on, ended;
    client.async_send(std::string("one"), record(sent));
    client.async_receive_exactly(3, record(received));
    world.run_until([&] { return sent && received; });
    REQUIRE(received == completed(success, "two"));
    const auto remote = client.remote_endpoint();
    auto socket = client.release();
    CHECK(socket.is_open());
    CHECK(socket.remote_endpoint() == remote);
    CHECK_FALSE(client.is_open());
    CHECK(client.state().view() == "+three");  // unread bytes stay
    CHECK(client.stats().bytes_received == 9);
    CHECK(client.last_connect().attempts.size() == 1);
    client_over<typename TestType::stream> other(world.executor());
    other.async_connect(std::move(socket), record(connected));
    world.run_until(connected);
    CHECK(connected == completed(success));
    CHECK(other.state().empty());
    other.async_send(std::string("four"), record(sent_on));
    other.async_receive(record(ended));
    world.run_until([&] { return sent_on && ended; });
    CHECK(sent_on == completed(success, 4));
    CHECK(ended == completed(success, 0));
    CHECK(world.peer_has_ended());
    CHECK(world.peer_got() == "onefour");
    other.close();
    world.run();
}

TEMPLATE_TEST_CASE("release: not_connected before connecting, after closing and after releasing", "[release]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().take_all());
    client_over<typename TestType::stream> client(world.executor());
    CHECK(refusal_of(client) == net::error::not_connected);
    CHECK_THROWS_AS(client.release(), system_error);
    world.connect(client);
    client.close();
    CHECK(refusal_of(client) == net::error::not_connected);
    world.connect(client);
    { const auto socket = client.release(); }
    CHECK(refusal_of(client) == net::error::not_connected);
    world.run();
    world.connect(client);  // it connects again
    client.close();
    world.run();
}

TEMPLATE_TEST_CASE("release: operation_in_progress while connecting, until the handler is called",
                   "[release]", simulated_world, loopback_world) {
    TestType world(peer_script().take_all());
    client_over<typename TestType::stream> client(world.executor());
    completion connected;
    error_code inside = busy;
    client.async_connect(world.connected_socket(), [&](error_code ec, auto endpoint) {
        const auto socket = client.release(inside);
        connected.set(ec, endpoint);
    });
    CHECK(refusal_of(client) == busy);
    world.run();
    CHECK(connected == completed(success));
    CHECK_FALSE(inside);
}

TEMPLATE_TEST_CASE("release: operation_in_progress with an operation pending, and then all stays as it was",
                   "[release]", simulated_world, loopback_world) {
    TestType world(peer_script().small_buffers().expect("x").when_signalled().take_all());
    auto client = world.connected();
    completion received, sent, queued, drained, closed;
    client.async_receive_some(record(received));
    CHECK(refusal_of(client) == busy);
    client.async_send(std::string("x"), record(sent));
    world.run_until(sent);
    CHECK(refusal_of(client) == busy);
    client.cancel();
    CHECK(refusal_of(client) == busy);  // the handler has not been called
    world.run_until(received);
    CHECK(received == completed(aborted, ""));
    client.async_send(std::string(std::size_t{1} << 22, 'y'), record(queued));
    CHECK(client.send_queue_bytes() != 0);
    CHECK(refusal_of(client) == busy);
    client.async_drain(record(drained));
    CHECK(refusal_of(client) == busy);
    client.cancel();
    world.run_until([&] { return queued && drained; });
    client.async_close(record(closed));
    CHECK(refusal_of(client) == busy);
    client.close();
    world.signal();
    world.run_until(closed);
    CHECK(closed.ec == aborted);
    world.run();
}

TEMPLATE_TEST_CASE("release: the code of a connection that has failed", "[release]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().when_signalled().reset());
    auto client = world.connected();
    completion received;
    client.async_receive(record(received));
    world.signal();
    world.run_until(received);
    REQUIRE(received == completed(was_reset));
    CHECK(refusal_of(client) == was_reset);
    client.close();
    world.run();
}

TEMPLATE_TEST_CASE("release: after a half-close, a cancelled receive and the peer's end the socket goes",
                   "[release]", simulated_world, loopback_world) {
    TestType world(peer_script().expect_eof().reply("rest").close());
    auto client = world.connected();
    completion pending, ended, received, again;
    client.async_receive(record(pending));
    client.cancel();
    world.run_until(pending);
    client.async_shutdown_send(record(ended));
    world.run_until(ended);
    REQUIRE(ended == completed(success));
    client.async_receive_exactly(2, record(received));
    world.run_until(received);
    CHECK(received == completed(success, "re"));
    auto socket = client.release();
    CHECK(client.state().view() == "st");
    client_over<typename TestType::stream> other(world.executor());
    other.async_connect(std::move(socket), record(again));
    world.run();
    // Both sides have ended: such a socket has no peer any more.
    if (again.ec) CHECK(again == completed(net::error::invalid_argument));
    other.close();
    world.run();
}

TEMPLATE_TEST_CASE(
    "release: what is pending on the client's last connection ends with the client, not with the socket",
    "[release]", simulated_world, loopback_world) {
    TestType world(peer_script().expect("ping").reply("pong").close());
    completion sent, received;
    {
        auto socket = [&] {
            auto client = world.connected();
            return client.release();
        }();
        client_over<typename TestType::stream> other(world.executor());
        completion connected;
        other.async_connect(std::move(socket), record(connected));
        world.run_until(connected);
        other.async_send(std::string("ping"), record(sent));
        other.async_receive(record(received));
        world.run();
    }
    CHECK(sent == completed(success, 4));
    CHECK(received == completed(success, 4));
}

TEST_CASE_METHOD(client_test, "a released socket blocks again, and stays close-on-exec", "[release]") {
    loopback_server server({server_script().expect_eof().close()});
    async_client client(io);
    connect(client, server);
    auto socket = client.release();
    CHECK_FALSE(socket.non_blocking());
    const int descriptor = socket.native_handle();
    CHECK((::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0);
    CHECK(::fcntl(descriptor, F_GETFD) == FD_CLOEXEC);
}

}  // namespace uplink::tests
