// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The requirements of the client on a stream, and the defaults from Asio for the parts that a stream does not
// have.
//
// A *socket* is opened by the connect race, one for each attempt. A *stream* is built on the winner: it is
// the socket itself, or a layer such as TLS that is made from the socket and owns it. A socket has Asio's
// names (async_connect, async_read_some, async_write_some, shutdown, close, is_open, local_endpoint,
// remote_endpoint), and may have
//   clock_type, timer_type    its own time: timer_type{executor} with now(), expires_at, async_wait, cancel
//   open_socket(endpoint, connect_options, socket_options) -> error_code    opens it for one attempt
//   static default_resolver(executor) -> std::shared_ptr<name_resolver>      replaces the system's resolver
//   static preferred_family(executor) -> address_family                      v4 or v6, raced first
//   pending_error() -> error_code, take_over(socket&&, socket_options) -> error_code
//                          it can be handed over: SO_ERROR; becomes the other's connection, on its own
//                          executor, and sets the options
//   peer_gone() -> bool    after an end of stream: is the whole connection gone, not just the peer's half
//   is_for_testing         true: views that are no longer valid are overwritten, in release builds too
// By these members a simulated network replaces the real one. A layer has next_layer() and next_layer_type,
// and may have
//   options_type           what its constructor takes beside the socket. With check(host, reason) ->
//                          error_code a connect is refused for them before any system call
//   async_handshake(handshake_target, token), describe(tls_report&)    after the race has been won
//   shut_down(error_code&)     ends the sending side in the layer's own protocol
//   has_certain_end() -> bool  the peer has said that it ends, so that a reset afterwards does not matter
//   peek(error_code&)          looks for bytes, an end or an error without waiting, and consumes no bytes
//   release_memory()           gives back what only a busy connection needs
#pragma once

#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Stream> struct socket_of { using type = Stream; };
template <class Stream>
    requires requires { typename Stream::next_layer_type; }
struct socket_of<Stream> {
    using type = std::remove_reference_t<typename Stream::next_layer_type>;
};

/// The socket that the race opens for a stream: the layer below TLS, or the stream itself.
template <class Stream> using socket_of_t = typename socket_of<Stream>::type;

template <class Stream> auto& socket_under(Stream& stream) noexcept {
    if constexpr (requires { stream.next_layer(); }) {
        return socket_under(stream.next_layer());
    } else {
        return stream;
    }
}

template <class Socket> struct clock_of { using type = std::chrono::steady_clock; };
template <class Socket>
    requires requires { typename Socket::clock_type; }
struct clock_of<Socket> {
    using type = typename Socket::clock_type;
};

template <class Socket> using clock_of_t = typename clock_of<Socket>::type;

/// A monotonic timer with now(), as a simulated timer has it.
template <class Executor>
class steady_timer : public net::basic_waitable_timer<std::chrono::steady_clock,
                                                      net::wait_traits<std::chrono::steady_clock>, Executor> {
public:
    using net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>,
                                    Executor>::basic_waitable_timer;
    std::chrono::steady_clock::time_point now() const noexcept { return std::chrono::steady_clock::now(); }
};

template <class Socket> struct timer_of { using type = steady_timer<typename Socket::executor_type>; };
template <class Socket>
    requires requires { typename Socket::timer_type; }
struct timer_of<Socket> {
    using type = typename Socket::timer_type;
};

template <class Socket> using timer_of_t = typename timer_of<Socket>::type;

struct no_layer_options {};

template <class Stream> struct layer_options_of { using type = no_layer_options; };
template <class Stream>
    requires requires { typename Stream::options_type; }
struct layer_options_of<Stream> {
    using type = typename Stream::options_type;
};

/// The options of a layer such as TLS, in addition to the client's options; an empty type for a plain socket.
template <class Stream> using layer_options_of_t = typename layer_options_of<Stream>::type;

/// The aggregate of which the options of a layer are made, for designated initialisers: tls_options of
/// tls_context.
template <class Stream> struct layer_settings_of { using type = no_layer_options; };
template <class Stream>
    requires requires { typename Stream::options_type::settings_type; }
struct layer_settings_of<Stream> {
    using type = typename Stream::options_type::settings_type;
};
template <class Stream> using layer_settings_of_t = typename layer_settings_of<Stream>::type;

/// The stream on a socket: the socket itself, or the layer made from it.
template <class Stream>
Stream make_layer(socket_of_t<Stream>&& socket, const layer_options_of_t<Stream>& options) {
    if constexpr (requires { typename Stream::options_type; }) {
        return Stream(std::move(socket), options);
    } else {
        static_cast<void>(options);
        return Stream(std::move(socket));
    }
}

/// A stream for tests has `static constexpr bool is_for_testing = true`; a layer on such a stream is for
/// tests too.
template <class Stream> inline constexpr bool is_for_testing_v = false;
template <class Stream>
    requires requires { Stream::is_for_testing; }
inline constexpr bool is_for_testing_v<Stream> = Stream::is_for_testing;
template <class Stream>
    requires(
        !requires { Stream::is_for_testing; } && requires { typename Stream::next_layer_type; } &&
        !std::is_same_v<Stream, socket_of_t<Stream>>)
inline constexpr bool is_for_testing_v<Stream> = is_for_testing_v<socket_of_t<Stream>>;

template <class Protocol> inline constexpr bool is_tcp_v = std::is_same_v<Protocol, net::ip::tcp>;
template <class Protocol>
inline constexpr bool is_local_v = std::is_same_v<Protocol, net::local::stream_protocol>;

/// The stream is a layer that shakes hands after connecting, such as TLS.
template <class Stream>
concept shakes_hands = requires(Stream& stream, void (*token)(error_code)) {
    stream.async_handshake(handshake_target(), token);
};

}  // namespace uplink::detail
