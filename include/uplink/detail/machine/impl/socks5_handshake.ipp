// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of socks5_handshake.hpp.
#pragma once

#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/socks5_handshake.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

namespace socks5 {

UPLINK_DECL void append(std::string& bytes, unsigned char byte) { bytes += static_cast<char>(byte); }

UPLINK_DECL void append_text(std::string& bytes, std::string_view text) {
    append(bytes, static_cast<unsigned char>(text.size()));
    bytes += text;
}

UPLINK_DECL std::string greeting(const socks5_proxy& proxy) {
    std::string bytes;
    append(bytes, version);
    append(bytes, proxy.user.empty() ? 1 : 2);
    append(bytes, no_login);
    if (!proxy.user.empty()) append(bytes, user_and_password);
    return bytes;
}

UPLINK_DECL std::string login(const socks5_proxy& proxy) {
    std::string bytes;
    append(bytes, login_version);
    append_text(bytes, proxy.user);
    append_text(bytes, proxy.password);
    return bytes;
}

UPLINK_DECL std::string request(const proxy_target& target) {
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

}  // namespace socks5

UPLINK_DECL socks5_handshake::socks5_handshake(const socks5_proxy& proxy, const proxy_target& target)
    : has_user_(!proxy.user.empty()) {
    if (const refusal why = find_refusal(proxy, target)) {
        fail(why);
        return;
    }
    login_ = has_user_ ? socks5::login(proxy) : std::string();
    request_ = socks5::request(target);
    write(socks5::greeting(proxy));
}

UPLINK_DECL void socks5_handshake::written() noexcept {
    if (next() != proxy_action::write) return;
    position_ = 0;
    size_ = awaited_ == reply::request ? socks5::shortest_reply_size : socks5::short_reply_size;
    read();
}

UPLINK_DECL std::size_t socks5_handshake::read_limit() const noexcept {
    return next() == proxy_action::read ? size_ - position_ : 0;
}

UPLINK_DECL std::size_t socks5_handshake::feed(std::string_view bytes) noexcept {
    std::size_t taken = 0;
    while (taken != bytes.size() && next() == proxy_action::read)
        take(static_cast<unsigned char>(bytes[taken++]));
    return taken;
}

UPLINK_DECL void socks5_handshake::take(unsigned char byte) noexcept {
    switch (awaited_) {
    case reply::greeting: return take_of_greeting(byte);
    case reply::login: return take_of_login(byte);
    case reply::request: return take_of_request(byte);
    }
}

UPLINK_DECL void socks5_handshake::take_of_greeting(unsigned char byte) noexcept {
    if (position_++ == 0) return check_version(byte, socks5::version);
    if (byte == socks5::no_acceptable_method) return fail(errc::proxy_no_acceptable_method);
    if (byte == socks5::no_login) return ask(reply::request, std::move(request_));
    if (byte == socks5::user_and_password && has_user_) return ask(reply::login, std::move(login_));
    fail_protocol("the proxy chose a log-in method that was not offered");
}

UPLINK_DECL void socks5_handshake::take_of_login(unsigned char byte) noexcept {
    if (position_++ == 0) return check_version(byte, socks5::login_version);
    if (byte != 0) return fail(errc::proxy_authentication_failed);
    ask(reply::request, std::move(request_));
}

UPLINK_DECL void socks5_handshake::take_of_request(unsigned char byte) noexcept {
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

UPLINK_DECL void socks5_handshake::check_version(unsigned char byte, unsigned char expected) noexcept {
    if (byte != expected) fail_protocol("the proxy's reply has a wrong version number");
}

UPLINK_DECL void socks5_handshake::take_address_type(unsigned char type) noexcept {
    is_domain_ = type == socks5::domain_name;
    if (type == socks5::v4_address) size_ = socks5::head_size + 4 + socks5::port_size;
    else if (type == socks5::v6_address) size_ = socks5::head_size + 16 + socks5::port_size;
    else if (!is_domain_) fail_protocol("the proxy's reply has an unknown type of address");
}

UPLINK_DECL void socks5_handshake::take_domain_size(unsigned char size) noexcept {
    if (size == 0) return fail_protocol("the proxy's reply has an empty name");
    size_ = socks5::head_size + 1 + size + socks5::port_size;
}

UPLINK_DECL void socks5_handshake::ask(reply awaited, std::string bytes) noexcept {
    awaited_ = awaited;
    write(std::move(bytes));
}

}  // namespace uplink::detail
