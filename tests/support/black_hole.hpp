// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An endpoint of the loopback address to which connecting neither succeeds nor fails: its listener's backlog is full,
// so that Linux drops every further SYN.
#pragma once

#include <uplink/net.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <vector>

namespace uplink::tests {

class black_hole {
public:
    black_hole() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        const int listener = open();
        const auto generic = reinterpret_cast<sockaddr*>(&address);
        check(::bind(listener, generic, size) == 0);
        check(::listen(listener, 0) == 0);
        check(::getsockname(listener, generic, &size) == 0);
        endpoint_ = {net::ip::address_v4::loopback(), ntohs(address.sin_port)};
        // A backlog of 0 takes one connection; what is more than that waits for ever.
        for (int i = 0; i != 4; ++i) {
            const int filler = open();
            check(::connect(filler, generic, size) == 0 || errno == EINPROGRESS);
        }
    }
    ~black_hole() { close(); }
    black_hole(const black_hole&) = delete;
    black_hole& operator=(const black_hole&) = delete;

    const net::ip::tcp::endpoint& endpoint() const noexcept { return endpoint_; }

    /// Empties the backlog. Who is still trying gets through with its next SYN, which Linux sends a second after
    /// the first.
    void open_up() {
        for (std::size_t i = 1; i != descriptors_.size(); ++i) ::close(descriptors_[i]);
        descriptors_.resize(1);
        for (;;) {
            const int accepted = ::accept4(descriptors_[0], nullptr, nullptr, SOCK_CLOEXEC);
            if (accepted < 0) break;
            ::close(accepted);
        }
    }

private:
    int open() {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        check(descriptor >= 0);
        descriptors_.push_back(descriptor);
        return descriptor;
    }
    void check(bool good) {
        if (good) return;
        const int error = errno;
        close();
        throw std::system_error(error, std::generic_category(), "black_hole");
    }
    void close() noexcept {
        for (const int descriptor : descriptors_) ::close(descriptor);
        descriptors_.clear();
    }

    std::vector<int> descriptors_{};
    net::ip::tcp::endpoint endpoint_{};
};

}  // namespace uplink::tests
