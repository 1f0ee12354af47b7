// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The service argument of a function: text, or the number of a port. The object owns its text.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class T, class... Others>
concept is_one_of = (std::same_as<T, Others> || ...);

/// An integer type, except bool and the character types: such an argument is a mistake.
template <class T>
concept port_number = std::integral<T> && !is_one_of<T, bool, char, wchar_t, char8_t, char16_t, char32_t>;

/// A number that is no port becomes text that is no service either, which is asio::error::invalid_argument
/// later.
template <port_number Number> std::string port_text(Number number) {
    return std::to_string(std::in_range<std::uint16_t>(number) ? static_cast<unsigned>(number) : 0U);
}

/// Converts implicitly. A type that does not convert to std::string implicitly, and is no port_number, does
/// not convert.
struct service_argument {
    template <std::convertible_to<std::string> Text>
    service_argument(Text&& service) : text(std::forward<Text>(service)) {}
    template <port_number Number> service_argument(Number port) : text(port_text(port)) {}

    std::string text;
};

}  // namespace uplink::detail
