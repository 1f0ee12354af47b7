// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Advice for calls of the free async_exchange that do not compile: see detail/support/advice.hpp.
#pragma once

#include <uplink/detail/support/advice.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/concepts.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <concepts>
#include <string>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Where> struct exchange_once_call {
    using time_limit = basic_time_limit<std::chrono::steady_clock>;
    using default_token = default_token_t<executor_of_t<Where>>;
};

/// The end of a call: `half_close, options, limit, token`, of which each may be left out.
template <class Where, class... Tail>
struct once_options_advice_of
    : tail_advice_of<exchange_once_call<Where>, void(error_code, std::string), Tail...> {};
template <class Where, std::convertible_to<client_options> Options, class... Tail>
struct once_options_advice_of<Where, Options, Tail...>
    : tail_advice_of<exchange_once_call<Where>, void(error_code, std::string), Tail...> {};
template <class Where, class... Tail> struct once_tail_advice_of : once_options_advice_of<Where, Tail...> {};
template <class Where, std::convertible_to<half_close_t> First, class... Tail>
struct once_tail_advice_of<Where, First, Tail...> : once_options_advice_of<Where, Tail...> {};

/// A request and the rest.
template <class Where, class Request, class... Tail> struct once_request_advice_of {
    using type = give_the_request_as_std_string;
};
template <class Where, std::convertible_to<std::string> Request, class... Tail>
struct once_request_advice_of<Where, Request, Tail...> : once_tail_advice_of<Where, Tail...> {};

/// The arguments behind the place where it runs.
template <class Where, class... Arguments> struct once_advice_of { using type = nothing_is_wrong; };
template <class Where, given_as_host Host, class Service, class Request, class... Tail>
struct once_advice_of<Where, Host, Service, Request, Tail...>
    : host_and_service_advice_of<once_request_advice_of<Where, Request, Tail...>, Host, Service> {};
template <class Where, class... Arguments>
using once_advice = typename once_advice_of<Where, Arguments...>::type;

}  // namespace uplink::detail
