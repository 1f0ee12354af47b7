// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of proxy_route.hpp.
#pragma once

#include <uplink/detail/machine/any_proxy_handshake.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/proxy_route.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool is_about_the_server(const error_code& ec) noexcept {
    for (const errc each :
         {errc::proxy_general_failure, errc::proxy_not_allowed, errc::proxy_network_unreachable,
          errc::proxy_host_unreachable, errc::proxy_connection_refused, errc::proxy_ttl_expired,
          errc::proxy_address_not_supported, errc::proxy_http_status})
        if (ec == each) return true;
    return ec == net::error::invalid_argument;
}

UPLINK_DECL bool is_unreachable(const error_code& ec) noexcept {
    return ec == errc::proxy_network_unreachable || ec == errc::proxy_host_unreachable ||
           ec == errc::proxy_address_not_supported || ec == net::error::invalid_argument;
}

UPLINK_DECL std::string name_of(const proxy_options& options) {
    return std::visit(
        []<class Proxy>(const Proxy& proxy) {
            if constexpr (std::is_same_v<Proxy, no_proxy>) {
                return std::string();
            } else {
                const char* const kind = std::is_same_v<Proxy, socks5_proxy> ? "socks5 " : "http ";
                return kind + proxy.host + ':' + std::to_string(proxy.port);
            }
        },
        options);
}

UPLINK_DECL proxy_route::proxy_route(const proxy_options& proxy) : proxy_(proxy) {}

UPLINK_DECL refusal proxy_route::begin(connect_target& target, address_family family) {
    proxy_target server = server_of(target);
    if (const refusal why = find_refusal_of(proxy_, server)) return why;
    if (const refusal why = find_proxy(family)) return why;
    host_ = target.host;
    const auto* const socks5 = std::get_if<socks5_proxy>(&proxy_);
    if (socks5 != nullptr && !socks5->remote_dns && target.need == lookup_need::name) {
        question_ = question::addresses;
    } else {
        servers_.push_back(std::move(server));
        if (target.port) {
            target = proxy_place_;
        } else {
            question_ = question::port;
            target.literal = family == address_family::v6 ? net::ip::address(net::ip::address_v6::loopback())
                                                          : net::ip::address_v4::loopback();
            target.host = target.literal->to_string();
            target.need = lookup_need::service;
        }
    }
    return {};
}

UPLINK_DECL refusal proxy_route::begin(const endpoint_list& endpoints, connect_target& first,
                                       address_family family) {
    for (const auto& each : endpoints) {
        servers_.push_back(make_proxy_target(each.address(), each.port()));
        if (const refusal why = find_refusal_of(proxy_, servers_.back())) return why;
    }
    if (servers_.empty()) return {net::error::not_found};  // as without a proxy
    if (const refusal why = find_proxy(family)) return why;
    first = proxy_place_;
    return {};
}

UPLINK_DECL const connect_target& proxy_route::found(const endpoint_list& endpoints) {
    if (question_ == question::port) {
        servers_.front().port = endpoints.front().port();
        if (endpoints.front().port() == 0) servers_.front() = make_proxy_target(net::ip::address(), 0);
    } else {
        for (const auto& each : endpoints) servers_.push_back(make_proxy_target(each.address(), each.port()));
    }
    question_ = question::none;
    return proxy_place_;
}

UPLINK_DECL const proxy_target& proxy_route::server() const noexcept { return servers_[asked_]; }

UPLINK_DECL std::string proxy_route::server_host() const {
    return host_.empty() ? server().address->to_string() : host_;
}

UPLINK_DECL bool proxy_route::refused(const proxy_failure& failure) noexcept {
    if (!is_about_the_server(failure.why.error)) {
        failure_ = failure;
        return false;
    }
    if (!failure_.why || (is_unreachable(failure_.why.error) && !is_unreachable(failure.why.error)))
        failure_ = failure;
    if (asked_ + 1 == servers_.size()) return false;
    ++asked_;
    return true;
}

UPLINK_DECL proxy_target proxy_route::server_of(const connect_target& target) {
    constexpr std::uint16_t not_known_yet = 1;
    const std::uint16_t port = target.port.value_or(not_known_yet);
    if (target.literal) return make_proxy_target(*target.literal, port);
    return {.name = target.host, .port = port};
}

UPLINK_DECL refusal proxy_route::find_proxy(address_family family) {
    std::visit(
        [this]<class Proxy>(const Proxy& proxy) {
            if constexpr (!std::is_same_v<Proxy, no_proxy>)
                proxy_place_ = classify(proxy.host, std::to_string(proxy.port));
        },
        proxy_);
    if (proxy_place_.error == net::error::host_not_found)
        return {proxy_place_.error, "the scope id of proxy.host names no interface of this machine"};
    if (proxy_place_.error)
        return {proxy_place_.error, "proxy.host is neither the name of a host nor an IP address"};
    if (!proxy_place_.literal) return {};
    const bool is_excluded =
        family == (proxy_place_.literal->is_v4() ? address_family::v6 : address_family::v4);
    return refused_if(is_excluded ? error_code(net::error::address_family_not_supported) : error_code(),
                      "proxy.host is an address of the family that connect.family excludes");
}

}  // namespace uplink::detail
