// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is fuzzed. Each target takes any bytes and ends the program where a promise is broken. libFuzzer calls one of
// them (entry.cpp), the replay of the corpora calls all (replay.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace fuzz {

/// Framings: any split of the bytes gives the same messages, as a plain parser does.
void framing(std::string_view input);
/// What a host and a service are.
void host_service(std::string_view input);
/// The conversation with a SOCKS5 proxy: any replies, however they arrive.
void socks5(std::string_view input);
/// The same with an HTTP proxy.
void http_tunnel(std::string_view input);
/// The URL of a proxy, and the list of those that are reached without it.
void proxy_url(std::string_view input);
/// A whole conversation: operations, the peer's behaviour and faults.
void conversation(std::string_view input);
/// A TLS session: ciphertext in any pieces, changed or cut. In a build with OpenSSL alone.
void tls_records(std::string_view input);

inline void require(bool holds, const char* what) {
    if (holds) return;
    std::cerr << "broken: " << what << std::endl;
    std::abort();
}

}  // namespace fuzz
