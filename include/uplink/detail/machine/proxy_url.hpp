// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads the URL of a proxy (RFC 3986): scheme, user and password, host, port, and one "/" at the end. Pure
// functions; the result owns its strings. No reason repeats a part of the URL, which may contain a password.
//
// - The scheme is socks5, socks5h or http, in upper case too (RFC 3986, section 3.1). There is no default.
// - User and password end at "@", and the first colon separates them. A byte that is not allowed in a URL has
//   to be percent-encoded there, "/", "?", "#" and "@" too: readers disagree on what they mean. What it
//   decodes to may be any bytes but control characters.
// - The host is a name or an IPv4 address, or an IPv6 address in brackets, whose scope id follows "%25" (RFC
//   6874). Otherwise it is not percent-encoded, and it is ASCII.
// - The port is from 1 to 65535. A colon without a port is refused: a script has probably lost a variable.
// - What the check of the options would refuse is refused here: a host that is none, a user or password over
//   255 bytes, a SOCKS5 password without a user, an HTTP user with a colon (as "%3A"), a space or a byte that
//   is not ASCII.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/refusal.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class proxy_kind : unsigned char { none, socks5, http };

struct proxy_url {
    refusal refused{};  ///< if set, nothing else is
    proxy_kind kind = proxy_kind::none;
    bool remote_dns = true;
    std::optional<std::uint16_t> port{};  ///< none: the usual one of such a proxy
    std::string host{};
    std::string user{};
    std::string password{};
};

/// ASCII letters count as the same in upper and lower case.
bool is_same_text(std::string_view left, std::string_view right) noexcept;

inline constexpr std::size_t max_credential_length = 255;  // RFC 1929, section 2

namespace url {

constexpr unsigned value_of(char digit) noexcept {
    return static_cast<unsigned>(is_digit(digit) ? digit - '0' : to_lower(digit) - 'a' + 10);
}

/// Decodes a user or a password.
refusal decode(std::string_view text, std::string& result);

/// Takes the scheme and "://" off the text.
refusal take_scheme(std::string_view& text, proxy_url& result);

/// Takes "user:password@" off the text.
refusal take_credentials(std::string_view& text, proxy_url& result);

/// The text stands between brackets.
refusal read_v6(std::string_view text, std::string& host);

/// Takes the host off the text.
refusal take_host(std::string_view& text, proxy_url& result);

/// The text is what follows the host.
refusal read_port(std::string_view text, proxy_url& result);

refusal read(std::string_view text, proxy_url& result);

}  // namespace url

proxy_url parse_proxy_url(std::string_view text);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/proxy_url.ipp>
#endif
