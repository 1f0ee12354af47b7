// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is measured: a workload says what the server does and how much of it is asked for, a peer is one way to
// write the client. Every pair of the two is a row. A peer lacks what nobody would write with it.
#pragma once

#include "meter.hpp"
#include "server.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace uplink::benchmark {

/// What a client is asked to do.
struct task {
    std::vector<std::uint16_t> ports{};  ///< of the server's services, in the workload's order
    std::uint64_t operations = 1;        ///< responses, sends, round trips, exchanges or connections
    std::uint64_t bytes = 64;            ///< of one operation
    std::size_t at_once = 1;             ///< operations under way at a time
    bool fresh = false;                  ///< each operation begins with new memory, or a new client
    bool floor_fresh = false;            ///< so does the raw client
};

/// Runs one workload to its end. What precedes meter::start() and follows meter::stop() does not count.
using runner = void (*)(const task&, meter&);

/// The shapes that a workload can have, one function of a peer each.
enum class shape {
    receive,             ///< connect, receive until the end, close
    send_large,          ///< one send
    send_small,          ///< many sends on one connection, `at_once` not yet completed
    ping_pong,           ///< 64 bytes there and back
    spinning_ping_pong,  ///< the same, without sleeping
    exchange,            ///< connect, 64 bytes, half-close, 1 KiB back, close
    connections,         ///< all open at once, one echo each, and then each waits for more
    latency,             ///< ping-pong beside a connection of the same thread that sends 16 MiB after 16 MiB
};

struct workload;

struct peer {
    std::string_view name{};
    runner receive = nullptr;
    runner send_large = nullptr;
    runner send_small = nullptr;
    runner ping_pong = nullptr;
    runner spinning_ping_pong = nullptr;
    runner exchange = nullptr;
    runner connections = nullptr;
    runner latency = nullptr;

    bool one_at_a_time = false;  ///< it blocks, so it can't exchange on several connections

    /// Null where it offers no such thing.
    runner get(const workload& what) const noexcept;
};

/// All that were found when this was built, the floor first.
const std::vector<peer>& peers();
const peer& find_peer(std::string_view name);
/// Those that were not found, each after a space.
std::string_view missing_peers() noexcept;

struct workload {
    std::string_view name{};
    std::string_view title{};
    shape form{};
    std::vector<service> services{};
    task full{};
    std::uint64_t quick_operations = 1;
    std::uint64_t quick_bytes = 64;
    bool spinning_server = false;

    task amount(bool quick) const;
    /// The server for an amount of it.
    server_options serving(const task& work) const;
};

const std::vector<workload>& workloads();
const workload& find_workload(std::string_view name);

inline constexpr std::size_t message_size = 64;
inline constexpr std::size_t reply_size = 1024;
inline constexpr std::size_t load_size = 16 * 1024 * 1024;  ///< of a send of the load in shape::latency

}  // namespace uplink::benchmark
