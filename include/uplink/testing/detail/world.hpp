// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The names, services and endpoints of a simulated network, and the records of what happened to them. The simulation
// owns the world.
#pragma once

#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/testing/endpoint.hpp>
#include <uplink/testing/host.hpp>
#include <uplink/testing/records.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// A port number, 1 to 65535; 0 if the text is no port number.
inline std::uint16_t parse_port(std::string_view text) {
    unsigned value = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return 0;
        value = value * 10 + static_cast<unsigned>(digit - '0');
        if (value > 65535) return 0;
    }
    return static_cast<std::uint16_t>(value);
}

/// Reads "192.0.2.1:80", "[2001:db8::1]:80", or an address alone, whose port is 0.
inline net::ip::tcp::endpoint parse_endpoint(const std::string& text) {
    std::string address = text;
    std::string port;
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string::npos) throw std::invalid_argument("no ] in the endpoint " + text);
        address = text.substr(1, bracket - 1);
        port = text.substr(bracket + 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        const std::size_t colon = text.find(':');
        address = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (port.empty()) return {net::ip::make_address(address), 0};
    const std::uint16_t number = parse_port(std::string_view(port).substr(1));
    if (port.front() != ':' || number == 0) throw std::invalid_argument("no port in the endpoint " + text);
    return {net::ip::make_address(address), number};
}

struct world {
    std::map<std::string, host, std::less<>> hosts{};
    std::map<std::string, std::uint16_t, std::less<>> services{{"http", std::uint16_t{80}},
                                                               {"https", std::uint16_t{443}}};
    std::map<net::ip::tcp::endpoint, endpoint> endpoints{};
    endpoint elsewhere = endpoint().refuse();
    peer_layer_maker layer{};  // of endpoints without one of their own
    std::size_t window_factor = 1;
    address_family preferred = address_family::v6;

    std::vector<attempt> attempts{};
    std::vector<lookup> lookups{};
    std::vector<std::string> failures{};
    std::size_t open = 0;
    std::size_t peak = 0;
    std::uint16_t last_port = 49151;
    std::set<net::ip::tcp::endpoint> bound{};  // bound explicitly by an open socket

    /// The endpoint itself, else its address with any port, else the endpoint for everything else.
    endpoint& find(const net::ip::tcp::endpoint& where) {
        if (const auto exact = endpoints.find(where); exact != endpoints.end()) return exact->second;
        const auto any_port = endpoints.find(net::ip::tcp::endpoint(where.address(), 0));
        return any_port != endpoints.end() ? any_port->second : elsewhere;
    }

    std::uint16_t new_port() noexcept { return last_port = last_port == 65535 ? 49152 : last_port + 1; }
};

}  // namespace uplink::testing::detail
