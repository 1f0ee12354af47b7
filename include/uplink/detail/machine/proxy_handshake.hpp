// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the conversations with the two kinds of proxy have in common: the server that the proxy is asked for,
// the steps of the conversation, and its result. The driver reads next(), executes it, and reports what has
// happened:
//
//   write  all of output() is written, then written()
//   read   from 1 to read_limit() bytes are read, then feed(); or end(), if the proxy has closed
//   done   the tunnel stands: the next byte that is read is the server's
//   fail   error() and reason()
//
// read_limit() is never more than the bytes that must still come before the reply can be complete. So the
// driver cannot read a byte that belongs to the tunnel, however the bytes arrive. A driver that can look at
// bytes without consuming them may pass any number to feed() and then consume the number that feed() returns.
//
// The conversation owns the bytes of output(), which contain the credentials and go when they are written. No
// reason repeats a user, a password or anything that the proxy has sent. The constructors may throw
// std::bad_alloc, the events throw nothing. Errors of the transport, time limits and cancellation are the
// driver's.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The server that a proxy is asked for.
struct proxy_target {
    refusal refused{};  ///< if set, nothing else is
    std::optional<net::ip::address> address{};
    std::string name{};  ///< if there is no address
    std::uint16_t port = 0;
};

proxy_target refused_target(std::string_view reason);

/// A server that is known by its address. A scope id is refused: it counts on this machine alone, and an
/// address without it is another one.
proxy_target make_proxy_target(const net::ip::address& address, std::uint16_t port);

/// A server that is known by the host that the caller has given: a name, at most 253 characters long, or an
/// address.
proxy_target make_proxy_target(std::string_view host, std::uint16_t port);

/// The reason for which the conversation is not begun. The options of the proxy follow the rules of
/// async_connect.
template <class Proxy> refusal find_refusal(const Proxy& proxy, const proxy_target& target) noexcept {
    const std::string_view reason = find_invalid(proxy);
    return reason.empty() ? target.refused : invalid(reason);
}

enum class proxy_action : unsigned char { write, read, done, fail };

/// The base of the two conversations, which add feed() and read_limit().
class proxy_handshake {
public:
    proxy_action next() const noexcept { return action_; }
    /// The bytes to write. They stay where they are until written(), unless the object is moved.
    std::string_view output() const noexcept { return output_; }
    /// The proxy has ended the connection.
    void end() noexcept;

    error_code error() const noexcept { return failure_.error; }
    std::string_view reason() const noexcept { return failure_.reason; }  ///< static text
    /// The number that the proxy has answered with, for the report; 0 if none has come.
    int status() const noexcept { return status_; }

protected:
    proxy_handshake() = default;
    ~proxy_handshake() = default;
    proxy_handshake(proxy_handshake&&) = default;
    proxy_handshake& operator=(proxy_handshake&&) = default;

    void write(std::string bytes) noexcept;
    void read() noexcept;
    void succeed() noexcept { action_ = proxy_action::done; }
    void fail(const refusal& why) noexcept;
    void fail(errc error, std::string_view reason = {}) noexcept;
    void fail_protocol(std::string_view reason) noexcept { fail(errc::proxy_protocol_error, reason); }
    void set_status(int status) noexcept { status_ = status; }

private:
    std::string output_{};
    refusal failure_{};
    int status_ = 0;
    proxy_action action_ = proxy_action::fail;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/proxy_handshake.ipp>
#endif
