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

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What a proxy has answered to the request for a server that it does not reach.
struct proxy_failure {
    refusal why{};
    int status = 0;
};

/// True if the proxy may reach another address: it has understood the request, and its answer is about this
/// server; or if the address is one that it cannot be asked for.
bool is_about_the_server(const error_code& ec) noexcept;

/// The failures that are reported only if no address has failed in another way.
bool is_unreachable(const error_code& ec) noexcept;

/// The proxy in words without credentials, such as "http proxy.test:3128"; empty if there is none.
[[gnu::cold]] std::string name_of(const proxy_options& options);

class proxy_route {
    using endpoint_list = std::vector<net::ip::tcp::endpoint>;

public:
    /// `proxy` is set, and outlives the route.
    explicit proxy_route(const proxy_options& proxy);

    /// `target` is the server as classify() says it, without an error. It becomes the first place, unless the
    /// result is an error. `family` is that of the options.
    [[gnu::cold]] refusal begin(connect_target& target, address_family family);
    /// The server is one of these, which are asked for in this order.
    [[gnu::cold]] refusal begin(const endpoint_list& endpoints, connect_target& first, address_family family);

    /// The first place is a question about the server.
    bool looks_server_up() const noexcept { return question_ != question::none; }
    /// Addresses have been found, at least one. Gives the place of the proxy.
    [[gnu::cold]] const connect_target& found(const endpoint_list& endpoints);

    const connect_target& proxy_place() const noexcept { return proxy_place_; }
    const proxy_target& server() const noexcept;
    /// The host that the server has to prove: as given, or the address that the proxy was asked for.
    std::string server_host() const;

    /// The conversation about server() has failed. True: the next one is asked for.
    [[gnu::cold]] bool refused(const proxy_failure& failure) noexcept;
    /// The one that counts.
    const proxy_failure& failure() const noexcept { return failure_; }

private:
    enum class question : unsigned char { none, port, addresses };

    [[gnu::cold]] static proxy_target server_of(const connect_target& target);
    [[gnu::cold]] refusal find_proxy(address_family family);

    const proxy_options& proxy_;
    connect_target proxy_place_{};
    std::string host_{};
    std::vector<proxy_target> servers_{};
    std::size_t asked_ = 0;  ///< the index of server()
    proxy_failure failure_{};
    question question_ = question::none;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/proxy_route.ipp>
#endif
