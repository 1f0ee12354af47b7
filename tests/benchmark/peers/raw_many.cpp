// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Raw clients with many connections on one epoll. A connection is a small state machine that epoll gives back.
#include "../sockets.hpp"
#include "raw.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace uplink::benchmark {

namespace {

struct connection {
    descriptor socket{};
    bool connected = false;
    std::uint32_t held = 0;
};

/// Waits once, and calls `ready` for each connection that can go on.
template <class Ready> void turn(epoll& events, Ready ready) {
    std::array<epoll_event, 128> found{};
    const int count = events.wait(found.data(), static_cast<int>(found.size()));
    for (const epoll_event& event : std::span(found).first(static_cast<std::size_t>(count))) {
        ready(*static_cast<connection*>(event.data.ptr), event.events);
    }
}

void begin(connection& one, epoll& events, std::uint16_t port) {
    one.socket = begin_connect(port);
    one.connected = false;
    one.held = 0;
    events.add(one.socket.get(), EPOLLIN | EPOLLOUT | EPOLLET, &one);
}

const std::array<char, message_size> message{};

void send_message(connection& one) {
    if (checked(::send(one.socket.get(), message.data(), message.size(), MSG_NOSIGNAL), "send") !=
        static_cast<ssize_t>(message.size())) {
        throw std::runtime_error("a message was split");
    }
}

}  // namespace

void raw_exchange(const task& work, meter& costs) {
    std::vector<connection> connections(work.at_once);
    std::array<char, 4096> reply{};
    epoll events;
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    costs.start();
    for (connection& one : connections) {
        if (begun == work.operations) break;
        begin(one, events, work.ports[0]);
        ++begun;
    }
    while (ended < work.operations) {
        turn(events, [&](connection& one, std::uint32_t what) {
            if (!one.connected && (what & EPOLLOUT)) {
                one.connected = true;
                send_message(one);
                checked(::shutdown(one.socket.get(), SHUT_WR), "shutdown");
            }
            while (what & EPOLLIN) {
                const ssize_t n =
                    transferred(::recv(one.socket.get(), reply.data(), reply.size(), 0), "recv");
                if (n < 0) break;
                one.held += static_cast<std::uint32_t>(n);
                if (n > 0) continue;
                if (one.held != reply_size) throw std::runtime_error("a reply was cut short");
                one.socket.reset();
                ++ended;
                if (begun == work.operations) break;
                begin(one, events, work.ports[0]);
                ++begun;
                break;
            }
        });
    }
    costs.stop();
}

void raw_connections(const task& work, meter& costs) {
    costs.start();
    std::vector<connection> connections(work.operations);
    std::array<char, message_size> reply{};
    epoll events;
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    const auto begin_one = [&] {
        if (begun == connections.size()) return;
        begin(connections[begun], events, work.ports[0]);
        ++begun;
    };
    for (std::size_t i = 0; i < work.at_once; ++i) begin_one();
    while (ended < connections.size()) {
        turn(events, [&](connection& one, std::uint32_t what) {
            if (!one.connected && (what & EPOLLOUT)) {
                one.connected = true;
                send_message(one);
            }
            if (!(what & EPOLLIN)) return;
            const ssize_t n = transferred(::recv(one.socket.get(), reply.data(), reply.size(), 0), "recv");
            if (n == 0) throw std::runtime_error("the server has gone");
            if (n < 0) return;
            one.held += static_cast<std::uint32_t>(n);
            if (one.held != message_size) return;
            ++ended;
            begin_one();
        });
    }
    costs.rest();
    costs.stop();
}

/// The load gives way after each slice, so that the other connection is looked at in between.
void raw_latency(const task& work, meter& costs) {
    constexpr std::size_t slice = 64 * 1024;
    using clock = std::chrono::steady_clock;
    const zeros bytes(load_size);
    std::array<char, message_size> reply{};
    costs.expect_laps(work.operations);
    connection load{connect_blocking(work.ports[1]), true};
    connection talk{connect_blocking(work.ports[0]), true};
    epoll events;
    events.add(load.socket.get(), EPOLLOUT, &load);
    events.add(talk.socket.get(), EPOLLIN, &talk);
    std::size_t sent = 0;
    std::uint64_t rounds = 0;
    costs.start();
    clock::time_point asked = clock::now();
    send_message(talk);
    while (rounds < work.operations) {
        turn(events, [&](connection& one, std::uint32_t) {
            if (&one == &load) {
                const std::size_t count = std::min(slice, bytes.size() - sent);
                const ssize_t n =
                    ::send(load.socket.get(), bytes.data() + sent, count, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (transferred(n, "send") > 0) sent = (sent + static_cast<std::size_t>(n)) % bytes.size();
                return;
            }
            const ssize_t n = ::recv(talk.socket.get(), reply.data(), reply.size(), MSG_DONTWAIT);
            if (n == 0) throw std::runtime_error("the server has gone");
            if (transferred(n, "recv") < 0) return;
            one.held += static_cast<std::uint32_t>(n);
            if (one.held < message_size) return;
            one.held = 0;
            const clock::time_point answered = clock::now();
            costs.lap(answered - asked);
            asked = answered;
            if (++rounds < work.operations) send_message(talk);
        });
    }
    costs.stop();
}

}  // namespace uplink::benchmark
