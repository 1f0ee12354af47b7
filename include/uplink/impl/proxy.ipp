// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of proxy.hpp.
#pragma once

#include <uplink/detail/machine/proxy_choice.hpp>
#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>
#include <uplink/proxy.hpp>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

UPLINK_DECL proxy_options to_proxy_options(proxy_url&& url) {
    switch (url.kind) {
    case proxy_kind::none: break;
    case proxy_kind::socks5:
        return socks5_proxy{.host = std::move(url.host),
                            .port = url.port.value_or(socks5_proxy{}.port),
                            .user = std::move(url.user),
                            .password = std::move(url.password),
                            .remote_dns = url.remote_dns};
    case proxy_kind::http:
        return http_proxy{.host = std::move(url.host),
                          .port = url.port.value_or(http_proxy{}.port),
                          .user = std::move(url.user),
                          .password = std::move(url.password)};
    }
    return no_proxy{};
}

UPLINK_DECL proxy_options to_proxy_options(proxy_url&& url, const char* function) {
    if (url.refused) throw system_error(url.refused.error, std::string(function) += url.refused.reason);
    return to_proxy_options(std::move(url));
}

UPLINK_DECL std::optional<std::string_view> read_variable(const char* name) noexcept {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

UPLINK_DECL proxy_url choose_proxy_from_environment(std::string_view host, std::uint16_t port) {
    return choose_proxy(host, port,
                        {.all_proxy = read_variable("all_proxy"),
                         .all_proxy_in_upper_case = read_variable("ALL_PROXY"),
                         .no_proxy = read_variable("no_proxy"),
                         .no_proxy_in_upper_case = read_variable("NO_PROXY")});
}

}  // namespace detail

UPLINK_DECL proxy_options parse_proxy(std::string_view url, error_code& ec) {
    detail::proxy_url parsed = detail::parse_proxy_url(url);
    ec = parsed.refused.error;
    return detail::to_proxy_options(std::move(parsed));
}

UPLINK_DECL proxy_options parse_proxy(std::string_view url) {
    return detail::to_proxy_options(detail::parse_proxy_url(url), "parse_proxy: ");
}

UPLINK_DECL proxy_options proxy_from_environment(std::string_view host, std::uint16_t port, error_code& ec) {
    detail::proxy_url chosen = detail::choose_proxy_from_environment(host, port);
    ec = chosen.refused.error;
    return detail::to_proxy_options(std::move(chosen));
}

UPLINK_DECL proxy_options proxy_from_environment(std::string_view host, std::uint16_t port) {
    return detail::to_proxy_options(detail::choose_proxy_from_environment(host, port),
                                    "proxy_from_environment: ");
}

}  // namespace uplink
