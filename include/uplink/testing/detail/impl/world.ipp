// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of world.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/detail/world.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL std::uint16_t parse_port(std::string_view text) {
    unsigned value = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return 0;
        value = value * 10 + static_cast<unsigned>(digit - '0');
        if (value > 65535) return 0;
    }
    return static_cast<std::uint16_t>(value);
}

UPLINK_TESTING_DECL world::world()
    : services{{"http", std::uint16_t{80}}, {"https", std::uint16_t{443}}}, elsewhere(endpoint().refuse()) {}

UPLINK_TESTING_DECL world::~world() = default;

UPLINK_TESTING_DECL net::ip::tcp::endpoint parse_endpoint(const std::string& text) {
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

UPLINK_TESTING_DECL endpoint& world::find(const net::ip::tcp::endpoint& where) {
    if (const auto exact = endpoints.find(where); exact != endpoints.end()) return exact->second;
    const auto any_port = endpoints.find(net::ip::tcp::endpoint(where.address(), 0));
    return any_port != endpoints.end() ? any_port->second : elsewhere;
}

}  // namespace uplink::testing::detail
