// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The names, services and endpoints of a simulated network, and the records of what happened to them. The
// simulation owns the world.
#pragma once

#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/testing/endpoint.hpp>
#include <uplink/testing/host.hpp>
#include <uplink/testing/records.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// A port number, 1 to 65535; 0 if the text is no port number.
std::uint16_t parse_port(std::string_view text);

/// Reads "192.0.2.1:80", "[2001:db8::1]:80", or an address alone, whose port is 0.
net::ip::tcp::endpoint parse_endpoint(const std::string& text);

struct world {
    world();
    ~world();

    std::map<std::string, host, std::less<>> hosts;
    std::map<std::string, std::uint16_t, std::less<>> services;
    std::map<net::ip::tcp::endpoint, endpoint> endpoints;
    endpoint elsewhere;
    peer_layer_maker layer{};  // of endpoints without one of their own
    std::size_t window_factor = 1;
    address_family preferred = address_family::v6;

    std::vector<attempt> attempts;
    std::vector<lookup> lookups;
    std::vector<std::string> failures;
    std::size_t open = 0;
    std::size_t peak = 0;
    std::uint16_t last_port = 49151;
    std::set<net::ip::tcp::endpoint> bound;  // bound explicitly by an open socket

    /// The endpoint itself, else its address with any port, else the endpoint for everything else.
    endpoint& find(const net::ip::tcp::endpoint& where);

    std::uint16_t new_port() noexcept { return last_port = last_port == 65535 ? 49152 : last_port + 1; }
};

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/world.ipp>
#endif
