// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The requirements of the public functions on their arguments. Concepts only.
#pragma once

#include <uplink/detail/support/service_argument.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class T>
concept execution_context_type = std::derived_from<T, net::execution_context>;

/// The place where a free function runs: an executor of an execution context, or the context itself.
template <class T>
concept executor_or_context = execution_context_type<std::remove_cvref_t<T>> ||
    requires(const std::remove_cvref_t<T>& executor) {
    { net::query(executor, net::execution::context) } -> std::convertible_to<net::execution_context&>;
};

template <class T> auto executor_of(T& where) {
    if constexpr (execution_context_type<std::remove_cvref_t<T>>) {
        return where.get_executor();
    } else {
        return std::remove_cvref_t<T>(where);
    }
}

template <class T> using executor_of_t = decltype(executor_of(std::declval<std::remove_reference_t<T>&>()));

template <class Stream>
concept has_layer_options = requires {
    typename Stream::options_type;
};

template <class Stream>
concept has_layer_settings = !std::same_as<layer_settings_of_t<Stream>, no_layer_options>;

template <class Core>
concept can_look_up = Core::is_tcp;

/// The completion token of a connect by name, which only TCP clients have.
template <class Token, class Core, class Signature>
concept lookup_token_for = can_look_up<Core> && net::completion_token_for<Token, Signature>;

/// The completion token of a connect that verifies nobody, which only streams without a handshake have.
template <class Token, class Stream, class Signature>
concept plain_token_for = !shakes_hands<Stream> && net::completion_token_for<Token, Signature>;

/// The path of a local socket: only clients of local sockets connect to one. It is preferred to the
/// conversion of text to an endpoint, which throws and knows no abstract names.
template <class Path, class Endpoint>
concept local_path_for = is_local_v<typename Endpoint::protocol_type> &&
    (std::convertible_to<Path, std::string> || std::convertible_to<Path, std::string_view>);

template <class Path> std::string path_text(Path&& path) {
    if constexpr (std::convertible_to<Path, std::string>) return std::forward<Path>(path);
    else return std::string(std::string_view(path));
}

/// The options of a stream that is a layer, such as TLS.
template <class T, class Stream>
concept layer_options_for = has_layer_options<Stream> && std::same_as<T, layer_options_of_t<Stream>>;

template <class T>
concept const_buffer_sequence = net::is_const_buffer_sequence<T>::value;

template <class T>
concept mutable_buffer_sequence = net::is_mutable_buffer_sequence<T>::value;

template <class T>
concept byte_type = std::same_as<T, char> || std::same_as<T, unsigned char> || std::same_as<T, std::byte>;

/// Text that a send does not own, and that may be destroyed before the send completes.
template <class T>
concept unowned_text = std::same_as<std::remove_cvref_t<T>, std::string_view> ||
    (std::same_as<std::remove_cvref_t<T>, std::string> &&
     (std::is_lvalue_reference_v<T> || std::is_const_v<std::remove_reference_t<T>>));

template <class T, class Endpoint>
concept endpoint_sequence = requires(const T& range) {
    { *std::begin(range) } -> std::convertible_to<Endpoint>;
    std::end(range);
};

template <class Endpoint, class Range> std::vector<Endpoint> to_vector(const Range& range) {
    std::vector<Endpoint> endpoints;
    for (auto it = std::begin(range); it != std::end(range); ++it) {
        endpoints.push_back(*it);
    }
    return endpoints;
}

}  // namespace uplink::detail
