// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One loop over epoll, level-triggered. A connection reads only while it has nothing left to send, so that a peer
// that does not read costs no memory.
#include "server.hpp"

#include "measures.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace scale {

namespace {

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

struct connection {
    std::string unsent{};
    std::uint64_t left = 0;  // of the source
    pattern bytes{};
    stream_hash hash{};
    bool ended = false;  // by the client, or by us once all is sent
};

class serving {
public:
    serving(service kind, std::uint64_t count, int listener, int alive, int to_owner)
        : kind_(kind), count_(count), listener_(listener), to_owner_(to_owner),
          epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
        watch(listener, EPOLL_CTL_ADD, EPOLLIN);
        watch(alive, EPOLL_CTL_ADD, EPOLLIN);
        alive_ = alive;
    }

    void run() {
        std::array<epoll_event, 256> events{};
        for (;;) {
            const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < ready; ++i) {
                const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
                if (descriptor == alive_) return;
                if (descriptor == listener_) {
                    accept();
                } else if (!serve(descriptor)) {
                    connections_[static_cast<std::size_t>(descriptor)].reset();
                    ::close(descriptor);
                }
            }
        }
    }

private:
    void watch(int descriptor, int how, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.fd = descriptor;
        checked(::epoll_ctl(epoll_, how, descriptor, &event), "epoll_ctl");
    }

    void accept() {
        for (int i = 0; i != 64; ++i) {
            const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor < 0) return;
            const auto index = static_cast<std::size_t>(descriptor);
            if (connections_.size() <= index) connections_.resize(index + 1);
            connections_[index] = std::make_unique<connection>();
            connections_[index]->left = count_;
            watch(descriptor, EPOLL_CTL_ADD, kind_ == service::source ? EPOLLOUT : EPOLLIN);
        }
    }

    /// False when the connection is over.
    bool serve(int descriptor) {
        connection& it = *connections_[static_cast<std::size_t>(descriptor)];
        const bool had_unsent = !it.unsent.empty();
        if (had_unsent && !send(descriptor, it)) return false;
        if (kind_ == service::source) return feed(descriptor, it);
        if (it.unsent.empty() && !it.ended && !receive(descriptor, it)) return false;
        if (it.ended && it.unsent.empty()) return false;
        if (had_unsent != !it.unsent.empty())
            watch(descriptor, EPOLL_CTL_MOD, it.unsent.empty() ? EPOLLIN : EPOLLOUT);
        return true;
    }

    bool send(int descriptor, connection& it) {
        const ssize_t sent = ::send(descriptor, it.unsent.data(), it.unsent.size(), MSG_NOSIGNAL);
        if (sent > 0) it.unsent.erase(0, static_cast<std::size_t>(sent));
        return sent > 0 || errno == EAGAIN || errno == EINTR;
    }

    bool receive(int descriptor, connection& it) {
        // What has come and is not read makes the close a reset.
        if (kind_ == service::drop) return ::recv(descriptor, buffer_.data(), 1, 0) < 0 && errno == EAGAIN;
        const ssize_t got = ::recv(descriptor, buffer_.data(), buffer_.size(), 0);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        it.ended = got == 0;
        const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
        if (kind_ == service::sink) {
            it.hash.add(bytes);
            if (!it.ended) return true;
            const std::array<std::uint64_t, 2> answer{it.hash.count(), it.hash.value()};
            it.unsent.assign(reinterpret_cast<const char*>(answer.data()), sizeof(answer));
        } else {
            it.unsent = bytes;
        }
        return it.unsent.empty() || send(descriptor, it);
    }

    bool feed(int descriptor, connection& it) {
        while (it.unsent.empty()) {
            if (it.left == 0) {
                const sent_bytes all{it.hash.count(), it.hash.value()};
                return ::write(to_owner_, &all, sizeof(all)) < 0;
            }
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(it.left, buffer_.size()));
            it.bytes.fill(buffer_.data(), (size + 7) / 8 * 8);
            it.unsent.assign(buffer_.data(), size);
            it.hash.add(it.unsent);
            it.left -= size;
            if (!send(descriptor, it)) return false;
        }
        return true;
    }

    service kind_;
    std::uint64_t count_;
    int listener_;
    int to_owner_;
    int epoll_;
    int alive_ = -1;
    std::vector<std::unique_ptr<connection>> connections_{};
    std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

}  // namespace

server::server(service kind, std::uint64_t count) {
    const int listener = listen_on_loopback(port_);
    int alive[2], results[2];
    checked(::pipe2(alive, O_CLOEXEC), "pipe2");
    checked(::pipe2(results, O_CLOEXEC), "pipe2");
    child_ = checked(::fork(), "fork");
    if (child_ == 0) {
        ::close(alive[1]);
        ::close(results[0]);
        int status = 0;
        try {
            raise_descriptor_limit();
            serving(kind, count, listener, alive[0], results[1]).run();
        } catch (const std::exception& failure) {
            std::cerr << "server: " << failure.what() << '\n';
            status = 1;
        }
        ::_exit(status);
    }
    ::close(listener);
    ::close(alive[0]);
    ::close(results[1]);
    alive_ = alive[1];
    from_child_ = results[0];
}

server::~server() {
    ::close(alive_);
    ::close(from_child_);
    ::waitpid(child_, nullptr, 0);
}

sent_bytes server::wait_for_sent() const {
    sent_bytes all;
    if (::read(from_child_, &all, sizeof(all)) != sizeof(all)) return {};
    return all;
}

int listen_on_loopback(std::uint16_t& port) {
    const int listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    const auto generic = reinterpret_cast<sockaddr*>(&address);
    checked(::bind(listener, generic, size), "bind");
    checked(::listen(listener, 65535), "listen");
    checked(::getsockname(listener, generic, &size), "getsockname");
    port = ntohs(address.sin_port);
    return listener;
}

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace scale
