// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The way of one connect to its server through a proxy, as decisions without I/O: what is looked up first,
// where the proxy is, which server it is asked for, and what follows its refusal. The driver does this:
//
//   begin()            gives the first place: looks_server_up() says if it is a question about the server
//   found()            its answer; gives the place of the proxy
//   server()           the server that the proxy is asked for, when it has been reached
//   refused()          the proxy has refused; true: reach the proxy again, and ask for the next server()
//
// A name is passed to the proxy and not looked up, except by a SOCKS5 proxy with remote_dns = false. Only the
// port of a service that is no number is looked up here in any case: the question has an address that stands
// for the host, so that no name server hears of the host.
//
// Of a server that is known by several addresses (a list of endpoints, or a name that was looked up here)
// each is asked for in turn, as long as the proxy says that it cannot reach the one before. A proxy ends the
// connection when it has refused (RFC 1928, section 6), so each has a connection of its own; they are not
// raced, because a proxy that is asked for several servers at once makes as many connections. If all fail,
// the error is that of the first that says more than "unreachable", else the first.
//
// The route owns the servers and refers to the options of the proxy.
#pragma once

#include <uplink/detail/machine/any_proxy_handshake.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What a proxy has answered to the request for a server that it does not reach.
struct proxy_failure {
    refusal why{};
    int status = 0;
};

/// True if the proxy may reach another address: it has understood the request, and its answer is about this
/// server; or if the address is one that it cannot be asked for.
inline bool is_about_the_server(const error_code& ec) noexcept {
    for (const errc each :
         {errc::proxy_general_failure, errc::proxy_not_allowed, errc::proxy_network_unreachable,
          errc::proxy_host_unreachable, errc::proxy_connection_refused, errc::proxy_ttl_expired,
          errc::proxy_address_not_supported, errc::proxy_http_status})
        if (ec == each) return true;
    return ec == net::error::invalid_argument;
}

/// The failures that are reported only if no address has failed in another way.
inline bool is_unreachable(const error_code& ec) noexcept {
    return ec == errc::proxy_network_unreachable || ec == errc::proxy_host_unreachable ||
           ec == errc::proxy_address_not_supported || ec == net::error::invalid_argument;
}

/// The proxy in words without credentials, such as "http proxy.test:3128"; empty if there is none.
[[gnu::cold]] inline std::string name_of(const proxy_options& options) {
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

class proxy_route {
    using endpoint_list = std::vector<net::ip::tcp::endpoint>;

public:
    /// `proxy` is set, and outlives the route.
    explicit proxy_route(const proxy_options& proxy) : proxy_(proxy) {}

    /// `target` is the server as classify() says it, without an error. It becomes the first place, unless the
    /// result is an error. `family` is that of the options.
    [[gnu::cold]] refusal begin(connect_target& target, address_family family) {
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
                target.literal = family == address_family::v6
                                     ? net::ip::address(net::ip::address_v6::loopback())
                                     : net::ip::address_v4::loopback();
                target.host = target.literal->to_string();
                target.need = lookup_need::service;
            }
        }
        return {};
    }
    /// The server is one of these, which are asked for in this order.
    [[gnu::cold]] refusal begin(const endpoint_list& endpoints, connect_target& first,
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

    /// The first place is a question about the server.
    bool looks_server_up() const noexcept { return question_ != question::none; }
    /// Addresses have been found, at least one. Gives the place of the proxy.
    [[gnu::cold]] const connect_target& found(const endpoint_list& endpoints) {
        if (question_ == question::port) {
            servers_.front().port = endpoints.front().port();
            if (endpoints.front().port() == 0) servers_.front() = make_proxy_target(net::ip::address(), 0);
        } else {
            for (const auto& each : endpoints)
                servers_.push_back(make_proxy_target(each.address(), each.port()));
        }
        question_ = question::none;
        return proxy_place_;
    }

    const connect_target& proxy_place() const noexcept { return proxy_place_; }
    const proxy_target& server() const noexcept { return servers_[asked_]; }
    /// The host that the server has to prove: as given, or the address that the proxy was asked for.
    std::string server_host() const { return host_.empty() ? server().address->to_string() : host_; }

    /// The conversation about server() has failed. True: the next one is asked for.
    [[gnu::cold]] bool refused(const proxy_failure& failure) noexcept {
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
    /// The one that counts.
    const proxy_failure& failure() const noexcept { return failure_; }

private:
    enum class question : unsigned char { none, port, addresses };

    [[gnu::cold]] static proxy_target server_of(const connect_target& target) {
        constexpr std::uint16_t not_known_yet = 1;
        const std::uint16_t port = target.port.value_or(not_known_yet);
        if (target.literal) return make_proxy_target(*target.literal, port);
        return {.name = target.host, .port = port};
    }

    [[gnu::cold]] refusal find_proxy(address_family family) {
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

    const proxy_options& proxy_;
    connect_target proxy_place_{};
    std::string host_{};
    std::vector<proxy_target> servers_{};
    std::size_t asked_ = 0;  ///< the index of server()
    proxy_failure failure_{};
    question question_ = question::none;
};

}  // namespace uplink::detail
