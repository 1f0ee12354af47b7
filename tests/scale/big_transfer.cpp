// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// big_transfer [GIB [SEND-GIB]]: receives that many GiB (5) through sink_bytes, and checks number, hash and memory
// (faults 88); then sends a single buffer (2 GiB and 64 KiB; Linux takes 2 GiB less a page in one call) and has the
// peer check number and hash (faults 89). 0 leaves a part out.
#include <uplink/async_client.hpp>

#include "measures.hpp"
#include "server.hpp"

#include <sys/mman.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace net = uplink::net;
using uplink::error_code;
using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point start) {
    return std::chrono::duration<double>(clock_type::now() - start).count();
}

net::ip::tcp::endpoint at(const scale::server& server) {
    return {net::ip::address_v4::loopback(), server.port()};
}

/// The client may keep a read buffer and the system's own small things; nothing that grows with the transfer.
constexpr std::size_t most_memory = 4 << 20;

void receive(std::uint64_t bytes, scale::verdict& verdict) {
    const scale::server server(scale::service::source, bytes);
    scale::stream_hash hash;
    auto sink = uplink::sink_bytes([&](std::string_view piece) { hash.add(piece); });
    net::io_context io;
    uplink::async_client<net::ip::tcp::socket, decltype(sink)> client(io, {}, std::move(sink));
    error_code result;
    std::uint64_t counted = 0;
    std::size_t calls = 0;
    client.async_connect(at(server), [&](error_code ec, const auto&) {
        result = ec;
        if (!ec) {
            client.async_receive([&](error_code failure, std::size_t n) {
                result = failure;
                counted = n;
                ++calls;
            });
        }
    });
    const std::size_t before = scale::memory("VmHWM");
    const auto start = clock_type::now();
    io.run();
    const double seconds = seconds_since(start);
    const std::size_t growth = scale::memory("VmHWM") - before;
    const scale::sent_bytes sent = server.wait_for_sent();
    verdict.expect(!result, "receiving: " + result.message());
    verdict.expect(calls == 1, "the handler was called " + std::to_string(calls) + " times");
    verdict.expect(counted == static_cast<std::size_t>(bytes),
                   "the handler was told " + std::to_string(counted));
    verdict.expect(hash.count() == bytes && sent.count == bytes, "not all has come");
    verdict.expect(hash.value() == sent.hash, "the hash is another");
    verdict.expect(client.stats().bytes_received == bytes, "stats() count otherwise");
    verdict.expect(client.state().total() == bytes, "sink_bytes counts otherwise");
    verdict.expect(!scale::memory_is_bounded || growth < most_memory, "memory has grown");
    std::printf(
        "big_transfer: received %llu bytes in %.1f s, %.2f GiB/s, hash %016llx %s; peak memory grew by %.1f MiB\n",
        static_cast<unsigned long long>(hash.count()), seconds,
        static_cast<double>(bytes) / seconds / (1U << 30), static_cast<unsigned long long>(hash.value()),
        hash.value() == sent.hash ? "as sent" : "NOT AS SENT", scale::in_mib(growth));
}

void send(std::size_t bytes, scale::verdict& verdict) {
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return verdict.expect(false, "no address space for the buffer");
    auto* const buffer = static_cast<char*>(memory);
    // Zeros, which take no memory, but for places where a wrong size or sign would show.
    scale::pattern pattern;
    constexpr std::size_t mark = 4096;
    for (const std::size_t where :
         {std::size_t{0}, bytes / 2, std::size_t{0x7ffff000}, std::size_t{0x80000000}, bytes - mark}) {
        if (where <= bytes - mark) pattern.fill(buffer + where, mark);
    }
    scale::stream_hash hash;
    hash.add({buffer, bytes});
    const scale::server server(scale::service::sink);
    net::io_context io;
    uplink::async_client<> client(io);
    error_code connected, result;
    std::size_t sent = 0, calls = 0;
    client.async_connect(at(server), [&](error_code ec, const auto&) { connected = ec; });
    io.run();
    client.async_send(net::buffer(buffer, bytes), [&](error_code ec, std::size_t n) {
        result = ec;
        sent = n;
        ++calls;
    });
    client.async_shutdown_send([](error_code) {});
    client.async_receive([](error_code, std::size_t) {});
    const auto start = clock_type::now();
    io.restart();
    io.run();
    const double seconds = seconds_since(start);
    std::array<std::uint64_t, 2> answer{};
    const std::string_view reply = client.state().view();
    if (reply.size() == sizeof(answer)) std::memcpy(answer.data(), reply.data(), sizeof(answer));
    verdict.expect(!connected && !result, "sending: " + result.message());
    verdict.expect(calls == 1 && sent == bytes, "the handler was told " + std::to_string(sent));
    verdict.expect(client.stats().bytes_sent == bytes, "stats() count otherwise");
    verdict.expect(answer[0] == bytes, "the peer got " + std::to_string(answer[0]));
    verdict.expect(answer[1] == hash.value(), "the peer's hash is another");
    std::printf("big_transfer: sent one buffer of %zu bytes in %.1f s, hash %016llx %s\n", bytes, seconds,
                static_cast<unsigned long long>(hash.value()),
                answer[1] == hash.value() ? "as received" : "NOT AS RECEIVED");
    ::munmap(memory, bytes);
}

}  // namespace

int main(int count, char** arguments) {
    constexpr double gib = 1U << 30;
    scale::verdict verdict;
    const double received = scale::argument(count, arguments, 1, 5) * gib;
    const double sent = scale::argument(count, arguments, 2, 2 + 1.0 / 16384) * gib;
    if (received >= 1) receive(static_cast<std::uint64_t>(received), verdict);
    if (sent >= 8192) send(static_cast<std::size_t>(sent), verdict);
    return verdict.exit_code();
}
