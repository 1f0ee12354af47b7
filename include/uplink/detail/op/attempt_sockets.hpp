// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The sockets of one connect race, one an attempt, in order of start: each fresh, none ever moved while it
// is in use. They live in memory from the operation.
#pragma once

#include <uplink/detail/op/open_attempt.hpp>
#include <uplink/detail/support/asio.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/error.hpp>
#include <uplink/options.hpp>

#include <cstddef>
#include <deque>
#include <memory_resource>

namespace uplink::detail {

template <class Socket> class attempt_sockets {
    using executor_type = typename Socket::executor_type;
    using endpoint_type = typename Socket::endpoint_type;

public:
    explicit attempt_sockets(std::pmr::memory_resource& memory) : sockets_(&memory) {}

    /// A socket for the next attempt, opened, with every option set; throws std::bad_alloc.
    Socket& open(const executor_type& executor, const endpoint_type& endpoint, const client_options& options,
                 error_code& ec) {
        Socket& socket = sockets_.emplace_back(executor);
        if constexpr (requires { socket.open_attempt(endpoint, options.connect, options.socket); }) {
            ec = socket.open_attempt(endpoint, options.connect, options.socket);
        } else {
            ec = open_attempt(socket, endpoint, options.connect, options.socket);
        }
        return socket;
    }

    Socket& operator[](std::size_t index) noexcept { return sockets_[index]; }

    void close(std::size_t index) noexcept {
        if (index >= sockets_.size()) return;
        try {
            error_code ignored;
            sockets_[index].close(ignored);
        } catch (...) {  // Asio's close has no failure here, only a signature that may throw.
        }
    }

    /// What a connect that has succeeded is worth. A connection to itself (a local port that happens to be
    /// the one asked for) is none.
    error_code judge(std::size_t index, endpoint_type& remote) {
        error_code ec;
        remote = sockets_[index].remote_endpoint(ec);
        if (ec == net::error::not_connected) return net::error::connection_reset;  // gone already
        if constexpr (is_tcp_v<typename endpoint_type::protocol_type>) {
            if (ec) return ec;
            const endpoint_type local = sockets_[index].local_endpoint(ec);
            if (!ec && local == remote) return errc::self_connect;
        }
        return ec;
    }

private:
    std::pmr::deque<Socket> sockets_;
};

}  // namespace uplink::detail
