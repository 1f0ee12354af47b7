// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The free async_exchange: connects, exchanges a request for a response, and closes, without a client object.
// <uplink/async_client.hpp> includes this header.
#pragma once

#include <uplink/detail/client/exchange_once.hpp>
#include <uplink/detail/client/exchange_once_advice.hpp>
#include <uplink/detail/support/advice.hpp>
#include <uplink/detail/support/concepts.hpp>
#include <uplink/detail/support/service_argument.hpp>
#include <uplink/framing.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

/// What async_exchange completes with: an error, and the response.
using exchange_once_signature = void(error_code, std::string);

/// Connects, exchanges a request for a response, and closes: the whole job in one call.
///
/// Completes with success when all of the request was sent and the peer has ended orderly after its response;
/// otherwise with the first error. The connection is closed either way. Our sending side stays open until
/// then: a peer that answers only after our end, as an echo server does, needs uplink::half_close behind the
/// request.
///
/// Without a limit there is none after connecting, and the response may grow to options.max_receive, 1 GiB by
/// default. A peer that falls silent is then waited for without end: options.idle_timeout is the remedy.
///
/// @param where    an execution context, or an executor of one; the client inside is on a strand of its own
/// @param host     as for async_client::async_connect
/// @param service  the name of a service, or a port as text or as an integer; one outside 1..65535 is
///                 asio::error::invalid_argument
/// @param request  all bytes to send; owned by the operation
/// @param options  of the client inside
/// @param limit    for all of it together, in place of options.connect.timeout
/// @param token    a completion token, as for async_client
/// @par Completion Signature
/// `void(error_code, std::string)`: the response, on an error the part of it that had come.
/// @par Executor
/// The handler's associated executor, by default that of `where`.
/// @par Per-Operation Cancellation
/// The signal is emitted on the handler's executor, as for Asio's own operations.
/// - terminal: leaves no socket; the handler gets the part of the response that had come
/// - partial: as terminal
/// - total: ignored
/// @par Error Codes
/// - the codes of async_client::async_connect. Usable: none.
/// - the codes of async_client::async_exchange. Usable: none.
/// @par Concurrency
/// It may be called from any thread, and the context may have several: each call has a client of its own.
/// @par Exceptions
/// As for the class async_client.
/// @par Example
/// @code
/// uplink::client_options options{.max_receive = 1 << 20};
/// uplink::async_exchange(io, host, service, "ping", options, 10s,
///                        [&](uplink::error_code ec, std::string response) {
///                            if (ec) log << ec.message();
///                            else log << response;
///                        });
/// @endcode
/// @see async_client::async_exchange
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    client_options options, basic_time_limit<std::chrono::steady_clock> limit,
                    Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, std::move(options), limit},
        token);
}
/// As above, but connecting is limited by options.connect.timeout, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    client_options options, Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, std::move(options), {}}, token);
}
/// As above, but with a limit, and the default options.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    basic_time_limit<std::chrono::steady_clock> limit, Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, {}, limit}, token);
}
/// As above, but connecting is limited to 30 s, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, {}, {}}, token);
}
/// As above, but with options and a limit, and with a half-close behind the request.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    half_close_t, client_options options, basic_time_limit<std::chrono::steady_clock> limit,
                    Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, std::move(options), limit},
        token);
}
/// As above, but connecting is limited by options.connect.timeout, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    half_close_t, client_options options, Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, std::move(options), {}}, token);
}
/// As above, but with a limit, and the default options.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    half_close_t, basic_time_limit<std::chrono::steady_clock> limit,
                    Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, {}, limit}, token);
}
/// As above, but connecting is limited to 30 s, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, detail::service_argument service, std::string request,
                    half_close_t, Token&& token = Token()) {
    return detail::exchange_once<Token>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, {}, {}}, token);
}
/// Viable for no valid call: the name of Advice says what to write instead.
template <detail::executor_or_context Where, class... Arguments,
          detail::mistake Advice = detail::once_advice<Where, Arguments...>>
void async_exchange(Where&&, Arguments&&...) = delete;

}  // namespace uplink
