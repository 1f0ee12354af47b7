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

#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

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

inline void append(std::string& bytes, unsigned char byte) { bytes += static_cast<char>(byte); }

/// The text is known to have at most 255 bytes.
[[gnu::cold]] inline void append_text(std::string& bytes, std::string_view text) {
    append(bytes, static_cast<unsigned char>(text.size()));
    bytes += text;
}

[[gnu::cold]] inline std::string greeting(const socks5_proxy& proxy) {
    std::string bytes;
    append(bytes, version);
    append(bytes, proxy.user.empty() ? 1 : 2);
    append(bytes, no_login);
    if (!proxy.user.empty()) append(bytes, user_and_password);
    return bytes;
}

[[gnu::cold]] inline std::string login(const socks5_proxy& proxy) {
    std::string bytes;
    append(bytes, login_version);
    append_text(bytes, proxy.user);
    append_text(bytes, proxy.password);
    return bytes;
}

[[gnu::cold]] inline std::string request(const proxy_target& target) {
    std::string bytes;
    for (const unsigned char byte : {version, connect_command, static_cast<unsigned char>(0)})
        append(bytes, byte);
    if (!target.address) {
        append(bytes, domain_name);
        append_text(bytes, target.name);
    } else if (target.address->is_v4()) {
        append(bytes, v4_address);
        for (const unsigned char byte : target.address->to_v4().to_bytes()) append(bytes, byte);
    } else {
        append(bytes, v6_address);
        for (const unsigned char byte : target.address->to_v6().to_bytes()) append(bytes, byte);
    }
    append(bytes, static_cast<unsigned char>(target.port >> 8U));
    append(bytes, static_cast<unsigned char>(target.port & 0xffU));
    return bytes;
}

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
    [[gnu::cold]] socks5_handshake(const socks5_proxy& proxy, const proxy_target& target)
        : has_user_(!proxy.user.empty()) {
        if (const refusal why = find_refusal(proxy, target)) {
            fail(why);
            return;
        }
        login_ = has_user_ ? socks5::login(proxy) : std::string();
        request_ = socks5::request(target);
        write(socks5::greeting(proxy));
    }

    /// All of output() has been written.
    [[gnu::cold]] void written() noexcept {
        if (next() != proxy_action::write) return;
        position_ = 0;
        size_ = awaited_ == reply::request ? socks5::shortest_reply_size : socks5::short_reply_size;
        read();
    }

    std::size_t read_limit() const noexcept { return next() == proxy_action::read ? size_ - position_ : 0; }

    /// Bytes have been read. Returns the number that belong to the conversation: all, if they are not more
    /// than read_limit() and the conversation goes on or succeeds.
    [[gnu::cold]] std::size_t feed(std::string_view bytes) noexcept {
        std::size_t taken = 0;
        while (taken != bytes.size() && next() == proxy_action::read)
            take(static_cast<unsigned char>(bytes[taken++]));
        return taken;
    }

private:
    enum class reply : unsigned char { greeting, login, request };

    [[gnu::cold]] void take(unsigned char byte) noexcept {
        switch (awaited_) {
        case reply::greeting: return take_of_greeting(byte);
        case reply::login: return take_of_login(byte);
        case reply::request: return take_of_request(byte);
        }
    }

    void take_of_greeting(unsigned char byte) noexcept {
        if (position_++ == 0) return check_version(byte, socks5::version);
        if (byte == socks5::no_acceptable_method) return fail(errc::proxy_no_acceptable_method);
        if (byte == socks5::no_login) return ask(reply::request, std::move(request_));
        if (byte == socks5::user_and_password && has_user_) return ask(reply::login, std::move(login_));
        fail_protocol("the proxy chose a log-in method that was not offered");
    }

    void take_of_login(unsigned char byte) noexcept {
        if (position_++ == 0) return check_version(byte, socks5::login_version);
        if (byte != 0) return fail(errc::proxy_authentication_failed);
        ask(reply::request, std::move(request_));
    }

    void take_of_request(unsigned char byte) noexcept {
        switch (position_++) {
        case 0: return check_version(byte, socks5::version);
        case 1: return set_status(byte);
        case 2:
            if (byte != 0) fail_protocol("the reserved byte of the proxy's reply is not 0");
            return;
        case 3: return take_address_type(byte);
        case socks5::head_size:
            if (is_domain_) return take_domain_size(byte);
            break;
        default: break;
        }
        if (position_ != size_) return;
        if (status() == 0) return succeed();
        fail(socks5::error_of(static_cast<unsigned char>(status())));
    }

    void check_version(unsigned char byte, unsigned char expected) noexcept {
        if (byte != expected) fail_protocol("the proxy's reply has a wrong version number");
    }

    void take_address_type(unsigned char type) noexcept {
        is_domain_ = type == socks5::domain_name;
        if (type == socks5::v4_address) size_ = socks5::head_size + 4 + socks5::port_size;
        else if (type == socks5::v6_address) size_ = socks5::head_size + 16 + socks5::port_size;
        else if (!is_domain_) fail_protocol("the proxy's reply has an unknown type of address");
    }

    void take_domain_size(unsigned char size) noexcept {
        if (size == 0) return fail_protocol("the proxy's reply has an empty name");
        size_ = socks5::head_size + 1 + size + socks5::port_size;
    }

    [[gnu::cold]] void ask(reply awaited, std::string bytes) noexcept {
        awaited_ = awaited;
        write(std::move(bytes));
    }

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
