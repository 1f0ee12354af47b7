// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The floor: the system calls that the work needs, on one connection, and nothing between them.
#include "peers.hpp"

#include "../sockets.hpp"
#include "raw.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

namespace uplink::benchmark {

namespace {

using char_memory = std::unique_ptr<char, decltype(&std::free)>;

char_memory allocate(std::size_t size) { return {static_cast<char*>(std::malloc(size)), &std::free}; }

/// Blocking reads into memory that is there already.
void receive_into(int socket, char* memory, std::size_t size) {
    std::size_t held = 0;
    for (ssize_t n = 1; n > 0; held += static_cast<std::size_t>(n)) {
        n = checked(::recv(socket, memory + held, size - held, 0), "recv");
    }
}

/// Blocking reads into memory that doubles.
void receive_growing(int socket) {
    std::size_t size = 64 * 1024;
    std::size_t held = 0;
    char_memory memory = allocate(size);
    for (ssize_t n = 1; n > 0; held += static_cast<std::size_t>(n)) {
        if (held == size) {
            size *= 2;
            memory.reset(static_cast<char*>(std::realloc(memory.release(), size)));
        }
        n = checked(::recv(socket, memory.get() + held, size - held, 0), "recv");
    }
}

/// `floor_fresh` tells the two floors apart: memory that is there, or memory that grows for each response.
void receive(const task& work, meter& costs) {
    const std::size_t size = work.bytes + 4096;
    const char_memory memory = allocate(work.floor_fresh ? 1 : size);
    if (!work.floor_fresh) std::memset(memory.get(), 1, size);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        const descriptor socket = connect_blocking(work.ports[0]);
        if (work.floor_fresh) receive_growing(socket.get());
        else receive_into(socket.get(), memory.get(), size);
    }
    costs.stop();
}

/// A connected socket with an epoll of its own, which says when it is writable again.
struct waiting_sender {
    explicit waiting_sender(std::uint16_t port) : socket(begin_connect(port)) {
        events.add(socket.get(), EPOLLOUT | EPOLLET, nullptr);
        wait();
    }
    void wait() {
        epoll_event event{};
        events.wait(&event, 1);
    }
    void send(const char* bytes, std::size_t count) {
        while (count) {
            const ssize_t n = transferred(::send(socket.get(), bytes, count, MSG_NOSIGNAL), "send");
            if (n < 0) {
                wait();
                continue;
            }
            bytes += n;
            count -= static_cast<std::size_t>(n);
        }
    }
    descriptor socket;
    epoll events{};
};

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    waiting_sender sender(work.ports[0]);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) sender.send(bytes.data(), bytes.size());
    costs.stop();
}

/// Messages are copied into a block, which leaves when it is full.
void send_small(const task& work, meter& costs) {
    constexpr std::size_t block_size = 64 * 1024;
    const std::vector<char> message(work.bytes, 'm');
    std::vector<char> block(block_size);
    waiting_sender sender(work.ports[0]);
    std::size_t held = 0;
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        if (block_size - held < message.size()) {
            sender.send(block.data(), held);
            held = 0;
        }
        std::memcpy(block.data() + held, message.data(), message.size());
        held += message.size();
    }
    sender.send(block.data(), held);
    costs.stop();
}

/// The bytes are there when epoll says so: one wait, one read.
void ping_pong(const task& work, meter& costs) {
    std::array<char, message_size> message{};
    const descriptor socket = connect_blocking(work.ports[0]);
    epoll events;
    events.add(socket.get(), EPOLLIN, nullptr);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        checked(::send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL), "send");
        std::size_t held = 0;
        while (held < message.size()) {
            epoll_event event{};
            events.wait(&event, 1);
            held += static_cast<std::size_t>(
                checked(::recv(socket.get(), message.data(), message.size() - held, MSG_DONTWAIT), "recv"));
        }
    }
    costs.stop();
}

void spinning_ping_pong(const task& work, meter& costs) {
    std::array<char, message_size> message{};
    const descriptor socket = connect_blocking(work.ports[0]);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        checked(::send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL), "send");
        for (std::size_t held = 0; held < message.size();) {
            const ssize_t n = ::recv(socket.get(), message.data(), message.size() - held, MSG_DONTWAIT);
            if (n == 0) throw std::runtime_error("the server has gone");
            if (transferred(n, "recv") > 0) held += static_cast<std::size_t>(n);
        }
    }
    costs.stop();
}

}  // namespace

peer raw_peer() {
    return {.name = "raw",
            .receive = receive,
            .send_large = send_large,
            .send_small = send_small,
            .ping_pong = ping_pong,
            .spinning_ping_pong = spinning_ping_pong,
            .exchange = raw_exchange,
            .connections = raw_connections,
            .latency = raw_latency};
}

}  // namespace uplink::benchmark
