// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The other end of every connection: a child process with raw sockets and epoll, on a processor of its own where
// there are two, so that the clients are what is measured. It is ended with the object.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace uplink::benchmark {

enum class role {
    echo,    ///< sends back what comes
    source,  ///< sends `bytes`, and then the end
    sink,    ///< drops what comes
    reply,   ///< waits for the end, answers with `bytes`, and closes
};

struct service {
    role kind = role::echo;
    std::uint64_t bytes = 0;
};

struct server_options {
    std::vector<service> services{};
    /// Before each answer, so that a client that is slowed by tracing is still found waiting for it.
    std::chrono::microseconds pause{0};
    bool spin = false;  ///< never sleeps
    int processor = -1;
};

class server {
public:
    explicit server(const server_options& options);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// One a service, on the loopback address.
    const std::vector<std::uint16_t>& ports() const noexcept { return ports_; }

private:
    pid_t child_ = -1;
    std::vector<std::uint16_t> ports_{};
};

}  // namespace uplink::benchmark
