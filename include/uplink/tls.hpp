// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// TLS (RFC 8446 and RFC 5246) for the client: secure as it comes. The server is verified, by name and by the
// system's roots, the session is resumed where that is safe, and an end without close_notify is
// errc::truncated. The code that uses a client is the same with and without TLS. This header needs OpenSSL 3;
// CMake: uplink::tls.
//
//     uplink::tls_client client{io};                           // the system's roots
//     uplink::tls_client client{io, {.ca_file = "own.pem"}};   // roots of one's own
//     client.async_connect("example.org", 443, 10s, token);    // the handshake is part of it
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/blocking_client.hpp>
#include <uplink/detail/client/exchange_once_advice.hpp>
#include <uplink/detail/support/advice.hpp>
#include <uplink/tls_context.hpp>
#include <uplink/tls_options.hpp>
#include <uplink/tls_stream.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

/// The client over TLS. Made of an executor or a context and of tls_options, a tls_context, or neither, which
/// means the defaults; client_options may follow.
using tls_client = async_client<tls_stream<net::ip::tcp::socket>>;
/// The same with functions that wait.
using blocking_tls_client = basic_blocking_client<tls_client>;

/// As the async_exchange of <uplink/async_exchange.hpp>, but over TLS: the handshake is part of the connect,
/// and success means that the peer has ended with close_notify (RFC 8446, section 6.1).
///
/// @param context  many calls may share one, and then resume each other's sessions; it is copied
/// @par Error Codes
/// As there, and those of a connect over TLS: `errc::tls_configuration`, `certificate_rejected`, `tls_alert`,
/// `tls_failed`. An end without close_notify is `errc::truncated`, with what has come.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, client_options options,
                    basic_time_limit<std::chrono::steady_clock> limit, Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, std::move(options), limit},
        token, std::move(context));
}
/// As above, but connecting is limited by options.connect.timeout, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, client_options options, Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, std::move(options), {}}, token,
        std::move(context));
}
/// As above, but with a limit, and the default options.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, basic_time_limit<std::chrono::steady_clock> limit,
                    Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, {}, limit}, token,
        std::move(context));
}
/// As above, but connecting is limited to 30 s, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), false, {}, {}}, token,
        std::move(context));
}
/// As above, but with options and a limit, and with a half-close (close_notify) behind the request. A peer
/// that speaks TLS 1.2 may answer that end at once, and drop what it had to say (RFC 5246, section 7.2.1).
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, half_close_t, client_options options,
                    basic_time_limit<std::chrono::steady_clock> limit, Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, std::move(options), limit},
        token, std::move(context));
}
/// As above, but connecting is limited by options.connect.timeout, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, half_close_t, client_options options, Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, std::move(options), {}}, token,
        std::move(context));
}
/// As above, but with a limit, and the default options.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, half_close_t, basic_time_limit<std::chrono::steady_clock> limit,
                    Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, {}, limit}, token,
        std::move(context));
}
/// As above, but connecting is limited to 30 s, and the rest is without a limit.
template <detail::executor_or_context Where, net::completion_token_for<exchange_once_signature> Token =
                                                 detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, tls_context context, std::string host, detail::service_argument service,
                    std::string request, half_close_t, Token&& token = Token()) {
    return detail::exchange_once<Token, tls_stream>(
        detail::executor_of(where),
        {std::move(host), std::move(service.text), std::move(request), true, {}, {}}, token,
        std::move(context));
}
/// Viable for no valid call: the name of Advice says what to write instead.
template <detail::executor_or_context Where, class... Arguments,
          detail::mistake Advice = detail::once_advice<Where, Arguments...>>
void async_exchange(Where&&, tls_context, Arguments&&...) = delete;

}  // namespace uplink

#if defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/tls_clients.hpp>
#endif
