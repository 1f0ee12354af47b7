// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The other end of the programs in this room that speak TLS: a process of its own, on a free port of 127.0.0.1, made of
// blocking calls of OpenSSL. It sends back what comes, one connection after the other. It ends with its owner.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace scale {

class tls_server {
public:
    /// Forks, so make it before any thread.
    tls_server();
    ~tls_server();
    tls_server(const tls_server&) = delete;
    tls_server& operator=(const tls_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// What its certificate, of the address 127.0.0.1, is verified with.
    const std::string& root_pem() const noexcept { return root_pem_; }

private:
    std::string root_pem_{};
    pid_t child_ = -1;
    int alive_ = -1;  // the child ends when this is closed
    std::uint16_t port_ = 0;
};

}  // namespace scale
