// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client that comes back, uplink::reconnecting_client: it connects again after every failure and loss,
// and carries sends and receives from one connection to the next. The class is its reference comments and
// short initiating functions; what happens is in detail/reconnecting, what is decided in
// detail/machine/reconnect_machine.hpp.
//
// The states, and what follows from each event. "-" is nothing, or can't happen.
//
//   | state      | start          | stop              | close   | attempt ok      | attempt fails     |
//   |------------|----------------|-------------------|---------|-----------------|-------------------|
//   | idle, stopped, failed | connecting | stopped     | stopped | -               | -                 |
//   | connecting | -              | stopping          | stopped | preparing       | waiting or failed |
//   | preparing  | -              | stopping          | stopped | -               | -                 |
//   | connected  | -              | stopping, in order| stopped | -               | -                 |
//   | waiting    | -              | stopped           | stopped | -               | -                 |
//   | stopping   | connecting afterwards | joins      | stopped | closed, stopped | stopped           |
//
//   | state     | hook ok   | hook fails        | lost              | timer, reconnect_now | stable        |
//   |-----------|-----------|-------------------|-------------------|----------------------|---------------|
//   | preparing | connected | waiting or failed | waiting or failed | -                    | -             |
//   | connected | -         | -                 | waiting or failed | -                    | back-off anew |
//   | waiting   | -         | -                 | -                 | connecting           | -             |
//   | stopping  | -         | -                 | stopped           | -                    | -             |
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/reconnecting/reconnect_admission.hpp>
#include <uplink/detail/reconnecting/reconnect_core.hpp>
#include <uplink/detail/support/advice.hpp>
#include <uplink/detail/support/concepts.hpp>
#include <uplink/framing.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>
#include <uplink/reconnect_text.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {

