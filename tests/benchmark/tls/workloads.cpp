// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "workloads.hpp"

namespace uplink::benchmark {

runner tls_program::get(tls_shape form) const noexcept {
    switch (form) {
    case tls_shape::send_large: return send_large;
    case tls_shape::receive_large: return receive_large;
    case tls_shape::ping_pong: return ping_pong;
    case tls_shape::send_small: return send_small;
    case tls_shape::handshake: return handshake;
    case tls_shape::connections: return connections;
    case tls_shape::another: return another;
    }
    return nullptr;
}

const std::vector<tls_program>& tls_programs() {
    static const std::vector<tls_program> all = {raw_tls_program(), asio_tls_program(), uplink_tls_program()};
    return all;
}

task tls_workload::amount(bool quick) const {
    task result = full;
    if (quick) {
        result.operations = quick_operations;
        result.bytes = quick_bytes;
    }
    return result;
}

const std::vector<tls_workload>& tls_workloads() {
    constexpr std::uint64_t mebi = 1024 * 1024;
    static const std::vector<tls_workload> all = {
        {.name = "send-1G",
         .title = "one send of 1 GiB",
         .form = tls_shape::send_large,
         .role = tls_role::sink,
         .full = {.operations = 1, .bytes = 1024 * mebi},
         .quick_bytes = 64 * mebi},
        {.name = "receive-1G",
         .title = "receive 16 times 64 MiB into memory used before",
         .form = tls_shape::receive_large,
         .role = tls_role::source,
         .full = {.operations = 16, .bytes = 64 * mebi},
         .quick_operations = 4,
         .quick_bytes = 16 * mebi},
        {.name = "ping-pong",
         .title = "64 bytes there and back",
         .form = tls_shape::ping_pong,
         .role = tls_role::echo,
         .full = {.operations = 10'000, .bytes = message_size},
         .quick_operations = 2'000},
        {.name = "send-small",
         .title = "a million sends of 64 bytes, a completion each",
         .form = tls_shape::send_small,
         .role = tls_role::sink,
         .full = {.operations = 1'000'000, .bytes = message_size, .at_once = 8'192},
         .quick_operations = 50'000},
        {.name = "handshake-full",
         .title = "connect, handshake, 64 bytes there and back, close",
         .form = tls_shape::handshake,
         .role = tls_role::echo,
         .full = {.operations = 500, .bytes = message_size, .fresh = true},
         .quick_operations = 100},
        {.name = "handshake-resumed",
         .title = "the same, with the session of the connection before",
         .form = tls_shape::handshake,
         .role = tls_role::echo,
         .full = {.operations = 500, .bytes = message_size},
         .quick_operations = 100},
        {.name = "idle-1000",
         .title = "1,000 connections, one echo each, all left open",
         .form = tls_shape::connections,
         .role = tls_role::keep,
         .full = {.operations = 1'000, .bytes = message_size},
         .quick_operations = 100},
        {.name = "second-client",
         .title = "a client with the system's roots, made beside another one",
         .form = tls_shape::another,
         .role = tls_role::echo,
         .full = {.operations = 100},
         .quick_operations = 10},
    };
    return all;
}

}  // namespace uplink::benchmark
