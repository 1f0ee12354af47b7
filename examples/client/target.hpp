// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The server that the client's arguments name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tool {

struct target {
    std::string host{};
    std::string service{};
    std::optional<std::string>
        path{};  ///< of a local socket, instead of both; a leading @ is an abstract name

    /// As messages name it.
    std::string name() const { return path ? "unix:" + *path : host + ' ' + service; }
};

/// HOST:PORT or [V6]:PORT. None if it is neither: an IPv6 address without brackets could end anywhere.
inline std::optional<target> split_host_and_port(std::string_view word) {
    const bool has_brackets = word.starts_with('[');
    const std::size_t colon = has_brackets ? word.find("]:") : word.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view host = has_brackets ? word.substr(1, colon - 1) : word.substr(0, colon);
    const std::string_view service = word.substr(colon + (has_brackets ? 2 : 1));
    if (host.empty() || service.empty() || service.find(':') != std::string_view::npos) return std::nullopt;
    return target{std::string(host), std::string(service), {}};
}

/// HOST and SERVICE in two words, or one word that has both, or unix:PATH. None if it is nothing of these. What is
/// inside the words is for the library to judge.
inline std::optional<target> parse_target(std::string_view first, const std::optional<std::string>& second) {
    constexpr std::string_view scheme = "unix:";
    if (first.starts_with(scheme)) {
        if (second) return std::nullopt;
        return target{{}, {}, std::string(first.substr(scheme.size()))};
    }
    if (second) return target{std::string(first), *second, {}};
    return split_host_and_port(first);
}

}  // namespace tool
