// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What programs usually do over Asio's own TLS stream: they read to the end, and take any end for the right one, since
// many servers close without close_notify. It is here to be compared with.
#pragma once

#include <uplink/net.hpp>

#include <openssl/opensslv.h>

#include <cstdint>
#include <string>

// Asio's headers do not compile with OpenSSL 4.
#define UPLINK_TEST_HAS_USUAL_TLS (OPENSSL_VERSION_MAJOR < 4)

namespace uplink::tests {

struct usual_result {
    error_code ec{};
    std::string response{};
};

/// Connects to 127.0.0.1, verifies the server, sends the request, and reads to the end.
usual_result ask_as_usual(std::uint16_t port, const std::string& root_pem, const std::string& request);

}  // namespace uplink::tests
