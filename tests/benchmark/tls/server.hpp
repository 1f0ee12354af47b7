// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The other end of every connection over TLS: a child process of blocking OpenSSL calls, which serves one connection
// after another. It has a certificate of the address 127.0.0.1, which is made once in the program that measures; so it
// is one program that has all processes, and they know the root.
#pragma once

#include "tls/openssl_objects.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <sys/types.h>

namespace uplink::benchmark {

inline constexpr const char* tls_host = "127.0.0.1";
inline constexpr const char* tls_suite = "TLS_AES_128_GCM_SHA256";

/// The root that the server's certificate can be verified with, PEM.
const std::string& tls_root();

enum class tls_role {
    echo,    ///< sends back what comes
    source,  ///< waits for a byte, and sends `bytes`
    sink,    ///< takes `bytes`, and answers with one byte
    keep,    ///< sends back the first message, and leaves the connection open while it serves others
};

class tls_server {
public:
    /// On that processor; -1: on any.
    tls_server(tls_role role, std::uint64_t bytes, int processor);
    ~tls_server();
    tls_server(const tls_server&) = delete;
    tls_server& operator=(const tls_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }

private:
    pid_t child_ = -1;
    std::uint16_t port_ = 0;
};

using ssl_ptr = std::unique_ptr<SSL, tests::freed_by<SSL_free>>;

// Blocking calls, of the server and of the raw client. An error ends the program that it happens in.

void write_all(SSL* ssl, const char* bytes, std::uint64_t count);
/// How much has come; 0 at the end.
std::size_t read_some(SSL* ssl, char* bytes, std::size_t room);
void read_all(SSL* ssl, char* bytes, std::uint64_t count);

}  // namespace uplink::benchmark
