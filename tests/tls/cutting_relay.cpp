// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/cutting_relay.hpp"

#include "tls/openssl_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace uplink::tests {

namespace {

constexpr std::size_t header_size = 5;

/// Of the first record, with its header; more than there is if that has not come whole.
std::size_t record_size(const std::string& bytes) {
    if (bytes.size() < header_size) return header_size;
    const auto at = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    return header_size + at(3) * 256 + at(4);
}

bool read_more(int from, std::string& to) {
    char bytes[4096];
    const ssize_t count = ::read(from, bytes, sizeof bytes);
    if (count > 0) to.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
}

void write_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(to, bytes.data(), bytes.size());
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

int connect_to(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return descriptor;
}

}  // namespace

cutting_relay::cutting_relay(std::uint16_t server)
    : server_port_(server), listener_(listen_on_loopback(port_)), thread_([this] { serve(); }) {}

cutting_relay::~cutting_relay() {
    ::shutdown(listener_, SHUT_RDWR);  // accept() returns
    thread_.join();
    ::close(listener_);
}

void cutting_relay::serve() {
    block_broken_pipe_signal();
    for (;;) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client == -1) return;
        passed_ = 0;
        relay(client);
        ::close(client);
    }
}

void cutting_relay::relay(int client) {
    const int server = connect_to(server_port_);
    std::string from_client, from_server;
    bool is_cut = !pass_records(-1, client, from_server);
    for (;;) {
        pollfd states[] = {{client, POLLIN, 0}, {is_cut ? -1 : server, POLLIN, 0}};
        ::poll(states, 2, -1);
        if (states[0].revents != 0) {
            if (!read_more(client, from_client)) break;
            write_all(server, from_client);
            from_client.clear();
        }
        if (states[1].revents != 0) is_cut = !pass_records(server, client, from_server);
    }
    ::close(server);
}

bool cutting_relay::pass_records(int server, int client, std::string& waiting) {
    const bool has_ended = server != -1 && !read_more(server, waiting);
    for (std::size_t size; passed_ != most_ && (size = record_size(waiting)) <= waiting.size();) {
        write_all(client, std::string_view(waiting).substr(0, size));
        waiting.erase(0, size);
        ++passed_;
    }
    const bool goes_on = !has_ended && passed_ != most_;
    if (!goes_on) ::shutdown(client, SHUT_WR);
    return goes_on;
}

}  // namespace uplink::tests
