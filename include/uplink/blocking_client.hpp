// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client for programs, tests and scripts that want to wait: the same operations without `async_`, with
// the same limits and errors, each in a throwing form and one with a trailing error_code&.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/support/advice.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/checked.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

/// False on a simulated network.
template <class Client>
inline constexpr bool runs_in_real_time =
    std::is_same_v<typename Client::clock_type, std::chrono::steady_clock>;

}  // namespace detail

/// Runs an async client on an io_context of its own, one operation at a time. Not for use from two threads
/// at once. A time limit that is left out is the option's default for connect and close, none for the rest.
///
/// Every function has the forms  f(args..., limit = {})  which throws system_error, and
/// f(args..., error_code&)  and  f(args..., limit, error_code&)  which do not. The codes, and the state of
/// the connection after each, are those of the async function of that name; std::bad_alloc may be thrown by
/// all forms. Arguments are used during the call only, and a returned value is the caller's own.
///
/// After an error the bytes that were received are in client().state(), and the next receive goes on with
/// them. The value that is returned beside an error_code is then empty, except the count of send.
///
/// While a call waits, operations started on client() go on too, and their handlers are called from within
/// it; none may call a function of this class. An exception from a handler passes through the call; the
/// call's own operation has then been aborted by closing the connection. The same happens if a handler stops
/// context().
template <class Client> class basic_blocking_client {
public:
    using client_type = Client;                            ///< the client that it runs
    using endpoint_type = typename Client::endpoint_type;  ///< the client's
    using time_limit = typename Client::time_limit;        ///< the client's
    using optional_limit = std::optional<time_limit>;      ///< none: the default of the option, or no limit
    using state_type = typename Client::state_type;        ///< the client's
    using socket_type = typename Client::socket_type;      ///< the client's
    static_assert(detail::runs_in_real_time<Client>,
                  "a blocking client waits in real time, in which nothing happens on a simulated network: "
                  "test code that uses an async_client there, or a blocking client against a real server");
    static constexpr bool is_plain =
        !detail::shakes_hands<typename Client::stream_type>;  ///< the stream has no handshake

    /// Nothing is checked and no socket is opened before connect.
    explicit basic_blocking_client(client_options options = client_options(), state_type state = state_type())
        : client_(context_, std::move(options), std::move(state)) {}
    /// With the options of the layer, if the stream is one that has options.
    template <detail::layer_options_for<typename Client::stream_type> LayerOptions>
    explicit basic_blocking_client(LayerOptions layer, client_options options = client_options(),
                                   state_type state = state_type())
        : client_(context_, std::move(layer), std::move(options), std::move(state)) {}
    /// With what the options of the layer are made of, such as tls_options.
    explicit basic_blocking_client(
        detail::layer_settings_of_t<typename Client::stream_type> layer,
        client_options options = client_options(),
        state_type state = state_type()) requires detail::has_layer_settings<typename Client::stream_type>
        : client_(context_, std::move(layer), std::move(options), std::move(state)) {}

    /// The async client: its state, report, options and stream. Run context() to drive operations on it.
    Client& client() noexcept { return client_; }
    /// As above.
    const Client& client() const noexcept { return client_; }
    /// The context that the client runs on.
    net::io_context& context() noexcept { return context_; }

    /// Connected and not closed.
    bool is_open() const noexcept { return client_.is_open(); }

    /// Connects to a name or literal; returns the endpoint connected to. client().last_connect() has every
    /// attempt.
    endpoint_type connect(const std::string& host, const std::string& service, optional_limit limit = {}) {
        return detail::checked("connect", [&](error_code& ec) { return connect(host, service, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    endpoint_type connect(const std::string& host, const std::string& service, error_code& ec) {
        return connect(host, service, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    endpoint_type connect(const std::string& host, const std::string& service, optional_limit limit,
                          error_code& ec) {
        return wait<endpoint_type>(ec, [&](auto handler) {
            limit ? client_.async_connect(host, service, *limit, handler)
                  : client_.async_connect(host, service, handler);
        });
    }
    /// The same with the port as a number.
    template <detail::port_number Port>
    endpoint_type connect(const std::string& host, Port port, optional_limit limit = {}) {
        return connect(host, detail::port_text(port), limit);
    }
    /// As above, but with an error code in place of the exception.
    template <detail::port_number Port>
    endpoint_type connect(const std::string& host, Port port, error_code& ec) {
        return connect(host, detail::port_text(port), ec);
    }
    /// As above, but with a limit and an error code.
    template <detail::port_number Port>
    endpoint_type connect(const std::string& host, Port port, optional_limit limit, error_code& ec) {
        return connect(host, detail::port_text(port), limit, ec);
    }
    /// Connects to one endpoint; no lookup.
    endpoint_type connect(const endpoint_type& endpoint, optional_limit limit = {}) {
        return detail::checked("connect", [&](error_code& ec) { return connect(endpoint, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    endpoint_type connect(const endpoint_type& endpoint, error_code& ec) {
        return connect(endpoint, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    endpoint_type connect(const endpoint_type& endpoint, optional_limit limit, error_code& ec) {
        return wait<endpoint_type>(ec, [&](auto handler) {
            limit ? client_.async_connect(endpoint, *limit, handler)
                  : client_.async_connect(endpoint, handler);
        });
    }

    /// Connects to the first endpoint of a range that accepts, raced in its order.
    template <detail::endpoint_sequence<endpoint_type> EndpointSequence>
    endpoint_type connect(const EndpointSequence& endpoints, optional_limit limit = {}) {
        return detail::checked("connect", [&](error_code& ec) { return connect(endpoints, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    template <detail::endpoint_sequence<endpoint_type> EndpointSequence>
    endpoint_type connect(const EndpointSequence& endpoints, error_code& ec) {
        return connect(endpoints, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    template <detail::endpoint_sequence<endpoint_type> EndpointSequence>
    endpoint_type connect(const EndpointSequence& endpoints, optional_limit limit, error_code& ec) {
        return wait<endpoint_type>(ec, [&](auto handler) {
            limit ? client_.async_connect(endpoints, *limit, handler)
                  : client_.async_connect(endpoints, handler);
        });
    }

    /// Connects over a socket that is connected already, which is taken; see async_client::async_connect.
    endpoint_type connect(socket_type&& connected, const std::string& host, optional_limit limit = {}) {
        return detail::checked(
            "connect", [&](error_code& ec) { return connect(std::move(connected), host, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    endpoint_type connect(socket_type&& connected, const std::string& host, error_code& ec) {
        return connect(std::move(connected), host, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    endpoint_type connect(socket_type&& connected, const std::string& host, optional_limit limit,
                          error_code& ec) {
        return wait<endpoint_type>(ec, [&](auto handler) {
            limit ? client_.async_connect(std::move(connected), host, *limit, handler)
                  : client_.async_connect(std::move(connected), host, handler);
        });
    }
    /// The same without a host, on streams without a handshake.
    endpoint_type connect(socket_type&& connected, optional_limit limit = {}) requires is_plain {
        return detail::checked("connect",
                               [&](error_code& ec) { return connect(std::move(connected), limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    endpoint_type connect(socket_type&& connected, error_code& ec) requires is_plain {
        return connect(std::move(connected), optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    endpoint_type connect(socket_type&& connected, optional_limit limit, error_code& ec) requires is_plain {
        return wait<endpoint_type>(ec, [&](auto handler) {
            limit ? client_.async_connect(std::move(connected), *limit, handler)
                  : client_.async_connect(std::move(connected), handler);
        });
    }

    /// Connects a local client to the path of a socket; a leading @ makes it an abstract name.
    template <detail::local_path_for<endpoint_type> Path>
    endpoint_type connect(const Path& path, optional_limit limit = {}) {
        return detail::checked("connect", [&](error_code& ec) { return connect(path, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    template <detail::local_path_for<endpoint_type> Path>
    endpoint_type connect(const Path& path, error_code& ec) {
        return connect(path, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    template <detail::local_path_for<endpoint_type> Path>
    endpoint_type connect(const Path& path, optional_limit limit, error_code& ec) {
        return wait<endpoint_type>(ec, [&](auto handler) {
            limit ? client_.async_connect(path, *limit, handler) : client_.async_connect(path, handler);
        });
    }

    /// Sends text or buffers; returns the number of bytes that were sent, also on an error.
    std::size_t send(std::string_view text, optional_limit limit = {}) {
        return send(net::buffer(text), limit);
    }
    /// As above, but with an error code in place of the exception.
    std::size_t send(std::string_view text, error_code& ec) {
        return send(net::buffer(text), optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    std::size_t send(std::string_view text, optional_limit limit, error_code& ec) {
        return send(net::buffer(text), limit, ec);
    }
    /// As above, but of buffers.
    template <detail::const_buffer_sequence Buffers>
    std::size_t send(const Buffers& buffers, optional_limit limit = {}) {
        return detail::checked("send", [&](error_code& ec) { return send(buffers, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    template <detail::const_buffer_sequence Buffers>
    std::size_t send(const Buffers& buffers, error_code& ec) {
        return send(buffers, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    template <detail::const_buffer_sequence Buffers>
    std::size_t send(const Buffers& buffers, optional_limit limit, error_code& ec) {
        return wait<std::size_t>(ec,
                                 [&](auto handler) { client_.async_send(buffers, given(limit), handler); });
    }

    /// Half-close: the peer sees the end of what was sent.
    void shutdown_send(optional_limit limit = {}) {
        detail::checked("shutdown_send", [&](error_code& ec) { shutdown_send(limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    void shutdown_send(error_code& ec) { shutdown_send(optional_limit(), ec); }
    /// As above, but with a limit and an error code.
    void shutdown_send(optional_limit limit, error_code& ec) {
        wait<>(ec, [&](auto handler) { client_.async_shutdown_send(given(limit), handler); });
    }

    /// Returns everything until the peer's orderly end, with what earlier receives have left over; nothing if
    /// the state keeps nothing.
    std::string receive(optional_limit limit = {}) {
        return detail::checked("receive", [&](error_code& ec) { return receive(limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    std::string receive(error_code& ec) { return receive(optional_limit(), ec); }
    /// As above, but with a limit and an error code.
    std::string receive(optional_limit limit, error_code& ec) {
        wait<std::size_t>(ec, [&](auto handler) { client_.async_receive(given(limit), handler); });
        return ec ? std::string() : take_all();
    }

    /// Returns what is there, or comes next: at least a byte.
    std::string receive_some(optional_limit limit = {}) {
        return detail::checked("receive_some", [&](error_code& ec) { return receive_some(limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    std::string receive_some(error_code& ec) { return receive_some(optional_limit(), ec); }
    /// As above, but with a limit and an error code.
    std::string receive_some(optional_limit limit, error_code& ec) {
        return wait_for_text(ec, [&](auto handler) { client_.async_receive_some(given(limit), handler); });
    }

    /// Returns the bytes up to and including the delimiter.
    std::string receive_until(const std::string& delimiter, optional_limit limit = {}) {
        return detail::checked("receive_until",
                               [&](error_code& ec) { return receive_until(delimiter, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    std::string receive_until(const std::string& delimiter, error_code& ec) {
        return receive_until(delimiter, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    std::string receive_until(const std::string& delimiter, optional_limit limit, error_code& ec) {
        return wait_for_text(
            ec, [&](auto handler) { client_.async_receive_until(delimiter, given(limit), handler); });
    }

    /// Returns exactly n bytes.
    std::string receive_exactly(std::size_t n, optional_limit limit = {}) {
        return detail::checked("receive_exactly",
                               [&](error_code& ec) { return receive_exactly(n, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    std::string receive_exactly(std::size_t n, error_code& ec) {
        return receive_exactly(n, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    std::string receive_exactly(std::size_t n, optional_limit limit, error_code& ec) {
        return wait_for_text(ec,
                             [&](auto handler) { client_.async_receive_exactly(n, given(limit), handler); });
    }

    /// Returns the payload of one message of the framing (see framing.hpp).
    template <framing Framing>
    std::string receive_message(Framing message_framing, optional_limit limit = {}) {
        return detail::checked("receive_message", [&](error_code& ec) {
            return receive_message(std::move(message_framing), limit, ec);
        });
    }
    /// As above, but with an error code in place of the exception.
    template <framing Framing> std::string receive_message(Framing message_framing, error_code& ec) {
        return receive_message(std::move(message_framing), optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    template <framing Framing>
    std::string receive_message(Framing message_framing, optional_limit limit, error_code& ec) {
        return wait_for_text(ec, [&](auto handler) {
            client_.async_receive_message(std::move(message_framing), given(limit), handler);
        });
    }

    /// Sends the request, and returns everything until the peer's orderly end, with what earlier receives
    /// have left over; receives while it sends. Our sending side stays open: a peer that answers only after
    /// our end needs the overloads with half_close.
    std::string exchange(std::string_view request, optional_limit limit = {}) {
        return detail::checked("exchange", [&](error_code& ec) { return exchange(request, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    std::string exchange(std::string_view request, error_code& ec) {
        return exchange(request, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    std::string exchange(std::string_view request, optional_limit limit, error_code& ec) {
        wait<std::size_t>(
            ec, [&](auto handler) { client_.async_exchange(net::buffer(request), given(limit), handler); });
        return ec ? std::string() : take_all();
    }
    /// As above, but with a half-close behind the request.
    std::string exchange(std::string_view request, half_close_t, optional_limit limit = {}) {
        return detail::checked("exchange",
                               [&](error_code& ec) { return exchange(request, half_close, limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    std::string exchange(std::string_view request, half_close_t, error_code& ec) {
        return exchange(request, half_close, optional_limit(), ec);
    }
    /// As above, but with a limit and an error code.
    std::string exchange(std::string_view request, half_close_t, optional_limit limit, error_code& ec) {
        wait<std::size_t>(ec, [&](auto handler) {
            client_.async_exchange(net::buffer(request), half_close, given(limit), handler);
        });
        return ec ? std::string() : take_all();
    }

    /// Graceful: waits for the peer's end, 10 s by default. The connection is closed whatever the result.
    void close(optional_limit limit = {}) {
        detail::checked("close", [&](error_code& ec) { close(limit, ec); });
    }
    /// As above, but with an error code in place of the exception.
    void close(error_code& ec) { close(optional_limit(), ec); }
    /// As above, but with a limit and an error code.
    void close(optional_limit limit, error_code& ec) {
        wait<>(ec, [&](auto handler) {
            limit ? client_.async_close(*limit, handler) : client_.async_close(handler);
        });
    }

    // Calls that do not compile. These overloads are deleted, and viable for no valid call: the compiler
    // prints the type Advice, whose name says what to write instead (detail/support/advice.hpp).

    template <class Host, class Service, class... Tail,
              detail::mistake Advice =
                  detail::blocking_connect_advice<basic_blocking_client, Host, Service, Tail...>>
    void connect(Host&&, Service&&, Tail&&...) = delete;
    template <class Bytes, class... Tail,
              detail::mistake Advice = detail::blocking_send_advice<time_limit, Bytes, Tail...>>
    void send(Bytes&&, Tail&&...) = delete;
    template <class... Tail, detail::mistake Advice = detail::blocking_advice<time_limit, Tail...>>
    void shutdown_send(Tail&&...) = delete;
    template <class... Tail, detail::mistake Advice = detail::blocking_advice<time_limit, Tail...>>
    void receive(Tail&&...) = delete;
    template <class... Tail, detail::mistake Advice = detail::blocking_advice<time_limit, Tail...>>
    void receive_some(Tail&&...) = delete;
    template <class Delimiter, class... Tail,
              detail::mistake Advice =
                  detail::delimiter_advice<Delimiter, detail::blocking_advice<time_limit, Tail...>>>
    void receive_until(Delimiter&&, Tail&&...) = delete;
    template <
        class Number, class... Tail,
        detail::mistake Advice = detail::number_advice<Number, detail::blocking_advice<time_limit, Tail...>>>
    void receive_exactly(Number&&, Tail&&...) = delete;
    template <class Framing, class... Tail,
              detail::mistake Advice =
                  detail::framing_advice<Framing, detail::blocking_advice<time_limit, Tail...>>>
    void receive_message(Framing&&, Tail&&...) = delete;
    template <class... Tail, detail::mistake Advice = detail::blocking_exchange_advice<time_limit, Tail...>>
    void exchange(std::string_view, Tail&&...) = delete;
    template <class... Tail, detail::mistake Advice = detail::blocking_advice<time_limit, Tail...>>
    void close(Tail&&...) = delete;

private:
    static time_limit given(const optional_limit& limit) { return limit.value_or(time_limit()); }

    /// Starts an operation and runs the context until its handler has been called; it never returns before,
    /// as the operation may use the caller's buffers.
    template <class... Values, class Start> auto wait(error_code& ec, Start start) {
        std::optional<std::tuple<error_code, Values...>> result;
        bool has_ended = false;
        // Copied here: before the loop comes back another handler may start a receive, which ends a view.
        start([&](const error_code& code, const auto&... values) {
            has_ended = true;
            result.emplace(code, Values(values)...);
        });
        context_.restart();
        try {
            while (!has_ended && context_.run_one() != 0) {
            }
            // With io_uring, Asio gives a write to the system in the next turn of the loop. Without that turn
            // the last message of a TLS handshake would stay here until the next call.
            if constexpr (detail::uses_io_uring) context_.poll();
        } catch (...) {
            // From a handler of an operation that the user started on client(), or no memory for a copy.
            abort_and_run(has_ended);
            throw;
        }
        if (!has_ended) abort_and_run(has_ended);  // the context was stopped
        ec = std::get<0>(*result);
        if constexpr (sizeof...(Values) == 1) return std::get<1>(std::move(*result));
    }
    void abort_and_run(const bool& has_ended) noexcept {
        client_.close();
        while (!has_ended) {
            try {
                context_.restart();
                context_.run_one();
            } catch (...) {  // From a handler again; the first exception is the one that is thrown on.
            }
        }
    }
    template <class Start> std::string wait_for_text(error_code& ec, Start start) {
        return wait<std::string>(ec, start);
    }

    /// Nothing if the state keeps nothing.
    std::string take_all() {
        if constexpr (viewable_state<state_type>) {
            std::string all(client_.state().view());
            client_.state().consume(all.size());
            return all;
        } else {
            return {};
        }
    }

    net::io_context context_{1};
    Client client_;
};

}  // namespace uplink
