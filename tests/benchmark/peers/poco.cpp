// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Poco's StreamSocket, which blocks, as most programs with Poco use it.
#include "peers.hpp"
#include "raw.hpp"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace uplink::benchmark {

namespace {

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

StreamSocket connected(const task& work) {
    StreamSocket socket(SocketAddress("127.0.0.1", work.ports[0]));
    socket.setNoDelay(true);
    return socket;
}

void check_size(std::size_t found, std::size_t expected) {
    if (found != expected) throw std::runtime_error("Poco: " + std::to_string(found) + " bytes");
}

/// Appends what comes until the end.
void receive_all(StreamSocket& socket, std::string& response) {
    std::vector<char> piece(64 * 1024);
    for (int n = 1; n > 0; response.append(piece.data(), static_cast<std::size_t>(n))) {
        n = socket.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    }
}

void receive(const task& work, meter& costs) {
    std::string response;
    const auto run = [&](std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            StreamSocket socket = connected(work);
            receive_all(socket, response);
            check_size(response.size(), work.bytes);
            if (work.fresh) std::string().swap(response);
            else response.clear();
        }
    };
    if (!work.fresh) run(1);
    costs.start();
    run(work.operations);
    costs.stop();
}

void send(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    StreamSocket socket = connected(work);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const std::size_t count = std::min<std::size_t>(bytes.size() - sent, 1 << 30);
            sent += static_cast<std::size_t>(socket.sendBytes(bytes.data() + sent, static_cast<int>(count)));
        }
    }
    costs.stop();
}

void ping_pong(const task& work, meter& costs) {
    std::array<char, message_size> message{};
    StreamSocket socket = connected(work);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        socket.sendBytes(message.data(), static_cast<int>(message.size()));
        for (std::size_t held = 0; held < message.size();) {
            const int n = socket.receiveBytes(message.data(), static_cast<int>(message.size() - held));
            if (n <= 0) throw std::runtime_error("the server has gone");
            held += static_cast<std::size_t>(n);
        }
    }
    costs.stop();
}

/// One after another: there is no other way without more threads.
void exchange(const task& work, meter& costs) {
    const std::array<char, message_size> request{};
    std::array<char, 4096> reply{};
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        StreamSocket socket = connected(work);
        socket.sendBytes(request.data(), static_cast<int>(request.size()));
        socket.shutdownSend();
        std::size_t held = 0;
        for (int n = 1; n > 0; held += static_cast<std::size_t>(n)) {
            n = socket.receiveBytes(reply.data(), static_cast<int>(reply.size()));
        }
        check_size(held, reply_size);
    }
    costs.stop();
}

}  // namespace

peer poco_peer() {
    return {.name = "Poco",
            .receive = receive,
            .send_large = send,
            .send_small = send,
            .ping_pong = ping_pong,
            .exchange = exchange,
            .one_at_a_time = true};
}

}  // namespace uplink::benchmark
