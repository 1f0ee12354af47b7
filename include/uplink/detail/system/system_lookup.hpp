// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One name lookup with getaddrinfo (RFC 3493, section 6.1). It blocks until the system answers, however long
// that takes, does not throw, and uses nothing except its arguments. And the choice of the family of
// addresses to prefer (RFC 8305, section 4; RFC 6724, rule 1), which asks the routing table and sends
// nothing. Functions only; nothing is owned.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The error code for getaddrinfo's result. `error_number` is errno after the call; it was 0 before.
[[gnu::cold]] error_code lookup_error(int result, int error_number) noexcept;

bool is_number(std::string_view text) noexcept;

/// Copies the addresses of one list; entries that are neither IPv4 nor IPv6 are skipped.
[[gnu::cold]] std::vector<net::ip::tcp::endpoint> endpoints_of(const addrinfo* list);

/// Makes the lookup. The endpoints are in the system's order (RFC 6724). For any family it is one question,
/// not one for each family: glibc then stops at the first source that knows the name, keeps scope ids, and
/// sorts by gai.conf(5).
[[gnu::cold]] lookup_answer look_up(const lookup_question& question) noexcept;

/// True if there is a route to `target` with a source address that `accept` accepts. Connecting a UDP socket
/// looks the route up and sends nothing.
template <class Address, class Accept>
bool has_route(const Address& target, int family, Accept accept) noexcept {
#if defined(SOCK_CLOEXEC)
    const int handle = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
#else
    const int handle = ::socket(family, SOCK_DGRAM, IPPROTO_UDP);
#endif
    if (handle < 0) return false;
    Address source{};
    socklen_t size = sizeof(source);
    const bool found = ::connect(handle, reinterpret_cast<const sockaddr*>(&target), sizeof(target)) == 0 &&
                       ::getsockname(handle, reinterpret_cast<sockaddr*>(&source), &size) == 0 &&
                       accept(source);
    ::close(handle);
    return found;
}

/// IPv6, unless this machine cannot reach the IPv6 internet and can reach the IPv4 internet. A route that
/// starts at a unique local or link-local address does not count: it leads only to the site, and RFC 6724
/// puts IPv4 before it. If nothing can be found out, for example without a free descriptor, the result is
/// IPv6. The targets are addresses for documentation (RFC 3849, RFC 5737), which only a default route covers.
[[gnu::cold]] address_family system_preferred_family() noexcept;

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/system/impl/system_lookup.ipp>
#endif
