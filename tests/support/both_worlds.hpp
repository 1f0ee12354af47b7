// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client and its server, once on the simulated network and once on loopback, with the same functions. A
// rule that holds on both is written once:
//   TEMPLATE_TEST_CASE("an answer is received", "[receive]", simulated_world, loopback_world) {
//       TestType world(peer_script().expect("ping").reply("pong").close());
//       auto client = world.connected();
//       completion sent, received;
//       client.async_send(std::string("ping"), record(sent));
//       client.async_receive(record(received));
//       world.run();
//   }
// The world comes first, so that the client is destroyed before it. A departure from the script fails the
// test.
#pragma once

#include <uplink/testing/network.hpp>

#include "support/client_test.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace uplink::tests {

/// The actions of the peer, step by step, in the words of both worlds. Every script ends with close(),
/// reset(), deaf() or take_all().
class peer_script {
    using location = server_script::location;

public:
    peer_script();
    peer_script(const peer_script& other);
    ~peer_script();

    /// The connection takes few bytes in each direction until they are read.
    peer_script& small_buffers();

    peer_script& expect(const std::string& bytes, location where = location::current());
    peer_script& expect_eof(location where = location::current());
    /// Takes whatever comes until the client's end. The last step: a simulated peer does not end then.
    peer_script& take_all(location where = location::current());
    peer_script& reply(const std::string& bytes, location where = location::current());
    /// Everything that the peer sends goes in pieces of this size; 0: whole.
    peer_script& reply_in_pieces(const std::string& bytes, std::size_t piece,
                                 location where = location::current());
    peer_script& half_close(location where = location::current());
    peer_script& close(location where = location::current());
    peer_script& reset(location where = location::current());
    /// Neither reads, sends nor closes any more.
    peer_script& deaf(location where = location::current());
    /// Waits for the world's signal(). On the simulated network a second passes, which nothing but run() and
    /// run_until() lets pass.
    peer_script& when_signalled(location where = location::current());

private:
    friend class simulated_world;
    friend class loopback_world;
    static constexpr std::uint16_t small = 4096;

    server_script real_;
    testing::endpoint simulated_;
    bool has_small_buffers_ = false;
};

class simulated_world {
public:
    using stream = testing::socket;
    static constexpr bool is_simulated = true;

    explicit simulated_world(const peer_script& script);
    ~simulated_world();

    auto executor() { return net.get_executor(); }
    net::ip::tcp::endpoint server_endpoint() const;

    async_client<stream> connected(client_options options = {});
    template <class Client> void connect(Client& client) {
        completion connected;
        client.async_connect(server_endpoint(), record(connected));
        run_until(connected);
        REQUIRE(connected == completed(success));
    }
    /// A socket that was connected without a client.
    stream connected_socket();

    /// Until nothing is left to do.
    void run();
    template <class Predicate> void run_until(Predicate predicate) {
        if (!net.run_until(predicate)) FAIL("it never happened");
    }
    void run_until(const completion& result);
    /// Only what can happen now, without a signal.
    void settle() { net.poll(); }
    /// The peer's last connection goes on past its next when_signalled().
    void signal() {}

    /// What has reached the peer on its last connection; of a real one, when that has ended.
    std::string peer_got() const;
    /// Waits until the peer's last connection has come to the end of the script.
    bool peer_has_ended();
    /// Is a socket of the client open?
    template <class Client> bool has_socket(Client&) const { return net.open_sockets() != 0; }

    testing::network net{};
};

/// Each read and each write transfers at most this number of bytes.
template <std::size_t Bytes> struct simulated_in_pieces : simulated_world {
    explicit simulated_in_pieces(const peer_script& script) : simulated_world(script) {
        net.piece_size(Bytes);
    }
};

class loopback_world : public client_test {
public:
    using stream = net::ip::tcp::socket;
    static constexpr bool is_simulated = false;

    explicit loopback_world(const peer_script& script);

    auto executor() { return io.get_executor(); }
    net::ip::tcp::endpoint server_endpoint() const;

    async_client<stream> connected(client_options options = {});
    template <class Client> void connect(Client& client) {
        ++connections_;
        client_test::connect(client, server);
    }
    stream connected_socket();

    void settle();
    void signal() { server.signal(connections_ - 1); }

    std::string peer_got() const;
    bool peer_has_ended() { return server.wait_for_end(connections_ - 1); }
    template <class Client> bool has_socket(Client& client) const { return client.lowest_layer().is_open(); }

private:
    bool has_small_buffers_;
    std::size_t connections_ = 0;

public:
    loopback_server server;
};

// Compiled once, in both_worlds.cpp.
extern template void simulated_world::connect(async_client<testing::socket>& client);
extern template void loopback_world::connect(async_client<>& client);

}  // namespace uplink::tests
