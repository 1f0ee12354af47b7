// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Classifies the host and the service that a caller passes: an address literal or a name; a port number or a
// service name. Anything else is asio::error::invalid_argument before any system call is made. A literal is
// never looked up as a name. Functions and plain values; the result owns its strings.
//
// Host. A literal is IPv4 in four decimal parts without leading zeros, or IPv6 (RFC 4291, section 2.2) with
// or without brackets and scope id (RFC 4007, section 11). A scope id is a number or, for a link-local
// address, the name of an interface that begins with neither a digit nor a sign. An interface that this
// machine does not have is host_not_found, as from getaddrinfo; asking for the interface is the only system
// call made here. A host is invalid if its last label is a number (decimal, or hexadecimal after 0x) and it
// is no such literal: "127.1", "0x7f.1", "010.0.0.1", "256.0.0.1". Programs disagree on the address that such
// a text means, and no host name ends so (RFC 1123, section 2.1). A host with a colon or a bracket in another
// place, as in "example.com:80", is invalid too. So is "*", which glibc takes for this machine. Every other
// host is a name and is kept as given, including a trailing dot (the DNS root: no search list) and bytes that
// are not ASCII; the lookup decides its meaning.
//
// Service. All digits: a port, 1 to 65535, leading zeros allowed. Else a service name, which has a letter and
// does not begin with a sign (RFC 6335, section 5.1); it may begin with a digit, as "3com-tsmux" does.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The question that remains for the system or for the caller's resolver.
enum class lookup_need {
    nothing,  ///< the endpoint is {*literal, *port}
    service,  ///< the port of the service's name; ask with the numeric host only (AI_NUMERICHOST)
    name,     ///< the host's addresses, and the port if the service is a name too
};

struct connect_target {
    error_code error{};         ///< if set, only the reason is set too
    std::string_view reason{};  ///< of the error, in words: static text
    lookup_need need = lookup_need::nothing;
    std::optional<net::ip::address> literal{};
    std::optional<std::uint16_t> port{};
    std::string host{};     ///< for the lookup and to verify a certificate: as given, without brackets
    std::string service{};  ///< as given
};

inline constexpr std::size_t longest_name =
    253;  ///< RFC 1035, section 2.3.4, as text without the trailing dot

/// True if no byte is a control character, NUL, DEL or a space; bytes above ASCII are accepted.
bool is_plain(std::string_view text) noexcept;

bool is_plain_ascii(std::string_view text) noexcept;
bool ends_in_number(std::string_view host) noexcept;

/// The number, if the whole text is a number and fits.
template <class Number> std::optional<Number> parse_number(std::string_view text) noexcept {
    Number value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

refusal invalid(std::string_view reason) noexcept;

/// `text` is plain and has no brackets. The reason is `otherwise` if it is no address at all. The error is
/// invalid_argument, or host_not_found for an unknown interface.
refusal parse_v6(std::string_view text, std::string_view otherwise, std::optional<net::ip::address>& result);

/// Finds the frequent mistakes; empty if there is none of them.
std::string_view find_mistake(std::string_view host) noexcept;

refusal classify_host(std::string_view host, connect_target& result);
refusal classify_service(std::string_view service, connect_target& result);

/// Classifies both.
connect_target classify(std::string_view host, std::string_view service);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/connect_target.ipp>
#endif
