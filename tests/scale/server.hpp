// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The other end of the programs in this room: a process of its own, with its own limit of descriptors and its own
// memory, on a free port of 127.0.0.1, made of plain system calls. It ends with its owner.
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace scale {

enum class service {
    echo,    ///< sends back what comes
    source,  ///< sends so many bytes of the pattern, then the end
    sink,    ///< takes all until the end, and answers with count and hash: 16 bytes in the machine's order
    drop,    ///< closes once something has come: with FIN if that is one byte, with RST if it is more
};

/// What the source has sent.
struct sent_bytes {
    std::uint64_t count = 0;
    std::uint64_t hash = 0;
};

class server {
public:
    /// Forks, so make it before any thread. `count` is of the source.
    explicit server(service kind, std::uint64_t count = 0);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// Waits until the source has sent all to one client.
    sent_bytes wait_for_sent() const;

private:
    pid_t child_ = -1;
    int from_child_ = -1;
    int alive_ = -1;  // the child ends when this is closed
    std::uint16_t port_ = 0;
};

/// A TCP socket that does not block and listens on a free port of 127.0.0.1, which is stored.
int listen_on_loopback(std::uint16_t& port);

/// Allows this process as many descriptors as it may have, and says how many that is.
std::uint64_t raise_descriptor_limit();

}  // namespace scale
