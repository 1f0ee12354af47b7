// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The TCP client uplink::async_client: connect, send, receive, close, with any completion token. The class
// is its reference comments and short initiating functions; what happens is in detail/client, detail/connect
// and detail/connection, what is decided in detail/machine.
//
// Needed: C++20 with exceptions (-fno-exceptions does not compile; -fno-rtti does if ASIO_NO_TYPEID is
// defined). Asio's ASIO_USE_TS_EXECUTOR_AS_DEFAULT is not supported. With both `using namespace uplink`
// and `using namespace std` the name errc is ambiguous: write uplink::errc. g++ 12 cannot compile braces
// in a statement with a co_await correctly ("array used as initializer", or strings that are destroyed
// twice). That holds for `async_client client(co_await this_coro::executor, {.idle_timeout = 9s})` too: give
// the executor, or the options, a name in a statement before.
#pragma once

#include <uplink/async_exchange.hpp>
#include <uplink/connect_report.hpp>
#include <uplink/connection_stats.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/initiating_functions.hpp>
#include <uplink/detail/client/release_socket.hpp>
#include <uplink/detail/support/advice.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/checked.hpp>
#include <uplink/detail/support/concepts.hpp>
#include <uplink/detail/support/erased_executor.hpp>
#include <uplink/detail/support/service_argument.hpp>
#include <uplink/error.hpp>
#include <uplink/framing.hpp>
#include <uplink/fwd.hpp>
#include <uplink/limited_stream.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>
#include <uplink/received_bytes.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {

