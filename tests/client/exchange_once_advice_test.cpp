// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The error message of a call of the free async_exchange that does not compile, by its arguments; the compiler checks
// each row.
// How compilers print it is seen by tests/package/errors_explain.sh.
#include <uplink/detail/client/exchange_once_advice.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using detail::give_host_and_service_as_std_string_or_the_port_as_an_integer;
using detail::give_the_limit_as_a_duration_or_time_point_before_the_token;
using detail::give_the_request_as_std_string;
using detail::nothing_is_wrong;

using signature = void(error_code, std::string);
using pass_a_token = detail::pass_a_completion_token_for<signature>;
using seconds = std::chrono::seconds;
using text = std::string;
using options = client_options;
struct token {
    void operator()(error_code, std::string) const;
};
struct other_token {
    void operator()(error_code) const;
};

template <class... Arguments> using advice = detail::once_advice<net::io_context&, Arguments...>;
template <class Expected, class... Arguments>
inline constexpr bool is = std::same_as<advice<Arguments...>, Expected>;

// Valid calls, of each form.
static_assert(is<nothing_is_wrong, text, text, text, token>);
static_assert(is<nothing_is_wrong, const char*, const char*, const char*, token>);
static_assert(is<nothing_is_wrong, text, unsigned short, text, token>);
static_assert(is<nothing_is_wrong, text, text, text, seconds, token>);
static_assert(is<nothing_is_wrong, text, text, text, half_close_t, token>);
static_assert(is<nothing_is_wrong, text, text, text, half_close_t, seconds, token>);
static_assert(is<nothing_is_wrong, text, text, text, half_close_t, options, token>);
static_assert(is<nothing_is_wrong, text, text, text, half_close_t, options, seconds, token>);

// What is not known to be a call of this function.
static_assert(is<nothing_is_wrong>);
static_assert(is<nothing_is_wrong, text>);
static_assert(is<nothing_is_wrong, text, text>);
static_assert(is<nothing_is_wrong, int, text, text, token>);

// The first mistake, from the left, is the one that is named.
static_assert(
    is<give_host_and_service_as_std_string_or_the_port_as_an_integer, std::string_view, text, text, token>);
static_assert(is<give_host_and_service_as_std_string_or_the_port_as_an_integer, text, double, text, token>);
static_assert(is<give_host_and_service_as_std_string_or_the_port_as_an_integer, text, double, int, int>);
static_assert(is<give_the_request_as_std_string, text, text, std::string_view, token>);
static_assert(is<give_the_request_as_std_string, text, text, net::const_buffer, int>);
static_assert(is<give_the_limit_as_a_duration_or_time_point_before_the_token, text, text, text, int, token>);
static_assert(is<give_the_limit_as_a_duration_or_time_point_before_the_token, text, text, text, half_close_t,
                 options, token, seconds>);
static_assert(is<pass_a_token, text, text, text, seconds, other_token>);
static_assert(is<pass_a_token, text, text, text, half_close_t, options, seconds, other_token>);
static_assert(is<pass_a_token, text, text, text, other_token>);

}  // namespace

TEST_CASE("each wrong call of the free async_exchange has advice, and no valid one has", "[advice]") {
    SUCCEED("by the compiler");
}

}  // namespace uplink::tests
