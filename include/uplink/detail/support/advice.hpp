// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Advice for calls that do not compile. Each function of a client has one more overload, which is deleted and
// has a template parameter Advice: a type of this file, whose name says what to write instead. Compilers
// print it in their first lines. If nothing is known to be wrong, Advice is nothing_is_wrong, which the
// concept `mistake` refuses. So the overload is not viable: valid calls do not see it, and a
// requires-expression about another call is simply false.
#pragma once

#include <uplink/detail/support/concepts.hpp>
#include <uplink/detail/support/service_argument.hpp>
#include <uplink/framing.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct nothing_is_wrong {};
template <class Signature> struct pass_a_completion_token_for {};
struct give_the_limit_as_a_duration_or_time_point_before_the_token {};
struct give_host_and_service_as_std_string_or_the_port_as_an_integer {};
struct give_the_request_as_std_string {};
struct say_asio_buffer_or_std_move {};
struct say_asio_buffer {};
struct give_the_limit_as_a_duration_or_time_point {};
struct pass_an_error_code_variable_last {};
struct give_the_delimiter_as_std_string {};
struct give_the_number_of_bytes_as_an_integer {};
struct give_a_framing_such_as_length_prefixed {};

template <class Advice>
concept mistake = !std::same_as<Advice, nothing_is_wrong>;

template <class Token, class Signature>
using token_advice = std::conditional_t<net::completion_token_for<Token, Signature>, nothing_is_wrong,
                                        pass_a_completion_token_for<Signature>>;

/// The end of a call, `limit, token`, of which either may be left out, the token only for a default one.
/// Client has the types time_limit and default_token.
template <class Client, class Signature, class... Tail> struct tail_advice_of {
    using type = nothing_is_wrong;  // too many arguments
};
template <class Client, class Signature> struct tail_advice_of<Client, Signature> {
    using type = token_advice<typename Client::default_token, Signature>;
};
template <class Client, class Signature, class Last>
    requires net::completion_token_for<Last, Signature>
struct tail_advice_of<Client, Signature, Last> {
    using type = nothing_is_wrong;
};
template <class Client, class Signature, class Last> struct tail_advice_of<Client, Signature, Last> {
    using type =
        std::conditional_t<std::is_arithmetic_v<std::remove_cvref_t<Last>>,
                           give_the_limit_as_a_duration_or_time_point_before_the_token,
                           std::conditional_t<std::convertible_to<Last, typename Client::time_limit>,
                                              token_advice<typename Client::default_token, Signature>,
                                              pass_a_completion_token_for<Signature>>>;
};
template <class Client, class Signature, class Limit, class Last>
struct tail_advice_of<Client, Signature, Limit, Last> {
    using type = std::conditional_t<std::convertible_to<Limit, typename Client::time_limit>,
                                    token_advice<Last, Signature>,
                                    give_the_limit_as_a_duration_or_time_point_before_the_token>;
};
template <class Client, class Signature, class... Tail>
using tail_advice = typename tail_advice_of<Client, Signature, Tail...>::type;

/// The same, with half_close in front or not.
template <class Client, class... Tail>
struct exchange_tail_advice_of : tail_advice_of<Client, typename Client::transfer_signature, Tail...> {};
template <class Client, std::convertible_to<half_close_t> First, class... Tail>
struct exchange_tail_advice_of<Client, First, Tail...>
    : tail_advice_of<Client, typename Client::transfer_signature, Tail...> {};

/// Bytes in a container that a send does not own.
template <class T>
concept unowned_bytes = unowned_text<T> ||
    (!const_buffer_sequence<std::remove_cvref_t<T>> && !std::convertible_to<T, std::string> &&
     requires(const std::remove_cvref_t<T>& bytes) {
         std::data(bytes);
         std::size(bytes);
     });
template <class T>
inline constexpr bool is_owned_bytes = std::convertible_to<T, std::string> && !unowned_text<T>;
template <byte_type Byte> inline constexpr bool is_owned_bytes<std::vector<Byte>> = true;  // not an lvalue

template <class Tail, class Bytes> struct bytes_advice_of {
    using type = nothing_is_wrong;  // not bytes at all
};
template <class Tail, class Bytes>
    requires(const_buffer_sequence<std::remove_cvref_t<Bytes>> || is_owned_bytes<Bytes>)
struct bytes_advice_of<Tail, Bytes> : Tail {};
template <class Tail, unowned_bytes Bytes>
    requires(!is_owned_bytes<Bytes>)
struct bytes_advice_of<Tail, Bytes> {
    using type = say_asio_buffer_or_std_move;
};
template <class Client, class Bytes, class... Tail>
using send_advice =
    typename bytes_advice_of<tail_advice_of<Client, typename Client::transfer_signature, Tail...>,
                             Bytes>::type;
template <class Client, class Bytes, class... Tail>
using exchange_advice = typename bytes_advice_of<exchange_tail_advice_of<Client, Tail...>, Bytes>::type;