/// A client for one connection at a time over `Stream`, whose received bytes accumulate in `State`.
///
/// It connects, sends, receives and closes, with any completion token. After a failure or a close the same
/// client connects again, on a fresh socket.
///
/// @tparam Stream  the socket, or a layer on it that shakes hands while connecting
/// @tparam State   takes the received bytes, see receive_state; views of them need a viewable_state
///
/// What follows holds for every function whose name begins with `async_`; the comment of a function says what
/// is different there. In the examples `client` is such a client, connected, and std::chrono_literals are in
/// use; tests/client/reference_examples_test.cpp runs them.
///
/// @par Parameters
/// - `token` is a completion token. A call without one uses the executor's default token, and does not
///   compile if there is none.
/// - `limit` is how long the operation may take, its wait for earlier sends included; see Time Limits.
/// - Bytes are sent when the kernel has taken them; whether the peer has received them is not known. Over TLS
///   they are sent when they are encrypted.
/// - A buffer sequence is copied. The bytes behind it stay valid until the handler is called, also after a
///   cancel or close(); bytes to send stay unchanged too. All other arguments are owned by the operation; a
///   string or vector of bytes to send is freed before the handler is called.
///
/// @par Handlers
/// - A handler is called exactly once, never inside the initiating function. It is destroyed uncalled if the
///   execution context is destroyed first, or if the initiating function threw. One that is passed as an
///   lvalue is copied.
/// - The operation's memory comes from the handler's associated allocator, and is freed before the handler is
///   called.
/// - An exception from a handler leaves through the context's run(). The client and its other operations go
///   on.
/// - If there is no memory: a handler that is bound to another executor is handed over in memory of its own;
///   without it std::bad_alloc leaves through run() and that handler is not called, as with Asio's own
///   operations. Without memory to post completions, the client's next step calls the handlers; if the client
///   is destroyed before that step, they are destroyed uncalled with the context.
///
/// @par Time Limits
/// A duration counts from the initiation of the operation; a time point is absolute, so that one bounds a
/// whole conversation. The clock is monotonic. A limit that is left out is none, except for async_connect and
/// async_close, which then have their option's; a default-constructed time_limit is none for these too. A
/// limit that has expired already ends the operation before it does anything. options().idle_timeout applies
/// besides. A limit that runs out is the operation's own timeout code, never asio::error::operation_aborted.
///
/// @par Views
/// A view that a receive delivers stays readable until the next receive or async_read_some, async_connect,
/// take_state(), any change of state(), or destruction; a view from a future too. Its bytes have been removed
/// from state(). On an error it is empty, and nothing is removed.
///
/// @par Executor
/// The handler is called on its associated executor, by default the client's. What happens in between runs on
/// the client's.
///
/// @par Per-Operation Cancellation
/// A cancellation slot, cancel(), close() and destruction end an operation with
/// asio::error::operation_aborted. One that succeeded before it saw the request reports success. Over TLS
/// what is encrypted counts as sent, and is sent although its send was cancelled. What a signal leaves:
/// - terminal: a usable connection. A receive leaves every byte to the next receive, in state() if it was
///   read; async_drain leaves the sends, which go on; a half-close that waits, or a send of which nothing was
///   sent, leaves no trace. A send of which a part was sent leaves the exact count, and later sends fail with
///   `errc::send_interrupted`, while receives go on
/// - partial: as terminal
/// - total: as terminal, except that a send of which a part was sent goes on
///
/// @par Error Codes
/// The first fatal error of a connection, such as a reset, is kept: all later operations complete with it,
/// until the next async_connect. A receive that the bytes in state() satisfy still succeeds: what has been
/// received is delivered first. A receive that fails leaves in state() the bytes that came and were not
/// delivered, in order. "Usable" is about the connection: "yes", it serves further operations as before; "to
/// receive" or "to send", that direction still does; "no", the error is kept; "none", it is gone, or never
/// was. The codes of every operation except async_connect:
/// - `asio::error::operation_aborted`: cancelled. Usable: yes, or to receive if a part of a send was sent;
///   none after close().
/// - `asio::error::connection_reset`, other codes of the system: the connection's first fatal error. Usable:
///   no.
/// - `asio::error::not_connected`: before connecting and after closing. Usable: none.
///
/// @par Further Error Codes of Every Receive
/// Of async_receive and those that begin so, of async_read_some and of async_exchange:
/// - `errc::receive_timeout`: the limit, or options().idle_timeout, ran out. Usable: yes.
/// - `asio::error::eof`: the peer has ended orderly, and nothing is left; async_receive and async_exchange
///   succeed then. Usable: to send.
/// - `errc::truncated`: TLS ended without close_notify, which is a fatal error. Usable: no.
/// - `errc::tls_alert`, `errc::tls_failed`: TLS was ended by an alert of the peer, which last_connect().tls
///   names, or by a record that is not valid. Usable: no.
/// - `asio::error::no_memory`, or what State's commit() returned: State could not take more. Usable: yes.
/// - `errc::operation_in_progress`: another receive is pending, and goes on. Usable: yes.
///
/// @par Further Error Codes of Every Send
/// Of async_send, async_write_some, async_shutdown_send and async_exchange:
/// - `errc::send_timeout`: the limit, or options().idle_timeout, ran out. Usable: yes if nothing was sent,
///   else to receive.
/// - `errc::send_interrupted`: an earlier send was cut off part-way. Usable: to receive.
/// - `asio::error::broken_pipe`: after async_shutdown_send, or once async_close has begun. Usable: to
///   receive.
/// - `asio::error::no_memory`: for what the system did not take at once. Usable: no.
///
/// @par Concurrency
/// One receive may be pending at a time (async_exchange and async_read_some are receives too), beside any
/// number of sends and half-closes. Any number of drains may be pending, beside any other operation. Until
/// the handler of a receive is called state() may only be read.
///
/// @par Threads
/// Distinct clients may be used from different threads. One client is used from one thread or one strand at a
/// time, as Asio's sockets are; its cancellation signals and the views that it delivers too. From elsewhere,
/// and from a handler that is bound to another executor, post to get_executor(). That holds for initiating
/// functions with asio::use_future too. A handler does not run the event loop itself to wait for an operation
/// that it has started: the handler of that operation is called only after the first handler has returned. A
/// program that forks calls the context's notify_fork(), as Asio asks: a child that destroys its copy of a
/// client without it takes the parent's socket out of the parent's event loop.
///
/// @par Exceptions
/// An initiating function throws if it cannot have memory for the operation (`std::bad_alloc`, or what the
/// handler's allocator throws), or if copying an argument or moving the handler throws. No handler is called
/// then, and the client is unchanged. Afterwards want of memory is the error asio::error::no_memory.
///
/// @par Lifetime
/// Destruction is close(), and legal at any time, in any handler too, with any operation pending. The
/// handlers of pending operations are called later, mostly with asio::error::operation_aborted, and with
/// success if the operation had completed already: so a handler may run after the client is gone, and after
/// the object that has the client as a member. A class whose handlers use `this` therefore lets each handler
/// hold a share of the object (a std::shared_ptr to it), or lets it look first whether the object still lives
/// (a std::weak_ptr to a member). The error code alone does not say it. examples/testing_my_client.cpp shows
/// such a class.
///
/// After its execution context a client may only be destroyed, closed or assigned to. Pending operations go
/// on in the client moved to. A moved-from client may only be destroyed or assigned to. A State is destroyed
/// with the client and the last of its operations; a handler on another executor that was given a view keeps
/// it until it returns, and then the State is destroyed there.
template <class Stream, class State> class async_client {
    static_assert(receive_state<State>,
                  "State must accumulate received bytes: prepare(n), commit(n), size() and clear(), "
                  "see uplink::receive_state");
    using core_type = detail::client_core<Stream, State>;
    using optional_limit = std::optional<typename core_type::time_limit>;

public:
    using stream_type = Stream;                               ///< the socket, or a layer on it
    using state_type = State;                                 ///< what holds the received bytes
    using executor_type = typename core_type::executor_type;  ///< the stream's
    using endpoint_type = typename core_type::endpoint_type;  ///< an address of the stream's protocol
    using clock_type = typename core_type::clock_type;        ///< steady_clock, or virtual time
    using time_limit = basic_time_limit<clock_type>;          ///< how long an operation may take
    using lowest_layer_type = std::remove_reference_t<
        decltype(std::declval<Stream&>().lowest_layer())>;  ///< the socket at the bottom
    /// Stream itself if it is a socket, else the socket under it: what can be handed over.
    using socket_type = typename core_type::socket_type;
    using connect_report_type = basic_connect_report<endpoint_type>;  ///< what last_connect() returns
    /// The same client on another type of executor, as Asio's I/O objects have it.
    template <class Executor1> struct rebind_executor {
        using other = async_client<typename Stream::template rebind_executor<Executor1>::other,
                                   State>;  ///< the client on Executor1
    };

    using connect_signature = void(error_code, endpoint_type);  ///< of a connect
    using transfer_signature = void(error_code, std::size_t);   ///< of a send, an exchange and async_receive
    using view_signature = void(error_code, std::string_view);  ///< of a receive that gives a view
    using plain_signature = void(error_code);                   ///< of a close, a drain and a half-close
    /// The type of the default token: the executor's, or one that makes a call without a token a compile
    /// error.
    using default_token = detail::default_token_t<executor_type>;

    /// On an executor. Nothing is checked and no socket is opened before async_connect.
    ///
    /// @param executor  of a context that outlives the client
    /// @param options   see client_options; invalid ones are asio::error::invalid_argument from async_connect
    /// @param state     what receives begin with; async_connect clears it
    explicit async_client(const executor_type& executor, client_options options = client_options(),
                          State state = State())
        : core_(std::make_shared<core_type>(executor, detail::layer_options_of_t<Stream>{},
                                            std::move(options), std::move(state))) {}
    /// As above, but on the executor of an io_context, if `executor_type` is any_io_executor.
    explicit async_client(const net::io_context::executor_type& executor,
                          client_options options = client_options(),
                          State state = State()) requires detail::is_erased<executor_type>
        : async_client(detail::erased(executor), std::move(options), std::move(state)) {}
    /// As above, but on the executor of an execution context.
    template <detail::execution_context_type Context>
    explicit async_client(Context& context, client_options options = client_options(), State state = State())
        : core_(std::make_shared<core_type>(detail::executor_on<executor_type>(context),
                                            detail::layer_options_of_t<Stream>{}, std::move(options),
                                            std::move(state))) {}

    /// As above, but with the options of the layer, if Stream is one that has options.
    ///
    /// @param layer  Stream::options_type
    template <detail::layer_options_for<Stream> LayerOptions>
    async_client(const executor_type& executor, LayerOptions layer, client_options options = client_options(),
                 State state = State())
        : core_(std::make_shared<core_type>(executor, std::move(layer), std::move(options),
                                            std::move(state))) {}
    /// As above, but on the executor of an execution context.
    template <detail::execution_context_type Context, detail::layer_options_for<Stream> LayerOptions>
    async_client(Context& context, LayerOptions layer, client_options options = client_options(),
                 State state = State())
        : async_client(detail::executor_on<executor_type>(context), std::move(layer), std::move(options),
                       std::move(state)) {}

    /// As above, but with what the options of the layer are made of, such as tls_options.
    explicit async_client(const executor_type& executor, detail::layer_settings_of_t<Stream> layer,
                          client_options options = client_options(),
                          State state = State()) requires detail::has_layer_settings<Stream>
        : core_(std::make_shared<core_type>(executor, detail::layer_options_of_t<Stream>(std::move(layer)),
                                            std::move(options), std::move(state))) {}
    /// As above, but on the executor of an execution context.
    template <detail::execution_context_type Context>
    explicit async_client(Context& context, detail::layer_settings_of_t<Stream> layer,
                          client_options options = client_options(),
                          State state = State()) requires detail::has_layer_settings<Stream>
        : async_client(detail::executor_on<executor_type>(context), std::move(layer), std::move(options),
                       std::move(state)) {}

    /// Pending operations go on in the new client; the other may only be destroyed or assigned to.
    async_client(async_client&& other) noexcept = default;
    /// As close() for what this client had, then as the move constructor.
    async_client& operator=(async_client&& other) noexcept {
        if (this != &other) {
            if (core_) core_->release();
            core_ = std::move(other.core_);
        }
        return *this;
    }
    /// As close(): pending operations complete with asio::error::operation_aborted, later.
    ~async_client() {
        if (core_) core_->release();
    }

    // --- Connecting ---

    /// Connects to a host by name or by address, racing its addresses (RFC 8305).
    ///
    /// Completes when one of them has accepted and the handshake of Stream, if it has one, is done; when
    /// nothing is left to try; or when the limit runs out. With a proxy in the options the addresses of the
    /// proxy are raced; the proxy is then asked for the host, which is looked up here only if
    /// socks5_proxy::remote_dns is false. After success exactly one socket is open, after an error none.
    /// state() is cleared, and last_connect() begins anew. A lookup that is stuck delays neither the end of
    /// the operation nor the destruction of the client or its context.
    ///
    /// @param host     a name of at most 253 characters, or an IP literal, which is never looked up: IPv6
    ///                 with or without brackets, a scope id allowed
    /// @param service  a port from 1 to 65535, or the name of a service
    /// @param limit    for lookup, race, proxy and handshake together, in place of options().connect.timeout
    ///                 (30 s)
    /// @param token    as for the class
    /// @par Completion Signature
    /// `void(error_code, endpoint_type)`: the peer's endpoint, which is the proxy's if there is one; on an
    /// error a default-constructed one.
    /// @par Executor
    /// As for the class. The system's lookups block threads of their own, at most 16 for one execution
    /// context: while all are stuck a further lookup waits, and the connect still meets its limit and its
    /// cancel.
    /// @par Per-Operation Cancellation
    /// - terminal: leaves no socket, and a client that can connect again
    /// - partial: as terminal
    /// - total: as terminal
    /// @par Error Codes
    /// - `asio::error::invalid_argument`: host, service or an option is invalid, and the report's reason
    ///   says which; no system call was made. Usable: none.
    /// - `asio::error::operation_not_supported`: an option that this platform lacks; a name, without a
    ///   resolver of one's own, if the context leaves out its locks or Asio has no threads. Usable: none.
    /// - `asio::error::address_family_not_supported`: a literal of a family that the options exclude. Usable:
    ///   none.
    /// - `asio::error::host_not_found`, `host_not_found_try_again`, `service_not_found`, `no_recovery`: the
    ///   lookup failed. Usable: none.
    /// - `errc::resolve_timeout`, `connect_timeout`, `proxy_timeout`, `handshake_timeout`: the phase that was
    ///   going on at the limit. Usable: none.
    /// - `errc::proxy_authentication_failed`, `proxy_connection_refused`, `proxy_http_status` and the others
    ///   that begin with `proxy_`: what the proxy answered; last_connect().proxy_status has its number.
    ///   Usable: none.
    /// - `asio::error::connection_refused`, `errc::self_connect`, other codes: the first attempt's, in the
    ///   order of addresses, that says more than "unreachable"; else the first attempt's; or the handshake's.
    ///   A peer that accepts, sends and resets at once may show as `asio::error::connection_reset`, and its
    ///   bytes are lost. Usable: none.
    /// - `errc::tls_configuration`: over TLS, options that cannot be used; the report's reason says which.
    ///   `errc::certificate_rejected`: the server has not proved its name; the report's tls says why.
    ///   `errc::tls_alert`, `errc::tls_failed`, `errc::truncated`: the handshake failed by an alert of the
    ///   server, otherwise, or by the end of the stream. Usable: none.
    /// - `asio::error::operation_aborted`: cancelled, or closed before the handler was called. Usable: none.
    /// - `asio::error::no_memory`: for the attempts. Usable: none.
    /// - `errc::operation_in_progress`: another connect is pending, and goes on. Usable: none.
    /// - `asio::error::already_connected`: the client is connected, and stays so; call close() first. A
    ///   connection that has failed, or whose end a receive has completed with (`asio::error::eof`,
    ///   `errc::truncated`, or success of async_receive) with nothing pending, is replaced. Usable: yes.
    /// @par Concurrency
    /// One at a time. All other operations complete with asio::error::not_connected until it has succeeded.
    /// @par Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_connect("example.com", "80", 10s, [&](uplink::error_code ec, auto peer) {
    ///     if (ec) log << to_string(client.last_connect());
    ///     else log << "connected to " << peer;
    /// });
    /// @endcode
    /// @see connect_options, connect_report, name_resolver, proxy_options
    template <detail::lookup_token_for<core_type, connect_signature> Token = default_token>
    auto async_connect(std::string host, std::string service, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect<Token>(core_, std::move(host), std::move(service),
                                               optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <detail::lookup_token_for<core_type, connect_signature> Token = default_token>
    auto async_connect(std::string host, std::string service, Token&& token = Token()) {
        return detail::initiate_connect<Token>(core_, std::move(host), std::move(service), optional_limit(),
                                               token);
    }

    /// As above, but with the port as a number; one outside 1 to 65535 is asio::error::invalid_argument.
    template <detail::port_number Port,
              detail::lookup_token_for<core_type, connect_signature> Token = default_token>
    auto async_connect(std::string host, Port port, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect<Token>(core_, std::move(host), detail::port_text(port),
                                               optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <detail::port_number Port,
              detail::lookup_token_for<core_type, connect_signature> Token = default_token>
    auto async_connect(std::string host, Port port, Token&& token = Token()) {
        return detail::initiate_connect<Token>(core_, std::move(host), detail::port_text(port),
                                               optional_limit(), token);
    }

    /// As above, but to one endpoint: no lookup, except of a proxy that has a name, and so no
    /// errc::resolve_timeout and none of the lookup's errors. A handshake verifies the peer against the
    /// address.
    template <net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const endpoint_type& endpoint, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect_to<Token>(core_, endpoint, optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const endpoint_type& endpoint, Token&& token = Token()) {
        return detail::initiate_connect_to<Token>(core_, endpoint, optional_limit(), token);
    }

    /// As above, but to the first of a range of endpoints that accepts, raced in the range's order. Nothing
    /// is sorted or left out. An empty range is asio::error::not_found. The endpoints are copied into the
    /// operation. A proxy is asked for one after the other, until it reaches one.
    template <detail::endpoint_sequence<endpoint_type> EndpointSequence,
              net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const EndpointSequence& endpoints, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect_to<Token>(core_, detail::to_vector<endpoint_type>(endpoints),
                                                  optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <detail::endpoint_sequence<endpoint_type> EndpointSequence,
              net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const EndpointSequence& endpoints, Token&& token = Token()) {
        return detail::initiate_connect_to<Token>(core_, detail::to_vector<endpoint_type>(endpoints),
                                                  optional_limit(), token);
    }

    /// As above, but over a socket that is connected already: accepted, inherited, or given away by
    /// release(). There is no lookup, no race and no proxy; if Stream has a handshake, it follows, and
    /// verifies `host`.
    ///
    /// The socket is taken at the call, if the token starts the operation at once; a token that starts it
    /// later keeps the socket until then. errc::operation_in_progress, asio::error::already_connected and an
    /// exception leave it with the caller; any other failure closes it. Only the descriptor is taken: it
    /// works on this client's executor from then on, whatever context it came from, and what was pending on
    /// the socket is aborted. It becomes close-on-exec, and options().socket is set on it, except
    /// before_connect; in options().connect the addresses, the port and the interface do not apply. The
    /// report has one attempt, the socket's peer, and no service.
    ///
    /// - `asio::error::invalid_argument`: the socket is not open or not connected, or host is invalid (an
    ///   empty one too). The socket is closed. Usable: none.
    /// - the error that the system has kept for a socket that was reset meanwhile. Usable: none.
    /// - `errc::connect_timeout`, over TLS `errc::handshake_timeout`: the limit. Usable: none.
    ///
    /// For STARTTLS (RFC 3207, section 4): talk in plaintext with one client, check that its state() is
    /// empty, since a byte that came before the handshake is an injection, and go on with
    /// `tls.async_connect(plain.release(), host, ...)`. No earlier session is taken up again.
    template <net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(socket_type&& connected, std::string host, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect_over<Token>(core_, std::move(connected), std::move(host),
                                                    optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(socket_type&& connected, std::string host, Token&& token = Token()) {
        return detail::initiate_connect_over<Token>(core_, std::move(connected), std::move(host),
                                                    optional_limit(), token);
    }
    /// As above, but without a host, which only a handshake needs; the report has none.
    template <detail::plain_token_for<Stream, connect_signature> Token = default_token>
    auto async_connect(socket_type&& connected, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect_over<Token>(core_, std::move(connected), std::nullopt,
                                                    optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <detail::plain_token_for<Stream, connect_signature> Token = default_token>
    auto async_connect(socket_type&& connected, Token&& token = Token()) {
        return detail::initiate_connect_over<Token>(core_, std::move(connected), std::nullopt,
                                                    optional_limit(), token);
    }

    /// As above, but a local client connects to the path of a socket; a leading @ makes it a name in Linux's
    /// abstract namespace. A path that is empty, longer than the system allows (107 bytes on Linux, and as
    /// many behind the @) or has a NUL in it is asio::error::invalid_argument. A server whose backlog is full
    /// is tried again until there is room, or until the limit is errc::connect_timeout. Nobody at the path:
    /// the system's code, such as asio::error::connection_refused for the file of a server that has gone.
    template <detail::local_path_for<endpoint_type> Path,
              net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(Path&& path, time_limit limit, Token&& token = Token()) {
        return detail::initiate_connect_to_path<Token>(core_, detail::path_text(std::forward<Path>(path)),
                                                       optional_limit(limit), token);
    }
    /// As above, but limited by options().connect.timeout.
    template <detail::local_path_for<endpoint_type> Path,
              net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(Path&& path, Token&& token = Token()) {
        return detail::initiate_connect_to_path<Token>(core_, detail::path_text(std::forward<Path>(path)),
                                                       optional_limit(), token);
    }

    // --- Sending ---

    /// Sends bytes that the caller keeps alive.
    ///
    /// Completes when all of them are sent, or with an error and the exact number that are. Sends
    /// leave in the order started, whole, never interleaved, and succeed in that order; small ones that wait
    /// leave together. A send into an empty queue is always accepted, whatever its size.
    ///
    /// @param buffers      a ConstBufferSequence
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`: the bytes that were sent: all of them on success, the exact
    /// number on an error. Over TLS it is plaintext whose records were written whole.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::send_queue_full`: the bytes that wait would exceed options().send_queue.limit; none was
    ///   taken. It does not stop the sends started after it: a program that does not look at this code sends
    ///   a stream in which whole messages are missing. Usable: yes, wait with async_drain.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// static const std::string request = "GET / HTTP/1.0\r\n\r\n";  // outlives the send
    /// client.async_send(asio::buffer(request), 5s, [&](uplink::error_code ec, std::size_t sent) {
    ///     if (ec) log << ec.message() << " after " << sent << " bytes";
    /// });
    /// @endcode
    /// @see async_drain, send_queue_bytes(), send_queue_options
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, time_limit limit, Token&& token = Token()) {
        return detail::initiate_send<Token, detail::borrowed_bytes<Buffers>>(core_, detail::send_kind::bytes,
                                                                             limit, token, buffers);
    }
    /// As above, but without a limit.
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, Token&& token = Token()) {
        return detail::initiate_send<Token, detail::borrowed_bytes<Buffers>>(core_, detail::send_kind::bytes,
                                                                             time_limit(), token, buffers);
    }

    /// As above, but the operation owns the bytes: a string that was moved or made in place.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, time_limit limit, Token&& token = Token()) {
        return detail::initiate_send_owned<Token>(core_, std::move(bytes), limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, Token&& token = Token()) {
        return detail::initiate_send_owned<Token>(core_, std::move(bytes), time_limit(), token);
    }
    /// As above, but of a vector of `char`, `unsigned char` or `std::byte`.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, time_limit limit, Token&& token = Token()) {
        return detail::initiate_send_owned<Token>(core_, std::move(bytes), limit, token);
    }
    /// As above, but without a limit.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, Token&& token = Token()) {
        return detail::initiate_send_owned<Token>(core_, std::move(bytes), time_limit(), token);
    }
    /// Who keeps the bytes alive? For an lvalue string or vector, a string_view, an array or a span say
    /// asio::buffer(bytes) to keep them yourself until the send completes, or std::move(bytes), for a string
    /// or a vector of bytes, to let the operation own them.
    template <class Bytes, class... Tail,
              detail::mistake Advice = detail::send_advice<async_client, Bytes, Tail...>>
    void async_send(Bytes&&, Tail&&...) = delete;

    /// Ends the sending side, behind all queued sends (a half-close: FIN, RFC 9293, section 3.6).
    ///
    /// Completes when that is done. The peer reads an end of stream after the last byte sent, and receiving
    /// goes on. If the side has ended already it succeeds.
    ///
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code)`: on an error the peer has not been shown an end.
    /// @par Executor
    /// As for the class.
    /// @par Per-Operation Cancellation
    /// As for the class; afterwards new sends may be started again.
    /// @par Error Codes
    /// As for the class, except:
    /// - `errc::send_timeout`: the limit ran out while sends were waited for. Usable: yes.
    /// - `asio::error::broken_pipe`: async_close has begun, which does the same. Usable: to receive.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_send(std::string("the last words"), [](uplink::error_code, std::size_t) {});
    /// client.async_shutdown_send([&](uplink::error_code ec) {
    ///     if (!ec) log << "all is sent, " << client.stats().bytes_sent << " bytes";
    /// });
    /// @endcode
    /// @see async_close, async_exchange
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_shutdown_send(time_limit limit, Token&& token = Token()) {
        return detail::initiate_shutdown_send<Token>(core_, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_shutdown_send(Token&& token = Token()) {
        return detail::initiate_shutdown_send<Token>(core_, time_limit(), token);
    }

    /// Waits until the send queue is at or below its low-water mark.
    ///
    /// Completes when send_queue_bytes() is at most options().send_queue.low_water (64 KiB), at once if it is
    /// already, or when the connection fails. It says nothing of how the sends ended that left the queue.
    ///
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code)`: success means that the queue is at or below the mark.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::send_timeout`: the limit ran out, the queue is still above the mark. Usable: yes.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_send(std::string(1 << 20, 'x'), [](uplink::error_code, std::size_t) {});
    /// client.async_drain([&](uplink::error_code ec) {
    ///     if (!ec) log << "room for more, " << client.send_queue_bytes() << " bytes wait";
    /// });
    /// @endcode
    /// @see async_send, send_queue_options
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(time_limit limit, Token&& token = Token()) {
        return detail::initiate_drain<Token>(core_, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(Token&& token = Token()) {
        return detail::initiate_drain<Token>(core_, time_limit(), token);
    }

    // --- Receiving ---

    /// Receives into state() until the peer's orderly end.
    ///
    /// Completes when the peer has ended its side: FIN with no reset seen in either direction, or the
    /// close_notify of TLS. No bytes at all are a response like any other. Once the end has been seen a
    /// further one succeeds at once, with 0.
    ///
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`: the bytes that this operation read, on an error too. All that has
    /// come and was not consumed is in state(), what earlier receives left over included.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::receive_limit`: state() holds options().max_receive bytes and there are more. Usable: yes,
    ///   consume or take_state() first; the next byte is the one that did not fit.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive(30s, [&](uplink::error_code ec, std::size_t n) {
    ///     if (ec) log << ec.message() << " after " << n << " bytes";
    ///     else log << client.take_state().view();
    /// });
    /// @endcode
    /// @see state(), take_state(), client_options::max_receive, async_exchange
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_receive(time_limit limit, Token&& token = Token()) {
        return detail::initiate_receive<Token, detail::receive_until_end<core_type>, transfer_signature>(
            core_, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_receive(Token&& token = Token()) {
        return detail::initiate_receive<Token, detail::receive_until_end<core_type>, transfer_signature>(
            core_, time_limit(), token);
    }

    /// Delivers what state() holds, or else what comes next.
    ///
    /// Completes at once if state() is not empty, else with the next bytes, or at the end of the stream.
    ///
    /// @param limit  one of zero has expired before anything is looked at, so that it does not see bytes or
    ///               an end that have come already: see probe()
    /// @param token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success at least one byte.
    /// @par Executor, Per-Operation Cancellation, Error Codes, Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive_some(5s, [&](uplink::error_code ec, std::string_view piece) {
    ///     if (ec == asio::error::eof) log << "end";
    ///     else if (ec == uplink::condition::timeout) log << "nothing came";
    ///     else if (!ec) log << piece;
    /// });
    /// @endcode
    /// @see async_receive, async_read_some
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(time_limit limit, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, detail::whatever_is_there{}, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, detail::whatever_is_there{}, time_limit(), token);
    }

    /// Delivers the bytes up to and including a delimiter.
    ///
    /// Completes when the delimiter is in state(), at once if it is there already, or at the end of the
    /// stream. The bytes behind it are left to the next receive.
    ///
    /// @param delimiter    one byte or more
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success the bytes, the delimiter last.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `asio::error::invalid_argument`: the delimiter is empty. Usable: yes.
    /// - `errc::truncated`: the peer ended orderly before the delimiter; the bytes stay in state(). Usable:
    ///   to send.
    /// - `errc::receive_limit`: state() holds options().max_receive bytes without the delimiter. Usable: yes,
    ///   consume or take_state() first.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive_until("\r\n", 5s, [&](uplink::error_code ec, std::string_view line) {
    ///     if (ec) log << ec.message();
    ///     else log << line.substr(0, line.size() - 2);
    /// });
    /// @endcode
    /// @see async_receive_message with delimited, which has a maximum of its own
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, time_limit limit, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, detail::through_delimiter{std::move(delimiter)},
                                                    limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, detail::through_delimiter{std::move(delimiter)},
                                                    time_limit(), token);
    }

    /// Delivers exactly n bytes.
    ///
    /// Completes when state() holds n bytes, at once if it does already, or at the end of the stream. If n is
    /// 0 it succeeds at once.
    ///
    /// @param n            bytes; more than options().max_receive is errc::receive_limit at once
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success n bytes.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::truncated`: the peer ended orderly before the n-th byte; the bytes stay in state(). Usable:
    ///   to send.
    /// - `errc::receive_limit`: n is more than options().max_receive; nothing was read for it. Usable: yes.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive_exactly(4, 5s, [&](uplink::error_code ec, std::string_view magic) {
    ///     if (!ec && magic == "RIFF") log << "a RIFF file";
    /// });
    /// @endcode
    /// @see async_receive_message with fixed_size or length_prefixed
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, time_limit limit, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, fixed_size{n}, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, fixed_size{n}, time_limit(), token);
    }

    /// Delivers the payload of one message, without its delimiter or length.
    ///
    /// Completes when the framing has found a whole message in state(), at once if one is there already, when
    /// the framing refuses what is there, or at the end of the stream.
    ///
    /// @param message_framing  delimited, fixed_size, length_prefixed, or a type of your own (see framing);
    ///                         its parse() is called on the client's executor, within this call too
    /// @param limit,token      as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success the payload.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and these, which leave the bytes in state():
    /// - `errc::truncated`: the peer ended orderly before the message was whole. Usable: to send.
    /// - `errc::message_too_large`: longer than the framing's max; known before memory is taken. Usable: yes,
    ///   consume or take_state() first.
    /// - `errc::malformed_message`: parse() gave invalid offsets, or threw. Usable: yes, likewise.
    /// - whatever code parse() failed with. Usable: yes, likewise.
    /// - `errc::receive_limit`: the message does not fit into options().max_receive bytes; if the framing
    ///   knows its size, this comes before it is read. Usable: yes, likewise.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// uplink::length_prefixed<std::uint32_t, std::endian::big> frames{.max = 65536};
    /// client.async_receive_message(frames, 5s, [&](uplink::error_code ec, std::string_view payload) {
    ///     if (ec == uplink::errc::message_too_large) client.close();
    ///     else if (!ec) log << payload;
    /// });
    /// @endcode
    /// @see framing.hpp
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, time_limit limit, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, std::move(message_framing), limit, token);
    }
    /// As above, but without a limit.
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, Token&& token = Token()) {
        return detail::initiate_receive_view<Token>(core_, std::move(message_framing), time_limit(), token);
    }

    // --- Both ---

    /// Sends a request, and receives the response until the peer's orderly end.
    ///
    /// Completes with success when both have happened: all of the request was sent, and the peer's orderly
    /// end was seen. It receives while it sends, so that a peer that answers as it reads is no deadlock, and
    /// it goes on sending to a peer that has ended first. Such a peer may still read; if it does not, the
    /// error of the send is the error of the exchange. The response is in state(), behind what earlier
    /// receives left over.
    ///
    /// The sending side stays open, as HTTP servers want it: nginx, for example, takes a half-close as a sign
    /// that its client has left, and cuts the answer short. A peer that answers only after our end, as an
    /// echo server or `sort` behind a pipe, needs uplink::half_close as the second argument; without it both
    /// wait, and a limit that runs out then is `errc::receive_timeout`.
    ///
    /// @param request  a ConstBufferSequence
    /// @param limit    for all of it together
    /// @param token    as for the class
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`: the bytes received, on an error too.
    /// @par Executor
    /// As for the class.
    /// @par Per-Operation Cancellation
    /// - terminal: leaves the bytes received in state(), receives go on; the request as async_send leaves it
    /// - partial: as terminal
    /// - total: ignored
    /// @par Error Codes
    /// As for the class, those of a receive and those of a send, except:
    /// - `errc::send_timeout`: the limit, or options().idle_timeout, ran out with some of the request not
    ///   sent. Usable: to receive; to send too if nothing was sent.
    /// - `errc::receive_timeout`: it ran out later; does the peer wait for uplink::half_close? Usable: yes.
    /// - `asio::error::operation_aborted`: cancelled. Usable: as after a timeout; none after close().
    /// - `errc::receive_limit`: state() holds options().max_receive bytes and there are more. Usable: to
    ///   receive.
    /// - `asio::error::connection_reset`, `broken_pipe`, other codes of the system: the connection's first
    ///   fatal error; for example, the peer had ended and did not read the rest. Usable: no.
    /// - `asio::error::no_memory`, or what State's commit() returned, if State could not take more. Usable:
    ///   to receive.
    /// - `errc::send_queue_full`: as for async_send. Usable: yes, wait with async_drain.
    /// @par Concurrency
    /// As for the class; it is a receive and a send. Sends that were started before it go first, and sends
    /// started after it follow it. With uplink::half_close these fail with asio::error::broken_pipe.
    /// @par Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_exchange(std::string("ping"), 30s, [&](uplink::error_code ec, std::size_t n) {
    ///     if (ec) log << ec.message() << " after " << n << " bytes";
    ///     else log << client.state().view();
    /// });
    /// @endcode
    /// @see async_send, async_receive, the free async_exchange
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(const Buffers& request, time_limit limit, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::borrowed_bytes<Buffers>>(core_, false, limit, token,
                                                                                 request);
    }
    /// As above, but without a limit.
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(const Buffers& request, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::borrowed_bytes<Buffers>>(core_, false, time_limit(),
                                                                                 token, request);
    }
    /// As above, but with a half-close behind the request. `errc::receive_timeout` leaves a connection that
    /// is usable to receive.
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(const Buffers& request, half_close_t, time_limit limit, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::borrowed_bytes<Buffers>>(core_, true, limit, token,
                                                                                 request);
    }
    /// As above, but without a limit.
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(const Buffers& request, half_close_t, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::borrowed_bytes<Buffers>>(core_, true, time_limit(),
                                                                                 token, request);
    }
    /// As above, but without a half-close; and the operation owns the request: a string that was moved or
    /// made in place.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::string&& request, time_limit limit, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::string>>(core_, false, limit, token,
                                                                                  std::move(request));
    }
    /// As above, but without a limit.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::string&& request, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::string>>(core_, false, time_limit(),
                                                                                  token, std::move(request));
    }
    /// As above, but with a half-close behind the request.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::string&& request, half_close_t, time_limit limit, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::string>>(core_, true, limit, token,
                                                                                  std::move(request));
    }
    /// As above, but without a limit.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::string&& request, half_close_t, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::string>>(core_, true, time_limit(),
                                                                                  token, std::move(request));
    }
    /// As above, but of a vector of `char`, `unsigned char` or `std::byte`, and without a half-close.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::vector<Byte>&& request, time_limit limit, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::vector<Byte>>>(
            core_, false, limit, token, std::move(request));
    }
    /// As above, but without a limit.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::vector<Byte>&& request, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::vector<Byte>>>(
            core_, false, time_limit(), token, std::move(request));
    }
    /// As above, but with a half-close behind the request.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::vector<Byte>&& request, half_close_t, time_limit limit,
                        Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::vector<Byte>>>(
            core_, true, limit, token, std::move(request));
    }
    /// As above, but without a limit.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::vector<Byte>&& request, half_close_t, Token&& token = Token()) {
        return detail::initiate_exchange<Token, detail::owned_bytes<std::vector<Byte>>>(
            core_, true, time_limit(), token, std::move(request));
    }
    /// As async_send: asio::buffer(bytes) or std::move(bytes) says who keeps the bytes alive.
    template <class Bytes, class... Tail,
              detail::mistake Advice = detail::exchange_advice<async_client, Bytes, Tail...>>
    void async_exchange(Bytes&&, Tail&&...) = delete;

    /// Closes gracefully: sends what is queued, half-closes, and reads on until the peer's end (RFC 9293,
    /// section 3.6).
    ///
    /// Completes when the peer has ended too, or at the limit. Whatever the result the socket is then closed,
    /// unless another async_close was pending. Bytes that come meanwhile go to the pending receive, or are
    /// dropped if there is none.
    ///
    /// @param limit  in place of options().close_timeout (10 s)
    /// @param token  as for the class
    /// @par Completion Signature
    /// `void(error_code)`: success means that both sides have ended orderly.
    /// @par Executor
    /// As for the class.
    /// @par Per-Operation Cancellation
    /// - terminal: leaves a closed socket
    /// - partial: as terminal
    /// - total: ignored
    /// @par Error Codes
    /// As for the class, with "Usable: none" for each, and:
    /// - `errc::close_timeout`: the peer did not take all or did not end in time; closed all the same.
    ///   Usable: none.
    /// - `asio::error::no_memory`: Asio could not start the last reads or writes. Usable: none.
    /// - `errc::operation_in_progress`: another async_close is pending, and goes on. Usable: none.
    /// @par Concurrency
    /// One at a time. Sends started before it go first; a send started later fails with
    /// asio::error::broken_pipe, a receive with asio::error::not_connected: it would find a hole in the
    /// stream. A receive that is still pending when the socket is closed completes with
    /// asio::error::operation_aborted. While an async_connect is pending it is asio::error::not_connected,
    /// and the connect goes on; close() ends that.
    /// @par Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_close(2s, [&](uplink::error_code ec) {
    ///     if (ec) log << ec.message();
    ///     else log << "both sides have ended";
    /// });
    /// @endcode
    /// @see close(), async_shutdown_send
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_close(time_limit limit, Token&& token = Token()) {
        return detail::initiate_close<Token>(core_, optional_limit(limit), token);
    }
    /// As above, but limited by options().close_timeout.
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_close(Token&& token = Token()) {
        return detail::initiate_close<Token>(core_, optional_limit(), token);
    }

    // --- Asio's AsyncReadStream and AsyncWriteStream ---

    /// Reads what is there, or comes next, into the caller's buffers, as Asio's AsyncReadStream does.
    ///
    /// Completes with what state() holds, if that is something and State is viewable, else with the next
    /// bytes to come, which do not pass through state(). Buffers without room succeed at once.
    ///
    /// @param buffers  a MutableBufferSequence
    /// @param token    as for the class
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`: the bytes read, at least 1 on success, and 0 on an error.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, except:
    /// - `errc::receive_timeout`: options().idle_timeout ran out. Usable: yes.
    /// - `asio::error::no_memory`: Asio could not start the read. Usable: yes.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// auto header = std::make_shared<std::array<char, 4>>();  // kept alive by the handler
    /// asio::async_read(client, asio::buffer(*header), [&, header](uplink::error_code ec, std::size_t n) {
    ///     if (!ec) log << std::string_view(header->data(), n);
    /// });
    /// @endcode
    /// @see async_receive_some, which has a time limit
    template <detail::mutable_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_read_some(const Buffers& buffers, Token&& token = Token()) {
        return detail::initiate_receive<Token, detail::receive_direct<core_type, Buffers>,
                                        transfer_signature>(core_, time_limit(), token, buffers);
    }

    /// Sends some of the caller's bytes, at least one, as Asio's AsyncWriteStream does.
    ///
    /// Completes when one or more of them are sent. It has one place in the send queue, behind the
    /// sends started before it, and is never refused for its size. Empty buffers succeed when their turn
    /// comes.
    ///
    /// @param buffers  a ConstBufferSequence
    /// @param token    as for the class
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`: the bytes that were sent, at least 1 on success, and 0 on an
    /// error.
    /// @par Executor
    /// As for the class.
    /// @par Per-Operation Cancellation
    /// As for the class: none of it was sent, since with one byte sent it has succeeded.
    /// @par Error Codes
    /// As for the class, except:
    /// - `errc::send_timeout`: options().idle_timeout ran out. Usable: yes.
    /// @par Concurrency
    /// As for the class. The parts of an operation that is made of several, such as asio::async_write, are
    /// not kept together.
    /// @par Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// static const std::string words = "some words";  // outlives the write
    /// asio::async_write(client, asio::buffer(words), [&](uplink::error_code ec, std::size_t n) {
    ///     if (!ec) log << n << " bytes";
    /// });
    /// @endcode
    /// @see async_send, which sends all and has a time limit
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_write_some(const Buffers& buffers, Token&& token = Token()) {
        return detail::initiate_send<Token, detail::borrowed_bytes<Buffers>>(core_, detail::send_kind::some,
                                                                             time_limit(), token, buffers);
    }
    using limited_stream = basic_limited_stream<Stream, State>;  ///< what limited() returns
    /// This client as an AsyncReadStream and AsyncWriteStream whose every read and write is under the limit,
    /// so that it bounds an operation that is made of many, such as asio::async_read_until or a call of
    /// Beast. Such a function mostly takes the stream by reference: keep it, as a member or in a coroutine,
    /// until that operation ends. A duration counts from the call of limited().
    /// @code
    /// auto stream = client.limited(5s);  // lives until the handler is called
    /// asio::async_read_until(stream, buffer, "\r\n", handler);
    /// @endcode
    limited_stream limited(time_limit limit) { return limited_stream(core_, limit); }

    /// The executor that everything of the client runs on, except handlers that are bound to another.
    executor_type get_executor() const noexcept { return core_->get_executor(); }

    // --- At once ---

    /// Every pending operation completes with asio::error::operation_aborted, and the connection stays:
    /// receives go on, sends too unless one was cut off part-way (errc::send_interrupted). A pending
    /// async_close closes the socket.
    void cancel() { core_->cancel(); }
    /// As cancel(), and the connection is gone: at once, without waiting for anything, bytes still queued
    /// dropped. state(), stats() and last_connect() stay. Without a connection it does nothing.
    void close() noexcept { core_->close(); }
    /// Gives the connected socket away, on this client's executor: the client is closed afterwards, the
    /// socket is not. Another client goes on with it, see async_connect, or a program that needs the
    /// descriptor. Bytes that have been received and not consumed stay in state(): whoever goes on with the
    /// socket does not see them. The options that were set on the socket stay set.
    ///
    /// asio::error::not_connected: there is no connection. errc::operation_in_progress: while connecting,
    /// with an operation pending whose handler has not been called, or with bytes that wait to be sent. The
    /// code of a connection that has failed. On an error the returned socket is not open, and all stays as it
    /// was.
    socket_type release(error_code& ec) requires std::same_as<Stream, socket_type> {
        return detail::release_socket(*core_, ec);
    }
    /// As above, but throws system_error.
    socket_type release() requires std::same_as<Stream, socket_type> {
        return detail::checked("release", [this](error_code& ec) { return release(ec); });
    }

    /// Connected and not closed. A connection that has failed, or that the peer has ended, stays open until
    /// close() or the next async_connect that replaces it. probe() asks whether the peer has ended.
    bool is_open() const noexcept { return core_->current() != nullptr; }

    /// Asks whether the connection still stands, for programs that keep connections for later use. It does
    /// not wait, and consumes nothing. No error: nothing is known against it; bytes that were not read yet,
    /// in state() too, count as alive. asio::error::eof: the peer has ended and nothing is left to read.
    /// asio::error::not_connected: before connecting and after closing. Any other code is what broke the
    /// connection, and is its first fatal error from then on.
    error_code probe() noexcept { return core_->probe(); }

    /// The bytes that have been received and not yet consumed, kept until the next async_connect. Until the
    /// handler of a pending receive is called it may only be read: to change it then, from a timer for
    /// example, is a precondition violation, which debug builds assert. If you only read it, take it by const
    /// reference.
    State& state() noexcept { return core_->state(); }
    /// Moves the state out and leaves State{}. Throws std::logic_error while a receive is pending; in the
    /// receive's handler it is not pending any more.
    State take_state() requires std::default_initializable<State> {
        if (core_->is_receive_pending())
            throw std::logic_error("uplink: take_state() while a receive is pending");
        core_->end_view();
        return std::exchange(core_->state(), State{});
    }

    /// The socket's own address; asio::error::not_connected while there is no connection.
    endpoint_type local_endpoint(error_code& ec) const {
        if (!is_open()) return ec = net::error::not_connected, endpoint_type();
        return core_->connections().stream().lowest_layer().local_endpoint(ec);
    }
    /// As above, but throws system_error.
    endpoint_type local_endpoint() const {
        return detail::checked("local_endpoint", [this](error_code& ec) { return local_endpoint(ec); });
    }
    /// The peer's address; asio::error::not_connected while there is no connection, and the system's code
    /// once a connection has failed.
    endpoint_type remote_endpoint(error_code& ec) const {
        if (!is_open()) return ec = net::error::not_connected, endpoint_type();
        return core_->connections().stream().lowest_layer().remote_endpoint(ec);
    }
    /// As above, but throws system_error.
    endpoint_type remote_endpoint() const {
        return detail::checked("remote_endpoint", [this](error_code& ec) { return remote_endpoint(ec); });
    }

    /// What happened in the last async_connect, after success and after failure; empty before the first.
    /// While one is pending: what has happened so far. The reference is valid as long as the client is, the
    /// contents until the next async_connect.
    const connect_report_type& last_connect() const noexcept { return core_->report(); }
    /// Counters of the present connection, or of the last one once it is closed, with rtt and retransmits as
    /// they were when last asked for. On Linux it asks the kernel.
    connection_stats stats() const { return core_->connections().stats(); }
    /// Bytes accepted and not sent yet, the send in progress included; async_drain waits on this.
    std::size_t send_queue_bytes() const noexcept { return core_->connections().send_queue_bytes(); }
    /// Unique among the clients of the process. It stays the same when the client is moved.
    std::uint64_t id() const noexcept { return core_->id(); }
    /// As given to the constructor.
    const client_options& options() const noexcept { return core_->options(); }
    /// The live stream, for what the library does not wrap; a closed one while there is no connection. Each
    /// connection has a new one: do not keep the reference across close() or async_connect. Reads and writes
    /// made on it are unknown to the client. With non_blocking(false) on it receives and sends block the
    /// thread.
    Stream& stream() { return core_->connections().stream(); }
    /// The socket below the stream; as stream().
    lowest_layer_type& lowest_layer() { return core_->connections().stream().lowest_layer(); }

    // --- Calls that do not compile ---
    //
    // These overloads are deleted, and viable for no valid call: the compiler prints the type Advice, whose
    // name says what to write instead (detail/support/advice.hpp). So have those of async_send and
    // async_exchange above.

    template <class... Arguments, detail::mistake Advice = detail::connect_advice<async_client, Arguments...>>
    void async_connect(Arguments&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<async_client, plain_signature, Tail...>>
    void async_shutdown_send(Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<async_client, plain_signature, Tail...>>
    void async_drain(Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<async_client, transfer_signature, Tail...>>
    void async_receive(Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<async_client, view_signature, Tail...>>
    void async_receive_some(Tail&&...) = delete;
    template <class Delimiter, class... Tail,
              detail::mistake Advice = detail::delimiter_advice<
                  Delimiter, detail::tail_advice<async_client, view_signature, Tail...>>>
    void async_receive_until(Delimiter&&, Tail&&...) = delete;
    template <class Number, class... Tail,
              detail::mistake Advice =
                  detail::number_advice<Number, detail::tail_advice<async_client, view_signature, Tail...>>>
    void async_receive_exactly(Number&&, Tail&&...) = delete;
    template <class Framing, class... Tail,
              detail::mistake Advice =
                  detail::framing_advice<Framing, detail::tail_advice<async_client, view_signature, Tail...>>>
    void async_receive_message(Framing&&, Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<async_client, plain_signature, Tail...>>
    void async_close(Tail&&...) = delete;

private:
    std::shared_ptr<core_type> core_;
};

}  // namespace uplink

#if defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/client/compiled_clients.hpp>
#endif