/// A client that comes back: it connects to one of several servers, again after every failure and every loss,
/// and carries sends and receives from one connection to the next.
///
/// It is made of a client that is not connected, of any stream, and of the servers; start() begins. Each
/// attempt is a whole async_connect: a new lookup, a race, a fresh socket, proxy and TLS handshake, all under
/// the client's connect.timeout. Then the session hook has the client to itself; when it has succeeded what
/// is queued moves. After a failure the client waits, for a random time that grows with each failure of a
/// server in a row (reconnect_options::backoff), counted from the attempt's start if no TCP connection came
/// about, and from the failure if one had. The next server of the list whose time has come is tried at once.
/// The back-off begins anew when a connection has been up for stable_after, or by mark_stable(). After the
/// loss of a stable connection the first attempt waits between 0 and backoff.base, on the server that has
/// worked.
///
/// @tparam Client  an async_client; its State is not used
///
/// What follows holds for every function whose name begins with `async_`; the comment of a function says what
/// is different there. In the examples `client` is such a client, and std::chrono_literals are in use;
/// tests/reconnecting/reference_examples_test.cpp runs them.
///
/// @par Parameters
/// - `token` is a completion token, as for async_client.
/// - `limit` is how long the operation may take, its wait for a connection included. A limit that is left out
///   is none, except for async_stop, which then has the client's close_timeout. The client's idle_timeout
///   applies to receives and sends besides, but only while it is connected.
/// - A buffer sequence is copied. The bytes behind it stay valid and unchanged until the handler is called,
///   also across connections, after a cancel and after close(). All other arguments are owned by the
///   operation.
///
/// @par Losses
/// A connection is lost when the server ends it, in order or not, when the system breaks it, or when a send
/// is cut off part-way. What it was sending:
/// - `loss_policy::fail`: every send that had been accepted completes with errc::connection_lost and the
///   exact number of bytes that were sent
/// - `loss_policy::keep_untouched`: so do those of which a byte was sent; the others wait for the next
///   connection, in order
/// Nothing of which a byte was sent is ever sent again. A send that is started while there is no connection
/// waits under either policy. A hook that fails is no loss: what waits goes on waiting.
///
/// The client reads ahead, at most reconnect_options::read_ahead bytes, so that it notices a loss although
/// nobody receives. The bytes of two connections are never joined. What a lost connection has left unread can
/// still be received; the receive that it does not satisfy completes with the code of that end, and what it
/// did not get is dropped; then come the bytes of the next connection. Of lost connections only the last
/// one's bytes are kept; reconnect_status::dropped_bytes counts what nobody got.
///
/// @par Handlers, Functions
/// A handler is called exactly once, never inside the initiating function; see async_client. So are the
/// functions given to on_session, on_failure and on_change called on the client's executor, never inside a
/// call of this class, and each may do everything: stop, close, start, or destroy the client.
///
/// @par Views
/// A view that a receive delivers stays readable until the next receive is started, or until the client is
/// destroyed. It does not change when a connection is lost.
///
/// @par Executor
/// The handler is called on its associated executor, by default the client's. What happens in between runs on
/// the client's.
///
/// @par Per-Operation Cancellation
/// A cancellation slot, cancel(), close() and destruction end an operation with
/// asio::error::operation_aborted. What a signal leaves:
/// - terminal: everything else as it was. A send that waits, or of which nothing was sent, leaves no trace;
///   one of which a part was sent leaves the exact count, and ends the connection: a loss, with
///   errc::send_interrupted
/// - partial: as terminal
/// - total: as terminal, except that a send of which a part was sent goes on
///
/// @par Error Codes
/// "Usable" is about the client: "yes", it goes on as before; "none", it does not connect any more until
/// start(). The codes of every operation:
/// - `asio::error::operation_aborted`: cancelled, closed, or stopped while there was no connection. Usable:
///   yes after a cancel, else none.
/// - `asio::error::not_connected`: the client is stopped. Usable: none.
/// - the error of status(): the client has failed. Usable: none.
///
/// @par Further Error Codes of Every Receive
/// - `errc::receive_timeout`: the limit, or the client's idle_timeout, ran out; this is no loss. Usable: yes.
/// - `asio::error::eof`: a connection has ended in order, between messages. Usable: yes.
/// - `errc::truncated`: a connection has ended in order, inside a message, whose bytes are dropped. Usable:
///   yes.
/// - `errc::connection_lost`: a connection has ended in any other way. Usable: yes.
/// - `errc::operation_in_progress`: another receive is pending, and goes on. Usable: yes.
/// - `errc::receive_limit`: the message would need more than the client's max_receive bytes; they can be
///   received otherwise. Usable: yes.
/// - `asio::error::not_connected`: the client stops. Usable: none.
/// - `asio::error::no_memory`: for the message. Usable: yes.
///
/// @par Concurrency
/// One receive may be pending at a time, beside any number of sends, drains and waits. One client is used
/// from one thread or one strand at a time; see async_client.
///
/// @par Exceptions
/// An initiating function throws if it cannot have memory for the operation, or if copying an argument or
/// moving the handler throws. No handler is called then, and the client is unchanged.
///
/// @par Lifetime
/// Destruction is close(), legal at any time, in any handler and in any of the functions, with any operation
/// pending; once it has begun none of the functions is called any more. Handlers of pending operations are
/// called later. After its execution context a client may only be destroyed, closed or assigned to. Pending
/// operations go on in the client moved to.
template <class Client> class reconnecting_client {
    using core_type = detail::reconnect_core<Client>;
    using driver_type = typename core_type::driver_type;

public:
    using client_type = Client;                                   ///< the client that it drives
    using executor_type = typename Client::executor_type;         ///< the client's
    using endpoint_type = typename Client::endpoint_type;         ///< the client's
    using clock_type = typename Client::clock_type;               ///< the client's
    using time_limit = typename Client::time_limit;               ///< the client's
    using reconnect_status = basic_reconnect_status<clock_type>;  ///< of the client's clock
    using reconnect_record = basic_reconnect_record<clock_type>;  ///< of the client's clock
    using default_token = typename Client::default_token;         ///< the client's
    using transfer_signature = void(error_code, std::size_t);     ///< of a send
    using view_signature = void(error_code, std::string_view);    ///< of a receive
    using plain_signature = void(error_code);  ///< of a drain, a stop and async_wait_connected
    using change_signature = void(error_code, reconnect_status);  ///< of async_wait_change
    /// See on_session().
    using session_hook = typename driver_type::session_hook;
    /// See on_failure().
    using retry_rule = typename driver_type::retry_rule;

    /// Nothing is checked and nothing happens before start().
    ///
    /// @param client   not connected; its options hold for every connection
    /// @param servers  tried in this order
    /// @param options  see reconnect_options
    reconnecting_client(Client client, std::vector<server_address> servers, reconnect_options options = {})
        : core_(std::make_shared<core_type>(std::move(client), std::move(servers), std::move(options))) {}
    /// As above, but with one server.
    reconnecting_client(Client client, std::string host, std::string service, reconnect_options options = {})
        : reconnecting_client(std::move(client), one(std::move(host), std::move(service)),
                              std::move(options)) {}
    /// As above, but with the port as a number.
    template <detail::port_number Port>
    reconnecting_client(Client client, std::string host, Port port, reconnect_options options = {})
        : reconnecting_client(std::move(client), std::move(host), detail::port_text(port),
                              std::move(options)) {}

    /// Everything goes on in the new client; the other may only be destroyed or assigned to.
    reconnecting_client(reconnecting_client&& other) noexcept = default;
    /// As close() for what this client had, then as the move constructor.
    reconnecting_client& operator=(reconnecting_client&& other) noexcept {
        if (this != &other) {
            if (core_) core_->release();
            core_ = std::move(other.core_);
        }
        return *this;
    }
    /// As close(); none of the functions is called any more.
    ~reconnecting_client() {
        if (core_) core_->release();
    }

    /// The client's.
    executor_type get_executor() const noexcept { return core_->get_executor(); }

    // --- Functions of the user ---

    /// Called after each connect, before anything queued moves: to log in, to subscribe. It has the client to
    /// itself, sends and receives with it, and then calls `done`, once, on the client's executor, with an
    /// error if the session can't begin; that is a failed attempt. It has what is left of connect.timeout;
    /// then the attempt has failed with errc::handshake_timeout. An exception is a failure too: a
    /// system_error with its code, std::bad_alloc with no_memory, any other with connection_aborted. stop and
    /// close cancel it: its operations on the client end. `done` never throws; calls that come twice or late
    /// are ignored. What the hook has sent before it calls `done` goes before anything queued, within the
    /// same limit. A receive of the hook has to have ended by then: the first one that follows ends the
    /// connection with errc::operation_in_progress. Bytes that the hook has read and not consumed are the
    /// first that are received. A std::errc::permission_denied or operation_not_permitted twice in a row says
    /// that the server refuses this user: the client gives up.
    ///
    /// This function, as the two below, replaces the one before; an empty one is none. The next connection
    /// uses it.
    void on_session(session_hook hook) { core_->driver().on_session(std::move(hook)); }
    /// Called once for each failed attempt, failed hook, and connection that was lost before it was stable,
    /// with its error and the report of its connect; its answer decides instead of the default. The default
    /// tries again, except after invalid options (invalid_argument, errc::tls_configuration), and after a
    /// certificate that was rejected, credentials that the proxy refuses, or a hook that is refused (see
    /// on_session), each twice in a row. If it throws the client has failed, with asio::error::no_recovery.
    /// If it closes or destroys the client its answer is ignored.
    void on_failure(retry_rule rule) { core_->driver().on_failure(std::move(rule)); }
    /// Called after each change of state, once and in order, with the status of that moment.
    void on_change(std::function<void(const reconnect_status&)> function) {
        core_->changes().set(std::move(function));
    }

    // --- Start and stop ---

    /// Begins to connect, from idle, stopped and failed; the first attempt starts at once, on the first
    /// server, and no failure counts any more. While the client stops: it connects again afterwards.
    /// Otherwise it does nothing. Invalid options, an empty list of servers and a client that is
    /// connected lead to `failed`, with asio::error::invalid_argument.
    void start() {
        core_->call([this] { core_->driver().start(); });
    }
    /// Stops in order: sends what is queued, half-closes, and reads on until the server's end.
    ///
    /// Completes when the client is stopped. A pending receive goes on meanwhile and gets what comes; other
    /// bytes are dropped. Without a connection it ends at once, and queued sends complete with
    /// asio::error::operation_aborted. A second one joins the first. start() afterwards connects again.
    ///
    /// @param limit  in place of the client's close_timeout
    /// @param token  as for the class
    /// @par Completion Signature
    /// `void(error_code)`: success means that nothing that was queued is lost, and that a connection has
    /// ended in order. It comes behind the ends of all operations that were started before.
    /// @par Executor
    /// As for the class.
    /// @par Per-Operation Cancellation
    /// - terminal: leaves a stopped client, closed at once
    /// - partial: as terminal
    /// - total: ignored
    /// @par Error Codes
    /// - `errc::close_timeout`: the server did not take all or did not end in time; closed all the same.
    ///   Usable: none.
    /// - `errc::connection_lost`: sends were queued, and there was no connection. Usable: none.
    /// - the connection's error, while it was being closed. Usable: none.
    /// - `asio::error::operation_aborted`: cancelled or closed meanwhile. Usable: none.
    /// @par Concurrency
    /// Any number; they end together, at the earliest of their limits. A send that is started meanwhile
    /// completes with asio::error::broken_pipe, a receive and a wait for a connection with not_connected.
    /// @par Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_stop(2s, [&](uplink::error_code ec) {
    ///     if (ec) log << ec.message();
    ///     else log << "all is sent";
    /// });
    /// @endcode
    /// @see close(), async_drain
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_stop(time_limit limit, Token&& token = Token()) {
        return initiate_stop<Token>(limit, token);
    }
    /// As above, but limited by the client's close_timeout.
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_stop(Token&& token = Token()) {
        return initiate_stop<Token>(std::nullopt, token);
    }
    /// Stops at once, from every state: the connection is closed, unread bytes are dropped, and all pending
    /// operations complete with asio::error::operation_aborted. on_change still learns of it.
    void close() noexcept { core_->close(); }
    /// While waiting: starts the next attempt at once, on the server whose time is next. The back-off goes on
    /// growing, and a budget still counts. In other states it does nothing.
    void reconnect_now() {
        core_->call([this] { core_->driver().reconnect_now(); });
    }
    /// The word of the user that this connection works, before stable_after: the back-off begins anew. While
    /// the hook runs it counts for the connection that follows. In other states it does nothing.
    void mark_stable() {
        core_->call([this] { core_->driver().mark_stable(); });
    }

    // --- Waiting and watching ---

    /// Waits until the client is connected.
    ///
    /// Completes when the session hook has succeeded, at once if it has already, or when the client fails.
    ///
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code)`: success means that the client was connected when the handler was queued.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::connect_timeout`: the limit ran out. Usable: yes.
    /// - `asio::error::not_connected`: the client stops, and start() has not been called since. Usable: none.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_wait_connected(5s, [&](uplink::error_code ec) {
    ///     if (ec) log << "not yet: " << client.status().last_error.message();
    ///     else log << "connected";
    /// });
    /// @endcode
    /// @see async_wait_change
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_wait_connected(time_limit limit, Token&& token = Token()) {
        return detail::initiate_carried<Token, plain_signature, detail::wait_connected_operation<core_type>>(
            core_, token, [limit](auto& admission, auto& made) { admission.wait_connected(made, limit); });
    }
    /// As above, but without a limit.
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_wait_connected(Token&& token = Token()) {
        return async_wait_connected(time_limit(), std::forward<Token>(token));
    }
    /// Waits for a state that the caller has not seen.
    ///
    /// Completes when the generation is another than `seen`, at once if it is already. Whoever passes the
    /// generation that he was given last misses no state for ever, although states may pass in between.
    ///
    /// @param seen         reconnect_status::generation
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, reconnect_status)`: the status of that moment, also on an error.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, except:
    /// - `errc::connect_timeout`: the limit ran out, nothing has changed. Usable: yes.
    /// - `asio::error::operation_aborted`: cancelled, or the client was destroyed; after close() it succeeds,
    ///   with `stopped`, also if the client had stopped before, and so it does before the end of async_stop.
    ///   Usable: yes after a cancel, else none.
    /// @par Concurrency
    /// As for the class; it waits in every state.
    /// @par Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_wait_change(client.status().generation, [&](uplink::error_code ec, const auto& status) {
    ///     if (!ec) log << to_string(status);
    /// });
    /// @endcode
    /// @see on_change, status()
    template <net::completion_token_for<change_signature> Token = default_token>
    auto async_wait_change(std::uint64_t seen, time_limit limit, Token&& token = Token()) {
        return detail::initiate_carried<Token, change_signature, detail::wait_change_operation<core_type>>(
            core_, token,
            [seen, limit](auto& admission, auto& made) { admission.wait_change(made, seen, limit); });
    }
    /// As above, but without a limit.
    template <net::completion_token_for<change_signature> Token = default_token>
    auto async_wait_change(std::uint64_t seen, Token&& token = Token()) {
        return async_wait_change(seen, time_limit(), std::forward<Token>(token));
    }
    /// What the client is doing now; to_string() shows it.
    reconnect_status status() const { return core_->status(); }
    /// The last 16 attempts that have ended or led to a connection, the oldest first; to_string() shows them.
    std::vector<reconnect_record> history() const { return core_->driver().history().records(); }

    // --- Sending and receiving ---

    /// Sends bytes that the caller keeps alive, on this connection or on a later one.
    ///
    /// Completes when all of them are sent, or with an error and the exact number that are; see
    /// Losses. Sends leave in the order started, whole, never interleaved. A send into an empty queue is
    /// always accepted, whatever its size.
    ///
    /// @param buffers      a ConstBufferSequence
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`: the bytes that were sent, as for async_client.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::connection_lost`: see Losses. Whether the server has processed what was sent only it can say.
    ///   Usable: yes.
    /// - `errc::send_timeout`: the limit, or the client's idle_timeout, ran out. If a part was sent this ends
    ///   the connection. Usable: yes.
    /// - `errc::send_queue_full`: the bytes that wait would exceed queue_limit, or the client's
    ///   send_queue.limit while connected; none was taken. Usable: yes, wait with async_drain.
    /// - `asio::error::broken_pipe`: the client stops. Usable: none.
    /// - `asio::error::no_memory`: none was taken. Usable: yes.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_send(std::string("a message\n"), [&](uplink::error_code ec, std::size_t sent) {
    ///     if (ec) log << ec.message() << " after " << sent << " bytes";
    ///     else log << "sent";
    /// });
    /// @endcode
    /// @see async_drain, reconnect_options::on_loss
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, time_limit limit, Token&& token = Token()) {
        return initiate_send<Token, detail::callers_bytes<Buffers>>(limit, token, buffers);
    }
    /// As above, but without a limit.
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, Token&& token = Token()) {
        return initiate_send<Token, detail::callers_bytes<Buffers>>(time_limit(), token, buffers);
    }
    /// As above, but the operation owns the bytes: a string that was moved or made in place.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, time_limit limit, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::string>>(limit, token, std::move(bytes));
    }
    /// As above, but without a limit.
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::string>>(time_limit(), token,
                                                                        std::move(bytes));
    }
    /// As above, but of a vector of `char`, `unsigned char` or `std::byte`.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, time_limit limit, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::vector<Byte>>>(limit, token, std::move(bytes));
    }
    /// As above, but without a limit.
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::vector<Byte>>>(time_limit(), token,
                                                                              std::move(bytes));
    }
    /// Who keeps the bytes alive? For an lvalue string or vector, a string_view, an array or a span say
    /// asio::buffer(bytes) to keep them yourself until the send completes, or std::move(bytes), for a string
    /// or a vector of bytes, to let the operation own them.
    template <class Bytes, class... Tail,
              detail::mistake Advice = detail::send_advice<reconnecting_client, Bytes, Tail...>>
    void async_send(Bytes&&, Tail&&...) = delete;

    /// Waits until the send queue is at or below the client's send_queue.low_water.
    ///
    /// Completes when so few bytes wait, at once if it is so already; without a connection too. It says
    /// nothing of how the sends ended that left the queue: after a loss under `loss_policy::fail` it is
    /// empty.
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
    /// client.async_drain([&](uplink::error_code ec) {
    ///     if (!ec) log << "room for more";
    /// });
    /// @endcode
    /// @see async_send
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(time_limit limit, Token&& token = Token()) {
        return detail::initiate_carried<Token, plain_signature, detail::carried_drain<core_type>>(
            core_, token, [limit](auto& admission, auto& made) { admission.drain(made, limit); });
    }
    /// As above, but without a limit.
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(Token&& token = Token()) {
        return async_drain(time_limit(), std::forward<Token>(token));
    }

    /// Delivers what has come and was not received yet, or else what comes next, on this connection or a
    /// later one.
    ///
    /// Completes at once if there is something, else with the next bytes, or at the end of a connection; see
    /// Losses.
    ///
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success at least one byte, of one connection.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive_some([&](uplink::error_code ec, std::string_view piece) {
    ///     if (ec == uplink::errc::connection_lost) log << "a new connection follows";
    ///     else if (!ec) log << piece;
    /// });
    /// @endcode
    /// @see async_receive_message
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(detail::whatever_is_there{}, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(Token&& token = Token()) {
        return initiate_receive<Token>(detail::whatever_is_there{}, time_limit(), token);
    }
    /// Delivers the bytes up to and including a delimiter.
    ///
    /// Completes when the delimiter has come, at once if it has already, or at the end of a connection.
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
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive_until("\n", 5s, [&](uplink::error_code ec, std::string_view line) {
    ///     if (ec) log << ec.message();
    ///     else log << line.substr(0, line.size() - 1);
    /// });
    /// @endcode
    /// @see async_receive_message with delimited, which has a maximum of its own
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(detail::through_delimiter{std::move(delimiter)}, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, Token&& token = Token()) {
        return initiate_receive<Token>(detail::through_delimiter{std::move(delimiter)}, time_limit(), token);
    }
    /// Delivers exactly n bytes.
    ///
    /// Completes when so many have come, at once if they have already, or at the end of a connection. If n is
    /// 0 it succeeds at once.
    ///
    /// @param n            bytes
    /// @param limit,token  as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success n bytes, of one connection.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_receive_exactly(4, 5s, [&](uplink::error_code ec, std::string_view header) {
    ///     if (!ec) log << header;
    /// });
    /// @endcode
    /// @see async_receive_message with fixed_size
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(fixed_size{n}, limit, token);
    }
    /// As above, but without a limit.
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, Token&& token = Token()) {
        return initiate_receive<Token>(fixed_size{n}, time_limit(), token);
    }
    /// Delivers one message, by a framing; see framing.hpp.
    ///
    /// Completes when the message has come, at once if it has already, or at the end of a connection.
    ///
    /// @param message_framing  delimited, fixed_size, length_prefixed, or a type with parse()
    /// @param limit,token      as for the class
    /// @par Completion Signature
    /// `void(error_code, std::string_view)`: on success the payload.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::message_too_large`, `errc::malformed_message`, or the framing's own: the bytes stay. Usable:
    ///   yes.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// const uplink::delimited line("\n", 1000);
    /// client.async_receive_message(line, 5s, [&](uplink::error_code ec, std::string_view text) {
    ///     if (ec) log << ec.message();
    ///     else log << text;
    /// });
    /// @endcode
    /// @see delimited, fixed_size, length_prefixed
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(std::move(message_framing), limit, token);
    }
    /// As above, but without a limit.
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, Token&& token = Token()) {
        return initiate_receive<Token>(std::move(message_framing), time_limit(), token);
    }

    // --- At once ---

    /// Every pending operation completes with asio::error::operation_aborted, and the client goes on: it
    /// connects, waits, or stays connected, unless a send was cut off part-way. A pending async_stop closes
    /// at once.
    void cancel() { core_->cancel(); }
    /// The client below: for its report, counters, endpoints and stream. Not to connect, send, receive or
    /// close with, except by the session hook.
    Client& client() noexcept { return core_->client(); }

    // --- Wrong calls ---
    //
    // As those of async_client: deleted, viable for no valid call, and the name of Advice says what to write.

    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<reconnecting_client, plain_signature, Tail...>>
    void async_stop(Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<reconnecting_client, plain_signature, Tail...>>
    void async_wait_connected(Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<reconnecting_client, change_signature, Tail...>>
    void async_wait_change(std::uint64_t, Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<reconnecting_client, plain_signature, Tail...>>
    void async_drain(Tail&&...) = delete;
    template <class... Tail,
              detail::mistake Advice = detail::tail_advice<reconnecting_client, view_signature, Tail...>>
    void async_receive_some(Tail&&...) = delete;
    template <class Delimiter, class... Tail,
              detail::mistake Advice = detail::delimiter_advice<
                  Delimiter, detail::tail_advice<reconnecting_client, view_signature, Tail...>>>
    void async_receive_until(Delimiter&&, Tail&&...) = delete;
    template <class Number, class... Tail,
              detail::mistake Advice = detail::number_advice<
                  Number, detail::tail_advice<reconnecting_client, view_signature, Tail...>>>
    void async_receive_exactly(Number&&, Tail&&...) = delete;
    template <class Framing, class... Tail,
              detail::mistake Advice = detail::framing_advice<
                  Framing, detail::tail_advice<reconnecting_client, view_signature, Tail...>>>
    void async_receive_message(Framing&&, Tail&&...) = delete;

private:
    static std::vector<server_address> one(std::string&& host, std::string&& service) {
        std::vector<server_address> servers;
        servers.emplace_back(std::move(host), std::move(service));
        return servers;
    }
    template <class Token>
    auto initiate_stop(std::optional<time_limit> limit, std::remove_reference_t<Token>& token) {
        return detail::initiate_carried<Token, plain_signature, detail::stop_operation<core_type>>(
            core_, token, [limit](auto& admission, auto& made) { admission.stop(made, limit); });
    }
    template <class Token, class Bytes, class Source>
    auto initiate_send(time_limit limit, std::remove_reference_t<Token>& token, Source&& source) {
        return detail::initiate_carried<Token, transfer_signature, detail::carried_send_of<core_type, Bytes>>(
            core_, token, [limit](auto& admission, auto& made) { admission.send(made, limit); },
            std::forward<Source>(source));
    }
    template <class Token, class Framing>
    auto initiate_receive(Framing message_framing, time_limit limit, std::remove_reference_t<Token>& token) {
        return detail::initiate_carried<Token, view_signature, detail::framed_receive<core_type, Framing>>(
            core_, token, [limit](auto& admission, auto& made) { admission.receive(made, limit); },
            std::move(message_framing));
    }

    std::shared_ptr<core_type> core_;
};

}  // namespace uplink
