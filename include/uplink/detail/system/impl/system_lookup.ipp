// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of system_lookup.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/detail/system/system_lookup.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL error_code lookup_error(int result, int error_number) noexcept {
    if (result == 0) return {};
    // Without a free descriptor glibc cannot open its files. Depending on the file, it reports a "system
    // error", an unknown host or an unknown service. Only the first is true, and the condition is temporary.
    if (error_number == EMFILE || error_number == ENFILE)
        return {error_number, net::error::get_system_category()};
    switch (result) {
    case EAI_AGAIN: return net::error::host_not_found_try_again;
    case EAI_BADFLAGS: return net::error::invalid_argument;
    case EAI_FAIL: return net::error::no_recovery;
    case EAI_FAMILY: return net::error::address_family_not_supported;
    case EAI_MEMORY: return net::error::no_memory;
    case EAI_SERVICE: return net::error::service_not_found;
    case EAI_SOCKTYPE: return net::error::socket_type_not_supported;
    case EAI_SYSTEM:
        if (error_number != 0) return {error_number, net::error::get_system_category()};
        return net::error::no_recovery;
#if defined(EAI_ADDRFAMILY)
    case EAI_ADDRFAMILY:  // the name has addresses, but of the other family
#endif
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
    case EAI_NODATA:
#endif
    case EAI_NONAME: return net::error::host_not_found;
    default: return net::error::no_recovery;
    }
}

UPLINK_DECL bool is_number(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

UPLINK_DECL std::vector<net::ip::tcp::endpoint> endpoints_of(const addrinfo* list) {
    std::vector<net::ip::tcp::endpoint> endpoints;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_addr == nullptr) continue;
        const bool v4 = entry->ai_family == AF_INET && entry->ai_addrlen == sizeof(sockaddr_in);
        const bool v6 = entry->ai_family == AF_INET6 && entry->ai_addrlen == sizeof(sockaddr_in6);
        if (!v4 && !v6) continue;
        net::ip::tcp::endpoint endpoint;
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);  // flow and scope of v6 with it
        endpoint.resize(entry->ai_addrlen);
        endpoints.push_back(endpoint);
    }
    return endpoints;
}

UPLINK_DECL lookup_answer look_up(const lookup_question& question) noexcept {
    addrinfo hints{};
    hints.ai_family = question.family == address_family::v4   ? AF_INET
                      : question.family == address_family::v6 ? AF_INET6
                                                              : AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_protocol = IPPROTO_TCP;
    // AI_ADDRCONFIG is not used: it omits a family that only the loopback interface has, so that a v6-only
    // "localhost" is not found on a machine without a network; and it decides by the addresses of the
    // machine, not by what can be reached. The race finds that out within one attempt, and an unreachable
    // address costs no time there.
    if (is_number(question.service)) hints.ai_flags |= AI_NUMERICSERV;

    addrinfo* list = nullptr;
    errno = 0;
    const int result = ::getaddrinfo(question.host.c_str(), question.service.c_str(), &hints, &list);
    lookup_answer answer{.error = lookup_error(result, errno)};
    if (result != 0) return answer;
    try {
        answer.endpoints = endpoints_of(list);
        if (answer.endpoints.empty()) answer.error = net::error::host_not_found;
    } catch (...) {
        answer.error = net::error::no_memory;
    }
    if (list != nullptr) ::freeaddrinfo(list);
    return answer;
}

UPLINK_DECL address_family system_preferred_family() noexcept {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(9);
    v6.sin6_addr.s6_addr[0] = 0x20;  // 2001:db8::1
    v6.sin6_addr.s6_addr[1] = 0x01;
    v6.sin6_addr.s6_addr[2] = 0x0d;
    v6.sin6_addr.s6_addr[3] = 0xb8;
    v6.sin6_addr.s6_addr[15] = 1;
    const auto is_global = [](const sockaddr_in6& source) {
        return (source.sin6_addr.s6_addr[0] & 0xe0) == 0x20;
    };
    if (has_route(v6, AF_INET6, is_global)) return address_family::v6;

    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(9);
    v4.sin_addr.s_addr = htonl(0xc0000201);  // 192.0.2.1
    const auto any = [](const sockaddr_in&) { return true; };
    return has_route(v4, AF_INET, any) ? address_family::v4 : address_family::v6;
}

}  // namespace uplink::detail
