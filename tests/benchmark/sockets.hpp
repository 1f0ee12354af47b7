// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The few system calls that the server and the raw clients share. Nothing here goes beyond the call itself.
#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace uplink::benchmark {

/// The result of a system call, or its error as an exception.
template <class Result> Result checked(Result result, const char* call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
    return result;
}

class descriptor {
public:
    explicit descriptor(int number = -1) noexcept : number_(number) {}
    ~descriptor() { reset(); }
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        if (this != &other) reset(std::exchange(other.number_, -1));
        return *this;
    }
    int get() const noexcept { return number_; }
    void reset(int number = -1) noexcept {
        if (number_ >= 0) ::close(number_);
        number_ = number;
    }

private:
    int number_;
};

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// A connected socket that blocks, without Nagle's delay.
inline descriptor connect_blocking(std::uint16_t port) {
    descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const int on = 1;
    checked(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "setsockopt");
    const sockaddr_in address = loopback(port);
    checked(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "connect");
    return socket;
}

/// A socket that does not block and has begun to connect.
inline descriptor begin_connect(std::uint16_t port) {
    descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
    const int on = 1;
    checked(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "setsockopt");
    const sockaddr_in address = loopback(port);
    const int result = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    if (result < 0 && errno != EINPROGRESS)
        throw std::system_error(errno, std::generic_category(), "connect");
    return socket;
}

class epoll {
public:
    epoll() : descriptor_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

    void add(int number, std::uint32_t events, void* data) { control(EPOLL_CTL_ADD, number, events, data); }
    void change(int number, std::uint32_t events, void* data) {
        control(EPOLL_CTL_MOD, number, events, data);
    }
    /// How many events there are; waits for the first one, or `timeout` milliseconds.
    int wait(epoll_event* events, int room, int timeout = -1) {
        for (;;) {
            const int count = ::epoll_wait(descriptor_.get(), events, room, timeout);
            if (count >= 0) return count;
            if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
        }
    }

private:
    void control(int what, int number, std::uint32_t events, void* data) {
        epoll_event event{};
        event.events = events;
        event.data.ptr = data;
        checked(::epoll_ctl(descriptor_.get(), what, number, &event), "epoll_ctl");
    }

    descriptor descriptor_;
};

/// The result of a transfer that may not block: a count, or -1 for "not now".
inline ssize_t transferred(ssize_t result, const char* call) {
    if (result < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category(), call);
    return result;
}

}  // namespace uplink::benchmark
