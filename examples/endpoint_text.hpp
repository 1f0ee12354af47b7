// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The endpoint of an attempt as text, for the examples that write down what an observer is told: "192.0.2.1:80",
// "[2001:db8::1]:80", or the path of a local socket, with @ in front of an abstract name.
#pragma once

#include <uplink/observer.hpp>

#include <cstring>
#include <string>

/// An observer gets endpoints of any family in one type; the bytes are those of the family's own type.
template <class Endpoint> Endpoint as(const uplink::client_observer::endpoint& place) {
    Endpoint result;
    result.resize(place.size());
    std::memcpy(result.data(), place.data(), place.size());
    return result;
}

inline std::string text_of(const uplink::client_observer::endpoint& place) {
    if (place.protocol().family() == AF_UNIX) {
        std::string path = as<uplink::net::local::stream_protocol::endpoint>(place).path();
        if (path.starts_with('\0')) path.front() = '@';
        return path;
    }
    const auto tcp = as<uplink::net::ip::tcp::endpoint>(place);
    const std::string address = tcp.address().to_string();
    return (tcp.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(tcp.port());
}
