// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/connect_race_row.hpp"

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>

namespace uplink::tests {

error_code failure_of(race_behaviour::kind does) {
    switch (does) {
    case race_behaviour::kind::refuse: return net::error::connection_refused;
    case race_behaviour::kind::unreachable: return net::error::host_unreachable;
    case race_behaviour::kind::creation_error: return net::error::no_descriptors;
    case race_behaviour::kind::unusable: return errc::self_connect;
    case race_behaviour::kind::accept:
    case race_behaviour::kind::black_hole: break;
    }
    return {};
}

std::string race_address::name() const {
    const std::string digit = family == address_family::v4 ? "4" : "6";
    return number < 26 ? digit + static_cast<char>('a' + number) : digit + ":" + std::to_string(number + 1);
}

net::ip::tcp::endpoint race_address::endpoint() const {
    const std::string high = std::to_string(number / 256), low = std::to_string(number % 256);
    return {net::ip::make_address(family == address_family::v4 ? "10.1." + high + "." + low
                                                               : "2001:db8::" + high + ":" + low),
            80};
}

race_starts::race_starts(const char* text) {
    std::istringstream in(text);
    std::string name;
    for (double at = 0; in >> name >> at; in.ignore(1, ',')) push_back({name, milliseconds(at)});
}

race_list::race_list(const char* text) {
    std::istringstream in(text);
    std::string name, does;
    while (in >> name >> does) {
        if (does.back() == ',') does.pop_back();
        push_back({name.front() == '4' ? address_family::v4 : address_family::v6,
                   static_cast<std::size_t>(name.at(1) - 'a'), behaviour(does)});
    }
}

race_behaviour race_list::behaviour(const std::string& text) {
    using kind = race_behaviour::kind;
    if (text == "B") return {kind::black_hole, {}};
    if (text == "S!") return {kind::creation_error, {}};
    const nanoseconds after = milliseconds(std::stod(text.substr(1)));
    switch (text.front()) {
    case 'A': return {kind::accept, after};
    case 'R': return {kind::refuse, after};
    case 'U': return {kind::unreachable, after};
    case 'X': return {kind::unusable, after};
    default: throw std::invalid_argument("not a behaviour: " + text);
    }
}

}  // namespace uplink::tests
