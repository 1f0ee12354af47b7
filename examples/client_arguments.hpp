// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the example client can be called with.
#pragma once

#include <uplink/proxy.hpp>
#include <uplink/time_limit.hpp>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

struct arguments {
    std::string host{};
    std::string service{};
    std::optional<std::string> path{};  ///< of a local socket, instead of both
    bool half_closes = true;
    uplink::basic_time_limit<std::chrono::steady_clock> limit{};
    uplink::proxy_options proxy{};

    bool tls = false;
    // Each of these needs --tls: without it, nobody shall believe that the connection is protected.
    std::string ca_file{};
    std::string certificate_file{};
    std::string key_file{};
    std::vector<std::string> alpn{};
    bool insecure = false;
    bool key_log = false;
};

constexpr std::string_view usage =
    "usage: client                           (a demonstration)\n"
    "       client [OPTION...] HOST SERVICE  (standard input to standard output)\n"
    "       client [OPTION...] unix:PATH     (the same with a local socket; unix:@NAME is an abstract one)\n"
    "  --no-half-close    leave our side open at the end of input, as HTTP servers want it\n"
    "  --limit SECONDS    for all of it\n"
    "  --proxy URL        through a proxy: socks5://, socks5h:// (it looks HOST up) or http://\n"
    "  --proxy-from-environment  through the one in all_proxy, unless HOST is in no_proxy\n"
#if defined(UPLINK_EXAMPLE_TLS)
    "  --tls              encrypted, to a server that proves that it is HOST; with it:\n"
    "  --ca FILE          trust these roots (PEM) instead of the system's\n"
    "  --cert FILE        our own certificate (PEM); its private key is there too, or in\n"
    "  --key FILE         this file\n"
    "  --alpn LIST        application protocols to offer, such as h2,http/1.1\n"
    "  --insecure         verify nothing: anybody can pose as HOST\n"
    "  --tls-key-log      append what decrypts the connection to the file SSLKEYLOGFILE\n";
#else
    "  (this build has no TLS)\n";
#endif

inline std::vector<std::string> split_at_commas(std::string_view list) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t comma = list.find(',');
        parts.emplace_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        list.remove_prefix(comma + 1);
    }
}

/// The port that the environment's list of exceptions is asked with; 0: it is no number.
inline std::uint16_t port_of(std::string_view service) {
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(service.data(), service.data() + service.size(), port);
    return problem == std::errc() && end == service.data() + service.size() ? port : std::uint16_t{};
}

/// False where they are none of the usage. Throws if the environment has a malformed proxy.
inline bool parse(const std::vector<std::string_view>& words, arguments& how) {
    std::size_t at = 0;
    bool needs_tls = false;
    bool asks_environment = false;
    for (; at < words.size() && words[at].starts_with("--"); ++at) {
        const std::string_view option = words[at];
        needs_tls = needs_tls || (option != "--no-half-close" && option != "--limit" && option != "--tls" &&
                                  !option.starts_with("--proxy"));
        if (option == "--no-half-close") how.half_closes = false;
        else if (option == "--tls") how.tls = true;
        else if (option == "--insecure") how.insecure = true;
        else if (option == "--tls-key-log") how.key_log = true;
        else if (option == "--proxy-from-environment") asks_environment = true;
        else if (++at == words.size()) return false;
        else if (option == "--ca") how.ca_file = words[at];
        else if (option == "--cert") how.certificate_file = words[at];
        else if (option == "--key") how.key_file = words[at];
        else if (option == "--alpn") how.alpn = split_at_commas(words[at]);
        else if (option == "--proxy") {
            uplink::error_code ec;
            how.proxy = uplink::parse_proxy(words[at], ec);
            if (ec) return false;
        } else if (option == "--limit") {
            const std::string_view number = words[at];
            unsigned seconds = 0;
            const auto [end, problem] =
                std::from_chars(number.data(), number.data() + number.size(), seconds);
            if (problem != std::errc() || end != number.data() + number.size()) return false;
            how.limit = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
        } else {
            return false;
        }
    }
    constexpr std::string_view scheme = "unix:";
    if (words.size() - at == 1 && words[at].starts_with(scheme)) {
        how.path = words[at].substr(scheme.size());
        const bool is_direct = !asks_environment && std::holds_alternative<uplink::no_proxy>(how.proxy);
        return is_direct && !needs_tls && !how.tls;
    }
    if (words.size() - at != 2 || (needs_tls && !how.tls)) return false;
    how.host = words[at];
    how.service = words[at + 1];
    if (asks_environment) {
        if (port_of(how.service) == 0) return false;
        how.proxy = uplink::proxy_from_environment(how.host, port_of(how.service));
    }
    return true;
}