template <class T>
concept text_argument = std::convertible_to<T, std::string> || std::convertible_to<T, std::string_view>;
/// What people give for a host. An address is none; the advice names what is.
template <class T>
concept given_as_host = text_argument<T> || std::convertible_to<T, net::ip::address>;
template <class T>
concept service_text_or_number = std::convertible_to<T, std::string> || port_number<std::remove_cvref_t<T>>;

/// `host, service` and the rest of a call. A host without a service: the service is missing, or is not text.
template <class Tail, class Host, class Service> struct host_and_service_advice_of {
    using type = give_host_and_service_as_std_string_or_the_port_as_an_integer;
};
template <class Tail, std::convertible_to<std::string> Host, service_text_or_number Service>
struct host_and_service_advice_of<Tail, Host, Service> : Tail {};

/// Where to connect to, and the rest of a call.
template <class Client, class... Arguments> struct connect_advice_of { using type = nothing_is_wrong; };
template <class Client, class Endpoint, class... Tail>
    requires(std::convertible_to<Endpoint, typename Client::endpoint_type> ||
             endpoint_sequence<std::remove_cvref_t<Endpoint>, typename Client::endpoint_type>)
struct connect_advice_of<Client, Endpoint, Tail...>
    : tail_advice_of<Client, typename Client::connect_signature, Tail...> {};
template <class Client, given_as_host Host, class Service, class... Tail>
    requires std::same_as<typename Client::endpoint_type, net::ip::tcp::endpoint>
struct connect_advice_of<Client, Host, Service, Tail...>
    : host_and_service_advice_of<tail_advice_of<Client, typename Client::connect_signature, Tail...>, Host,
                                 Service> {
};
template <class Client, class... Arguments>
using connect_advice = typename connect_advice_of<Client, Arguments...>::type;

/// The end of a call that blocks, `limit, error_code&`, of which either may be left out.
template <class Limit, class... Tail> struct blocking_advice_of { using type = nothing_is_wrong; };
template <class Limit, class Last> struct blocking_advice_of<Limit, Last> {
    using type = std::conditional_t<
        std::same_as<Last, error_code&> || std::convertible_to<Last, std::optional<Limit>>, nothing_is_wrong,
        std::conditional_t<std::convertible_to<Last, error_code>, pass_an_error_code_variable_last,
                           give_the_limit_as_a_duration_or_time_point>>;
};
template <class Limit, class Given, class Last> struct blocking_advice_of<Limit, Given, Last> {
    using type = std::conditional_t<std::convertible_to<Given, std::optional<Limit>>,
                                    std::conditional_t<std::same_as<Last, error_code&>, nothing_is_wrong,
                                                       pass_an_error_code_variable_last>,
                                    give_the_limit_as_a_duration_or_time_point>;
};
template <class Limit, class... Tail>
using blocking_advice = typename blocking_advice_of<Limit, Tail...>::type;

template <class Limit, class... Tail>
struct blocking_exchange_advice_of : blocking_advice_of<Limit, Tail...> {};
template <class Limit, std::convertible_to<half_close_t> First, class... Tail>
struct blocking_exchange_advice_of<Limit, First, Tail...> : blocking_advice_of<Limit, Tail...> {};
template <class Limit, class... Tail>
using blocking_exchange_advice = typename blocking_exchange_advice_of<Limit, Tail...>::type;

template <class Client, class Host, class Service, class... Tail> struct blocking_connect_advice_of {
    using type = nothing_is_wrong;
};
template <class Client, given_as_host Host, class Service, class... Tail>
    requires std::same_as<typename Client::endpoint_type, net::ip::tcp::endpoint>
struct blocking_connect_advice_of<Client, Host, Service, Tail...>
    : host_and_service_advice_of<blocking_advice_of<typename Client::time_limit, Tail...>, Host, Service> {
};
template <class Client, class Host, class Service, class... Tail>
using blocking_connect_advice = typename blocking_connect_advice_of<Client, Host, Service, Tail...>::type;

/// A blocking send takes text and buffers, and uses the bytes during the call only.
template <class Limit, class Bytes, class... Tail>
struct blocking_send_advice_of : blocking_advice_of<Limit, Tail...> {};
template <class Limit, unowned_bytes Bytes, class... Tail>
    requires(!std::convertible_to<Bytes, std::string_view>)
struct blocking_send_advice_of<Limit, Bytes, Tail...> {
    using type = say_asio_buffer;
};
template <class Limit, class Bytes, class... Tail>
using blocking_send_advice = typename blocking_send_advice_of<Limit, Bytes, Tail...>::type;

/// What is to be received, in front of the rest of a call.
template <class Delimiter, class Rest>
using delimiter_advice =
    std::conditional_t<std::convertible_to<Delimiter, std::string>, Rest, give_the_delimiter_as_std_string>;
template <class Number, class Rest>
using number_advice = std::conditional_t<std::convertible_to<Number, std::size_t>, Rest,
                                         give_the_number_of_bytes_as_an_integer>;
template <class Framing, class Rest>
using framing_advice =
    std::conditional_t<framing<std::remove_cvref_t<Framing>>, Rest, give_a_framing_such_as_length_prefixed>;

}  // namespace uplink::detail
