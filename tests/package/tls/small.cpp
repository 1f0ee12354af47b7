// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Somebody else's program, for ways in that differ from others only in how the headers and OpenSSL are found. Exit code
// 0 if what is no certificate is refused.
#include <uplink/tls_context.hpp>

int main() {
    const uplink::tls_context context{{.ca_pem = "no certificate"}};
    return context.status() == uplink::errc::tls_configuration ? 0 : 1;
}
