// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversation with a SOCKS5 proxy (RFC 1928; RFC 1929 for user and password): the greeting, the log-in
// if the proxy wants it, and the request to connect. proxy_handshake.hpp has the steps.
//
// The method "user and password" is offered only if there is a user, and "none" always. A reply is read to
// its end before its code counts, so that an end inside it is always errc::proxy_protocol_error. The address
// in the reply is the proxy's own and is ignored. An empty password is sent as it is: RFC 1929 wants a byte
// at least, and proxies that know their users by name alone accept none.
#pragma once

#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/error.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

namespace socks5 {

inline constexpr unsigned char version = 5;
inline constexpr unsigned char login_version = 1;
inline constexpr unsigned char connect_command = 1;

inline constexpr unsigned char no_login = 0;
inline constexpr unsigned char user_and_password = 2;
inline constexpr unsigned char no_acceptable_method = 0xff;

inline constexpr unsigned char v4_address = 1;
inline constexpr unsigned char domain_name = 3;
inline constexpr unsigned char v6_address = 4;

inline constexpr std::size_t short_reply_size = 2;  // to the greeting and to the log-in
inline constexpr std::size_t head_size = 4;         // of the reply to the request, before the address
inline constexpr std::size_t port_size = 2;
inline constexpr std::size_t shortest_reply_size = head_size + 2 + port_size;  // with a domain of one byte

void append(std::string& bytes, unsigned char byte);

/// The text is known to have at most 255 bytes.
[[gnu::cold]] void append_text(std::string& bytes, std::string_view text);

[[gnu::cold]] std::string greeting(const socks5_proxy& proxy);
[[gnu::cold]] std::string login(const socks5_proxy& proxy);
[[gnu::cold]] std::string request(const proxy_target& target);

/// The meaning of a reply code other than 0 (RFC 1928, section 6).
constexpr errc error_of(unsigned char code) noexcept {
    switch (code) {
    case 2: return errc::proxy_not_allowed;
    case 3: return errc::proxy_network_unreachable;
    case 4: return errc::proxy_host_unreachable;
    case 5: return errc::proxy_connection_refused;
    case 6: return errc::proxy_ttl_expired;
    case 7: return errc::proxy_command_not_supported;
    case 8: return errc::proxy_address_not_supported;
    default: return errc::proxy_general_failure;
    }
}

}  // namespace socks5

class socks5_handshake : public proxy_handshake {
public:
    /// A user, a password or a target that cannot be sent is invalid_argument, before anything is written.
    [[gnu::cold]] socks5_handshake(const socks5_proxy& proxy, const proxy_target& target);

    /// All of output() has been written.
    [[gnu::cold]] void written() noexcept;

    std::size_t read_limit() const noexcept;

    /// Bytes have been read. Returns the number that belong to the conversation: all, if they are not more
    /// than read_limit() and the conversation goes on or succeeds.
    [[gnu::cold]] std::size_t feed(std::string_view bytes) noexcept;

private:
    enum class reply : unsigned char { greeting, login, request };

    [[gnu::cold]] void take(unsigned char byte) noexcept;
    void take_of_greeting(unsigned char byte) noexcept;
    void take_of_login(unsigned char byte) noexcept;
    void take_of_request(unsigned char byte) noexcept;
    void check_version(unsigned char byte, unsigned char expected) noexcept;
    void take_address_type(unsigned char type) noexcept;
    void take_domain_size(unsigned char size) noexcept;
    [[gnu::cold]] void ask(reply awaited, std::string bytes) noexcept;

    std::string login_{};
    std::string request_{};
    std::size_t position_ = 0;  ///< bytes of the awaited reply that have come
    std::size_t size_ =
        0;  ///< of the awaited reply, at least; exact when its address type and name size are known
    reply awaited_ = reply::greeting;
    bool has_user_;
    bool is_domain_ = false;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/socks5_handshake.ipp>
#endif
