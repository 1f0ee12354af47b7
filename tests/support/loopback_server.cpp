// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One thread accepts, and each connection has one of its own. The server object owns the threads and joins them all.
#include "support/loopback_server.hpp"

#include "support/catch.hpp"
#include "support/loopback_session.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace uplink::tests {

namespace {

int checked(int result, const char* call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
    return result;
}

union any_address {
    sockaddr base;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un local;
};

socklen_t loopback_address(loopback_options::address family, any_address& address) {
    std::memset(&address, 0, sizeof(address));
    switch (family) {
    case loopback_options::address::v4:
        address.v4.sin_family = AF_INET;
        address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof(address.v4);
    case loopback_options::address::v6:
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_addr = in6addr_loopback;
        return sizeof(address.v6);
    case loopback_options::address::local:  // the kernel picks a name
        address.local.sun_family = AF_UNIX;
        return sizeof(sa_family_t);
    }
    throw std::invalid_argument("family");
}

/// Binds to a free port, or name, and tells which.
socklen_t bind_to_loopback(int descriptor, loopback_options::address family, any_address& address) {
    socklen_t size = loopback_address(family, address);
    checked(::bind(descriptor, &address.base, size), "bind");
    size = sizeof(address);
    checked(::getsockname(descriptor, &address.base, &size), "getsockname");
    return size;
}

}  // namespace

struct loopback_server::parts {
    std::vector<server_script> conversations;
    loopback_options options;
    file_descriptor listener{};
    file_descriptor wake{};
    loopback_record record{};
    std::vector<std::thread> sessions{};  // the accepting thread's, until it has ended
    std::thread acceptor{};

    void accept() {
        for (;;) {
            pollfd states[] = {{listener.get(), POLLIN, 0}, {wake.get(), POLLIN, 0}};
            ::poll(states, 2, -1);
            if (states[1].revents != 0) return;
            file_descriptor peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (peer.get() < 0) continue;
            const int on = 1;
            ::setsockopt(peer.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            const std::size_t index = sessions.size();
            {
                const std::lock_guard lock(record.mutex);
                record.accepted = index + 1;
                record.at(index);
                record.changed.notify_all();
            }
            sessions.emplace_back([this, index, held = std::move(peer)]() mutable {
                const server_script& talk = conversations[std::min(index, conversations.size() - 1)];
                loopback_session(record, std::move(held), index, options.read_size).run(talk);
            });
        }
    }
};

loopback_server::loopback_server(std::vector<server_script> conversations, loopback_options options)
    : parts_(new parts{.conversations = std::move(conversations), .options = options}) {
    if (parts_->conversations.empty()) throw std::invalid_argument("a server needs a conversation");
    const int family = options.family == loopback_options::address::v4   ? AF_INET
                       : options.family == loopback_options::address::v6 ? AF_INET6
                                                                         : AF_UNIX;
    parts_->listener = file_descriptor(checked(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const int listener = parts_->listener.get();
    if (options.buffer_size != 0) {
        ::setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &options.buffer_size, sizeof(int));
        ::setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &options.buffer_size, sizeof(int));
    }
    any_address address;
    const socklen_t size = bind_to_loopback(listener, options.family, address);
    checked(::listen(listener, 64), "listen");
    switch (options.family) {
    case loopback_options::address::v4: port_ = ntohs(address.v4.sin_port); break;
    case loopback_options::address::v6: port_ = ntohs(address.v6.sin6_port); break;
    case loopback_options::address::local:
        path_.assign(address.local.sun_path, size - offsetof(sockaddr_un, sun_path));
        break;
    }
    parts_->wake = file_descriptor(checked(::eventfd(0, EFD_CLOEXEC), "eventfd"));
    parts_->acceptor = std::thread([all = parts_.get()] { all->accept(); });
}

loopback_server::~loopback_server() {
    {
        const std::lock_guard lock(parts_->record.mutex);
        parts_->record.stopping = true;
        parts_->record.changed.notify_all();
    }
    ::eventfd_write(parts_->wake.get(), 1);
    parts_->acceptor.join();
    parts_->listener.close();
    for (std::thread& each : parts_->sessions) each.join();
    for (const std::string& failure : parts_->record.failures) FAIL_CHECK(failure);
}

std::vector<server_script> loopback_server::echo() { return {server_script().echo()}; }

bool loopback_server::has_v6() {
    any_address address;
    const socklen_t size = loopback_address(loopback_options::address::v6, address);
    const file_descriptor probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return probe.get() >= 0 && ::bind(probe.get(), &address.base, size) == 0;
}

std::string loopback_server::host() const {
    return parts_->options.family == loopback_options::address::v6 ? "::1" : "127.0.0.1";
}

void loopback_server::signal(std::size_t connection) {
    const std::lock_guard lock(parts_->record.mutex);
    ++parts_->record.at(connection).signals;
    parts_->record.changed.notify_all();
}

bool loopback_server::wait_for_end(std::size_t connection) const {
    return parts_->record.wait([&] { return parts_->record.at(connection).ended; });
}

bool loopback_server::wait_for_received(std::size_t count, std::size_t connection) const {
    return parts_->record.wait([&] { return parts_->record.at(connection).count >= count; });
}

bool loopback_server::wait_for_connections(std::size_t count) const {
    return parts_->record.wait([&] { return parts_->record.accepted >= count; });
}

std::string loopback_server::received(std::size_t connection) const {
    const std::lock_guard lock(parts_->record.mutex);
    return parts_->record.at(connection).received;
}

std::size_t loopback_server::received_count(std::size_t connection) const {
    const std::lock_guard lock(parts_->record.mutex);
    return parts_->record.at(connection).count;
}

std::vector<std::string> loopback_server::take_failures() {
    const std::lock_guard lock(parts_->record.mutex);
    return std::exchange(parts_->record.failures, {});
}

refusing_port::refusing_port()
    : descriptor_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
    any_address address;
    bind_to_loopback(descriptor_, loopback_options::address::v4, address);  // and does not listen
    port_ = ntohs(address.v4.sin_port);
}

refusing_port::~refusing_port() { ::close(descriptor_); }

bool wait_until_gone(int descriptor) { return wait_for_events(descriptor, 0); }
bool wait_until_readable(int descriptor) { return wait_for_events(descriptor, POLLIN); }

}  // namespace uplink::tests
