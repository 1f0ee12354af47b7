// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A TLS server inside the test program, on a free port of 127.0.0.1: OpenSSL with blocking calls on a thread of its own,
// so that nothing it does depends on Asio or on the client's code. Each connection, one after the other, is a call:
//   openssl_server server(server_context(leaf), [](openssl_peer& peer) {
//       peer.expect("ping");
//       peer.write("pong");
//       peer.shut_down();
//   });
// What was expected and did not happen within 30 seconds fails the test when the server is destroyed, which waits for
// the connection that there is: clients go first, so declare them after the server.
#pragma once

#include "tls/openssl_objects.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace uplink::tests {

/// The server's side of one connection, after the handshake. A function that fails throws; the connection is then closed.
class openssl_peer {
public:
    openssl_peer(SSL* session, int descriptor) : session_(session), descriptor_(descriptor) {}

    SSL* native_handle() const noexcept { return session_; }
    /// Exactly these bytes come next.
    void expect(std::string_view bytes);
    /// That many bytes come next.
    std::string read(std::size_t count);
    /// The client's close_notify comes next.
    void expect_end();
    /// Whatever comes, until the client has gone.
    void until_gone();
    void write(std::string_view bytes);
    /// Sends close_notify.
    void shut_down();
    /// The connection ends by a reset.
    void reset_at_close();

private:
    SSL* session_;
    int descriptor_;
};

class openssl_server {
public:
    using conversation = std::function<void(openssl_peer&)>;
    /// What is said in plaintext on the connection with this descriptor, before the handshake.
    using plain_conversation = std::function<void(int descriptor)>;

    openssl_server(context_ptr context, conversation talk, plain_conversation talk_plainly = {});
    ~openssl_server();
    openssl_server(const openssl_server&) = delete;
    openssl_server& operator=(const openssl_server&) = delete;

    std::string host() const { return "127.0.0.1"; }
    std::uint16_t port() const noexcept { return port_; }
    std::string service() const { return std::to_string(port_); }
    /// Handshakes that failed; they are no failure of the test.
    std::size_t refusals() const;

private:
    void serve();
    void serve_one(int descriptor);

    const context_ptr context_;
    const conversation talk_;
    const plain_conversation talk_plainly_;
    std::uint16_t port_ = 0;
    int listener_ = -1;  // after the port, which it is made with
    mutable std::mutex mutex_;
    std::vector<std::string> failures_{};
    std::size_t refusals_ = 0;
    std::thread thread_{};
};

/// A TCP socket that listens on a free port of 127.0.0.1, which is stored.
int listen_on_loopback(std::uint16_t& port);
/// Blocks SIGPIPE for the calling thread: a write to a client that has gone is an error of the write.
void block_broken_pipe_signal();

}  // namespace uplink::tests
