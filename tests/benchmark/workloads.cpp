// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The table of workloads: how much of each, what the server does meanwhile, and which clients were found.
#include "workloads.hpp"

#include "peers/peers.hpp"

#include <stdexcept>
#include <string>

namespace uplink::benchmark {

runner peer::get(const workload& what) const noexcept {
    switch (what.form) {
    case shape::receive: return receive;
    case shape::send_large: return send_large;
    case shape::send_small: return send_small;
    case shape::ping_pong: return ping_pong;
    case shape::spinning_ping_pong: return spinning_ping_pong;
    case shape::exchange: return one_at_a_time && what.full.at_once > 1 ? nullptr : exchange;
    case shape::connections: return connections;
    case shape::latency: return latency;
    }
    return nullptr;
}

const std::vector<peer>& peers() {
    static const std::vector<peer> all = {
        raw_peer(),
        asio_peer(),
        asio_coroutine_peer(),
        uplink_peer(),
        uplink_timed_peer(),
        uplink_huge_peer(),
        uplink_stream_peer(),
        uplink_coroutine_peer(),
#if defined(BENCHMARK_LIBUV)
        libuv_peer(),
#endif
#if defined(BENCHMARK_BEAST)
        beast_peer(),
#endif
#if defined(BENCHMARK_QT)
        qt_peer(),
#endif
#if defined(BENCHMARK_POCO)
        poco_peer(),
#endif
    };
    return all;
}

std::string_view missing_peers() noexcept {
    return ""
#if !defined(BENCHMARK_LIBUV)
           " libuv"
#endif
#if !defined(BENCHMARK_BEAST)
           " Boost.Beast"
#endif
#if !defined(BENCHMARK_QT)
           " Qt"
#endif
#if !defined(BENCHMARK_POCO)
           " Poco"
#endif
        ;
}

const peer& find_peer(std::string_view name) {
    for (const peer& one : peers()) {
        if (one.name == name) return one;
    }
    throw std::invalid_argument("there is no client " + std::string(name));
}

task workload::amount(bool quick) const {
    task result = full;
    if (quick) {
        result.operations = quick_operations;
        result.bytes = quick_bytes;
    }
    return result;
}

server_options workload::serving(const task& work) const {
    server_options result{.services = services, .spin = spinning_server};
    for (service& one : result.services) {
        if (one.kind == role::source) one.bytes = work.bytes;
    }
    return result;
}

namespace {

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = 1024 * kibi;
constexpr std::uint64_t gibi = 1024 * mebi;

workload receiving(std::string_view name, std::string_view title, bool fresh, bool floor_fresh,
                   std::uint64_t operations, std::uint64_t bytes, std::uint64_t quick_operations,
                   std::uint64_t quick_bytes) {
    return {.name = name,
            .title = title,
            .form = shape::receive,
            .services = {{role::source, 0}},
            .full = {.operations = operations, .bytes = bytes, .fresh = fresh, .floor_fresh = floor_fresh},
            .quick_operations = quick_operations,
            .quick_bytes = quick_bytes};
}

workload talking(std::string_view name, std::string_view title, shape form, bool spinning_server) {
    return {.name = name,
            .title = title,
            .form = form,
            .services = {{role::echo}},
            .full = {.operations = 10'000},
            .quick_operations = 1'000,
            .spinning_server = spinning_server};
}

workload exchanging(std::string_view name, std::string_view title, std::size_t at_once, bool fresh) {
    return {.name = name,
            .title = title,
            .form = shape::exchange,
            .services = {{role::reply, reply_size}},
            .full = {.operations = 5'000, .at_once = at_once, .fresh = fresh},
            .quick_operations = 320};
}

}  // namespace

const std::vector<workload>& workloads() {
    static const std::vector<workload> all = {
        receiving("W1-64M-reused", "receive 64 MiB into memory used before", false, false, 8, 64 * mebi, 2,
                  8 * mebi),
        receiving("W1-64M-fresh", "receive 64 MiB into fresh memory", true, true, 4, 64 * mebi, 2, 8 * mebi),
        receiving("W1-64M-huge", "receive 64 MiB into fresh memory; the floor's was used before", true, false,
                  4, 64 * mebi, 2, 8 * mebi),
        receiving("W1-1M", "receive 1 MiB, fresh memory; the floor's was used before", true, false, 128, mebi,
                  16, mebi),
        receiving("W1-4K", "receive 4 KiB, fresh memory; the floor's was used before", true, false, 4'000,
                  4 * kibi, 200, 4 * kibi),
        {.name = "W2-1G",
         .title = "one send of 1 GiB",
         .form = shape::send_large,
         .services = {{role::sink}},
         .full = {.operations = 1, .bytes = gibi},
         .quick_bytes = 64 * mebi},
        {.name = "W2-small",
         .title = "a million sends of 64 bytes, a completion each",
         .form = shape::send_small,
         .services = {{role::sink}},
         .full = {.operations = 1'000'000, .at_once = 8'192},
         .quick_operations = 50'000},
        talking("W3", "64 bytes there and back", shape::ping_pong, false),
        talking("W3-spin", "64 bytes there and back, without sleeping", shape::spinning_ping_pong, false),
        talking("W3-spin-both", "64 bytes there and back, neither end sleeping", shape::spinning_ping_pong,
                true),
        exchanging("W4", "connect, 64 bytes, half-close, 1 KiB back, close; one after another", 1, false),
        exchanging("W4-new", "the same, with a new client each time", 1, true),
        exchanging("W4-64", "the same, 64 at once", 64, false),
        {.name = "W5",
         .title = "10,000 connections, one echo each, all left open",
         .form = shape::connections,
         .services = {{role::echo}},
         .full = {.operations = 10'000, .at_once = 256},
         .quick_operations = 500},
        {.name = "W7",
         .title = "64 bytes there and back beside sends of 16 MiB on the same thread",
         .form = shape::latency,
         .services = {{role::echo}, {role::sink}},
         .full = {.operations = 2'000},
         .quick_operations = 500},
    };
    return all;
}

const workload& find_workload(std::string_view name) {
    for (const workload& one : workloads()) {
        if (one.name == name) return one;
    }
    throw std::invalid_argument("there is no workload " + std::string(name));
}

}  // namespace uplink::benchmark
