// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One level-triggered loop. The last piece of an answer leaves together with the end of the stream, so that the
// number of reads it takes the client is always the same.
#include "server.hpp"

#include "sandbox.hpp"
#include "sockets.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <poll.h>
#include <span>
#include <string>
#include <sys/wait.h>
#include <thread>

namespace uplink::benchmark {

namespace {

constexpr std::size_t piece = 1024 * 1024;

/// What epoll gives back: a listener, or a connection, which has its descriptor closed when it is deleted.
struct entry {
    descriptor socket{};
    service work{};
    bool listening = false;
    std::uint64_t to_send = 0;
};

class loop {
public:
    loop(std::vector<entry>& listeners, const server_options& options) : options_(options) {
        for (entry& listener : listeners) epoll_.add(listener.socket.get(), EPOLLIN, &listener);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 256> events{};
        for (;;) {
            const int count =
                epoll_.wait(events.data(), static_cast<int>(events.size()), options_.spin ? 0 : -1);
            for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count))) {
                entry& ready = *static_cast<entry*>(event.data.ptr);
                if (ready.listening) accept(ready);
                else if (!serve(ready)) delete &ready;
            }
        }
    }

private:
    void accept(entry& listener) {
        for (;;) {
            const int number =
                ::accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (transferred(number, "accept4") < 0) return;
            const int on = 1;
            ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            auto connection = std::make_unique<entry>(entry{descriptor(number), listener.work});
            const bool source = listener.work.kind == role::source;
            if (source) connection->to_send = listener.work.bytes;
            epoll_.add(number, source ? EPOLLOUT : EPOLLIN, connection.release());
        }
    }

    /// False when the connection is done with.
    bool serve(entry& connection) {
        switch (connection.work.kind) {
        case role::echo: return echo(connection);
        case role::sink: return drop(connection) != 0;
        case role::reply:
            if (drop(connection) != 0) return true;
            answer(connection, connection.work.bytes, MSG_MORE);
            return false;
        case role::source: return connection.to_send ? feed(connection) : drop(connection) != 0;
        }
        return false;
    }

    bool echo(entry& connection) {
        const ssize_t count = ::recv(connection.socket.get(), memory_.get(), piece, 0);
        if (count < 0 && errno == EAGAIN) return true;
        if (count <= 0) return false;
        return answer(connection, static_cast<std::uint64_t>(count), 0);
    }

    /// Sends so many bytes, and waits while there is no room for them.
    bool answer(entry& connection, std::uint64_t count, int flags) {
        // Real time: the client has to be found asleep, which no event tells from outside its process.
        if (options_.pause.count() > 0) std::this_thread::sleep_for(options_.pause);
        for (std::uint64_t sent = 0; sent < count;) {
            const ssize_t n =
                ::send(connection.socket.get(), memory_.get() + sent, count - sent, flags | MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN) return false;
            if (n >= 0) sent += static_cast<std::uint64_t>(n);
            else {
                pollfd writable{connection.socket.get(), POLLOUT, 0};
                ::poll(&writable, 1, -1);
            }
        }
        return true;
    }

    /// Sends what there is room for, up to a piece, and the end after the last byte.
    bool feed(entry& connection) {
        const std::uint64_t count = std::min<std::uint64_t>(connection.to_send, piece);
        const int last = count == connection.to_send ? MSG_MORE : 0;
        const ssize_t n = ::send(connection.socket.get(), memory_.get(), count, last | MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN;
        connection.to_send -= static_cast<std::uint64_t>(n);
        if (connection.to_send) return true;
        ::shutdown(connection.socket.get(), SHUT_WR);
        epoll_.change(connection.socket.get(), EPOLLIN, &connection);
        return true;
    }

    /// How much was dropped: 0 at the end, or on an error; -1 if there was nothing. The kernel does not copy it.
    static ssize_t drop(entry& connection) {
        const ssize_t count = ::recv(connection.socket.get(), nullptr, 16 * piece, MSG_TRUNC);
        return count < 0 && errno != EAGAIN ? 0 : count;
    }

    const server_options& options_;
    epoll epoll_{};
    std::unique_ptr<char[]> memory_ = std::make_unique<char[]>(piece);
};

entry listen_on_loopback(const service& work) {
    descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
    const sockaddr_in address = loopback(0);
    checked(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
    checked(::listen(socket.get(), 4096), "listen");
    return {std::move(socket), work, true};
}

std::uint16_t port_of(const entry& listener) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    checked(::getsockname(listener.socket.get(), reinterpret_cast<sockaddr*>(&address), &size),
            "getsockname");
    return ntohs(address.sin_port);
}

}  // namespace

server::server(const server_options& options) {
    std::vector<entry> listeners;
    for (const service& work : options.services) {
        listeners.push_back(listen_on_loopback(work));
        ports_.push_back(port_of(listeners.back()));
    }
    child_ = checked(::fork(), "fork");
    if (child_ > 0) return;
    end_with_parent();
    try {
        pin_to(options.processor);
        loop(listeners, options).run();
    } catch (const std::exception& ex) {
        std::fprintf(stderr, "server: %s\n", ex.what());
    }
    ::_exit(1);
}

server::~server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

}  // namespace uplink::benchmark
