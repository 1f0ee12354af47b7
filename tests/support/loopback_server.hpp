// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A server inside the test program, on a free port of the loopback address (or an unnamed local socket), made of
// plain system calls on threads of its own, so that nothing it does depends on Asio. What it does on a
// connection is a conversation:
//   loopback_server server({conversation().expect("ping").reply("pong").half_close().expect_eof()});
// Connections get the conversations in the order in which they arrive, further ones the last again.
// A step that failed fails the test when the server is destroyed, which waits for the conversations to
// end: clients go first, so declare them after the server.
#pragma once

#include "support/server_script.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

/// By default IPv4, the system's buffers, and as much as there is with each read.
struct loopback_options {
    enum class address { v4, v6, local };

    address family = address::v4;
    int buffer_size = 0;  ///< SO_RCVBUF and SO_SNDBUF, set before listening; 0: as the system has it
    std::size_t read_size = 64 * 1024;  ///< of one read; a small one makes a slow reader
};

class loopback_server {
public:
    explicit loopback_server(std::vector<server_script> conversations, loopback_options options = {});
    ~loopback_server();
    loopback_server(const loopback_server&) = delete;
    loopback_server& operator=(const loopback_server&) = delete;

    /// Sends back what comes on each connection, and ends when the client does.
    static std::vector<server_script> echo();
    /// Is there an IPv6 loopback address on this machine?
    static bool has_v6();

    std::string host() const;
    std::uint16_t port() const noexcept { return port_; }
    std::string service() const { return std::to_string(port_); }
    /// Of a local socket.
    const std::string& path() const noexcept { return path_; }

    /// The conversation of that connection, by order of arrival, goes on past its next when_signalled.
    void signal(std::size_t connection = 0);
    /// False after 30 seconds, as for the next.
    bool wait_for_end(std::size_t connection = 0) const;
    bool wait_for_received(std::size_t count, std::size_t connection = 0) const;

    bool wait_for_connections(std::size_t count) const;

    /// What came so far; of an echo only the number.
    std::string received(std::size_t connection = 0) const;
    std::size_t received_count(std::size_t connection = 0) const;
    /// The steps that failed. Once taken they don't fail the test.
    std::vector<std::string> take_failures();

private:
    struct parts;

    std::unique_ptr<parts> parts_;
    std::uint16_t port_ = 0;
    std::string path_;
};

/// A port that refuses connections, and that nobody else gets meanwhile.
class refusing_port {
public:
    refusing_port();
    ~refusing_port();
    refusing_port(const refusing_port&) = delete;
    refusing_port& operator=(const refusing_port&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::string service() const { return std::to_string(port_); }

private:
    int descriptor_;
    std::uint16_t port_ = 0;
};

/// Waits until the kernel has seen that the connection is gone, by a reset or an end in both directions.
bool wait_until_gone(int descriptor);
/// Waits until there is something to read, an end included.
bool wait_until_readable(int descriptor);

}  // namespace uplink::tests
