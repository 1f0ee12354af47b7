// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The sockets of one connect race, one for each attempt. Each is new, and none is moved while it is in use.
// They live in memory of the operation, and only while they are open, however many addresses are tried. A
// socket is found by the number of its attempt in constant time.
#pragma once

#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/close_socket.hpp>
#include <uplink/detail/system/open_socket.hpp>
#include <uplink/detail/system/start_connect.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <cstddef>
#include <memory_resource>
#include <optional>
#include <unordered_map>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Number` is a parameter for tests, which count the comparisons that finding a socket takes, and
/// `WaitsToClose` for tests without io_uring.
template <class Socket, class Number = std::size_t, bool WaitsToClose = closes_late<Socket>>
class attempt_sockets {
    using executor_type = typename Socket::executor_type;
    using endpoint_type = typename Socket::endpoint_type;

public:
    explicit attempt_sockets(std::pmr::memory_resource& memory) noexcept : memory_(&memory) {}
    attempt_sockets(const attempt_sockets&) = delete;
    attempt_sockets& operator=(const attempt_sockets&) = delete;
    ~attempt_sockets() {
        if (others_ != nullptr) memory_.delete_object(others_);
    }

    /// Opens a socket for the next attempt and sets every option. Throws std::bad_alloc. If `why` is an
    /// error, the socket must be closed nevertheless.
    Socket& open(Number index, const executor_type& executor, const endpoint_type& endpoint,
                 const client_options& options, refusal& why) {
        Socket& socket = add(index, executor);
        if constexpr (requires { socket.open_socket(endpoint, options.connect, options.socket); }) {
            why = {socket.open_socket(endpoint, options.connect, options.socket)};
        } else {
            why = open_socket(socket, endpoint, options.connect, options.socket);
        }
        return socket;
    }

    /// The socket of an attempt that is connected already, for take_over(). Throws std::bad_alloc.
    Socket& make(Number index, const executor_type& executor) { return add(index, executor); }

    /// The socket of an attempt that is open.
    Socket& operator[](Number index) noexcept {
        return is_first(index) ? first_->socket : others_->at(index).socket;
    }
    bool is_open(Number index) noexcept {
        const entry* const found = find(index);
        return found != nullptr && !found->is_given_up;
    }

    /// Something is in flight on the socket, which is open, or has come back. It has come back before this
    /// object is destroyed.
    void set_in_flight(Number index, bool is_in_flight) noexcept {
        if constexpr (WaitsToClose) {
            entry* const found = find(index);
            if (found == nullptr) return;
            found->is_in_flight = is_in_flight;
            if (found->is_given_up) close(index);
        }
    }
    /// Closes the socket and frees its memory. Does nothing if the attempt has no socket. If something is in
    /// flight on a socket that closes late, this happens when it has come back; until then the socket is not
    /// open, as far as is_open() knows.
    void close(Number index) noexcept {
        entry* const found = find(index);
        if (found == nullptr) return;
        if constexpr (WaitsToClose) {
            if (found->is_in_flight) {
                found->is_given_up = true;
                return close_connection(found->socket);
            }
        }
        close_socket(found->socket);
        if (is_first(index)) first_.reset();
        else others_->erase(index);
    }

    /// Checks a connection that has succeeded: it may have been reset already, or lead from its socket to
    /// itself (if its local port happens to be the requested port). `remote` is the requested endpoint, and
    /// becomes the endpoint that the socket is connected to.
    error_code check_connected(Number index, endpoint_type& remote) {
        error_code ec;
        if (!connects_at_once<Socket> || is_unspecified(remote)) remote = (*this)[index].remote_endpoint(ec);
        if (ec == net::error::not_connected) return net::error::connection_reset;  // reset already
        if constexpr (is_tcp_v<typename endpoint_type::protocol_type>) {
            if (ec) return ec;
            const endpoint_type local = (*this)[index].local_endpoint(ec);
            if (!ec && is_same_place(local, remote)) return errc::self_connect;
        }
        return ec;
    }

private:
    struct entry {
        explicit entry(const executor_type& executor) : socket(executor) {}
        Socket socket;
        bool is_in_flight = false;
        bool is_given_up = false;  ///< closed, as soon as nothing is in flight on it
    };
    struct numbered : entry {
        numbered(Number number, const executor_type& executor) : entry(executor), index(number) {}
        Number index;
    };
    using socket_map = std::pmr::unordered_map<Number, entry>;

    Socket& add(Number index, const executor_type& executor) {
        if (!first_) return first_.emplace(index, executor).socket;
        if (others_ == nullptr) others_ = memory_.template new_object<socket_map>();
        return others_->try_emplace(index, executor).first->second.socket;
    }

    bool is_first(Number index) const noexcept { return first_ && first_->index == index; }
    entry* find(Number index) noexcept {
        if (is_first(index)) return &*first_;
        if (others_ == nullptr) return nullptr;
        const auto found = others_->find(index);
        return found != others_->end() ? &found->second : nullptr;
    }

    /// True if address and port are the same; scope ids are ignored.
    static bool is_same_place(const net::ip::tcp::endpoint& left, const net::ip::tcp::endpoint& right) {
        if (left.port() != right.port() || left.address().is_v6() != right.address().is_v6()) return false;
        if (!left.address().is_v6()) return left.address() == right.address();
        return left.address().to_v6().to_bytes() == right.address().to_v6().to_bytes();
    }

    static bool is_unspecified(const endpoint_type& endpoint) {
        if constexpr (is_tcp_v<typename endpoint_type::protocol_type>) {
            const net::ip::address& address = endpoint.address();
            if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.is_unspecified();
            const auto bytes = address.to_v6().to_bytes();
            return std::all_of(bytes.end() - 4, bytes.end(), [](unsigned char byte) { return byte == 0; });
        } else {
            return true;
        }
    }

    std::optional<numbered> first_{};  ///< usually the only socket; needs no allocation
    std::pmr::polymorphic_allocator<> memory_;
    socket_map* others_ = nullptr;  ///< allocated for the second socket
};

}  // namespace uplink::detail
