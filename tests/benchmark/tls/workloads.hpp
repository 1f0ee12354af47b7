// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is measured over TLS, and the clients that are compared: the library, Asio's own TLS stream, and a program of
// blocking OpenSSL calls, which is the floor. Every client verifies the server and speaks TLS 1.3 with
// TLS_AES_128_GCM_SHA256.
#pragma once

#include "../meter.hpp"
#include "../workloads.hpp"
#include "server.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace uplink::benchmark {

enum class tls_shape {
    send_large,     ///< one send
    receive_large,  ///< `operations` messages of `bytes`, each into memory that one before was received into
    ping_pong,      ///< 64 bytes there and back
    send_small,     ///< many sends on one connection, `at_once` not yet completed where that is possible
    handshake,      ///< connect, handshake, 64 bytes there and back, close; `fresh`: no session is resumed
    connections,    ///< opened one after another, one echo each, and then each waits for more
    another,        ///< a client whose options equal another's; it connects to nothing
};

struct tls_program {
    std::string_view name{};
    runner send_large = nullptr;
    runner receive_large = nullptr;
    runner ping_pong = nullptr;
    runner send_small = nullptr;
    runner handshake = nullptr;
    runner connections = nullptr;
    runner another = nullptr;

    runner get(tls_shape form) const noexcept;
};

tls_program raw_tls_program();
tls_program asio_tls_program();
tls_program uplink_tls_program();
/// The floor first.
const std::vector<tls_program>& tls_programs();

struct tls_workload {
    std::string_view name{};
    std::string_view title{};
    tls_shape form{};
    tls_role role{};
    task full{};
    std::uint64_t quick_operations = 1;
    std::uint64_t quick_bytes = message_size;

    task amount(bool quick) const;
};

const std::vector<tls_workload>& tls_workloads();

}  // namespace uplink::benchmark
