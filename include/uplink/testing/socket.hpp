// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A replacement for asio::ip::tcp::socket on a simulated network, which it finds through its executor. It has
// Asio's names and rules: an operation never completes inside its initiating function; handlers run on their
// associated executor, with memory from their associated allocator; cancellation slots are honoured, all
// types alike; destroying or closing the socket aborts its pending operations. The socket owns its state,
// which owns a share of the simulation. Use it as the client's stream:
//
//     uplink::async_client<uplink::testing::socket> client(net.get_executor());
#pragma once

#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/erased_executor.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/testing/detail/launch.hpp>
#include <uplink/testing/detail/resolver.hpp>
#include <uplink/testing/detail/socket_state.hpp>
#include <uplink/testing/timer.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// A socket on a simulated network, in place of asio::ip::tcp::socket; a client makes and uses it. See
/// socket.hpp for its rules.
template <class Executor = net::any_io_executor> class basic_socket : public net::socket_base {
    using default_token = uplink::detail::default_token_t<Executor>;

public:
    using executor_type = Executor;                 ///< the type of get_executor()
    using protocol_type = net::ip::tcp;             ///< TCP
    using endpoint_type = protocol_type::endpoint;  ///< an address with a port
    using lowest_layer_type = basic_socket;         ///< the socket itself: there is no layer below
    using native_handle_type = socket_options::native_handle_type;  ///< as for Asio's sockets
    using clock_type = clock;                                       ///< virtual time
    using timer_type = basic_timer<Executor>;     ///< the timer that goes with the socket, see timer_for
    static constexpr bool is_for_testing = true;  ///< tells the client that it runs in a test

    /// The same socket on another type of executor, as Asio's I/O objects have it.
    template <class Executor1> struct rebind_executor {
        using other = basic_socket<Executor1>;  ///< the socket on Executor1
    };

    /// Throws std::logic_error if the executor is not one of a network.
    explicit basic_socket(const executor_type& ex) : ex_(ex) { state(); }

    /// As above, but on the executor of an io_context, if `executor_type` is any_io_executor.
    explicit basic_socket(
        const net::io_context::executor_type& ex) requires uplink::detail::is_erased<executor_type>
        : basic_socket(uplink::detail::erased(ex)) {}

    /// As above, but on the executor of an execution context.
    template <class ExecutionContext>
        requires std::is_convertible_v<ExecutionContext&, net::execution_context&>
    explicit basic_socket(ExecutionContext& context)
        : basic_socket(uplink::detail::executor_on<executor_type>(context)) {}

    /// The moved-from socket is closed and can be used again.
    basic_socket(basic_socket&& other) noexcept : ex_(other.ex_), state_(std::move(other.state_)) {}

    /// As above, but from a socket with another type of executor.
    template <std::convertible_to<Executor> Executor1>
    basic_socket(basic_socket<Executor1>&& other) : ex_(other.ex_), state_(std::move(other.state_)) {}

    /// Closes what this socket had, then as the move constructor.
    basic_socket& operator=(basic_socket&& other) noexcept {
        if (this == &other) return *this;
        if (state_) state_->close();
        ex_ = other.ex_;
        state_ = std::move(other.state_);
        return *this;
    }

    ~basic_socket() {
        if (state_) state_->close();
    }

    /// The executor of the network.
    executor_type get_executor() const noexcept { return ex_; }
    /// The socket itself.
    lowest_layer_type& lowest_layer() noexcept { return *this; }
    /// As above.
    const lowest_layer_type& lowest_layer() const noexcept { return *this; }
    /// Opened and not closed.
    bool is_open() const noexcept { return state_ && state_->is_open(); }

    /// Opens the socket for one attempt on `endpoint`, and records the attempt. The record keeps the options;
    /// local_addresses, local_port, reset_on_close and before_connect have an effect.
    error_code open_socket(const endpoint_type& endpoint, const connect_options& connect,
                           const socket_options& options) {
        return state()->open(endpoint, connect, options);
    }

    /// The error of a broken connection that no read or write has reported yet. This call clears it.
    error_code pending_error() noexcept { return state_ ? state_->take_error() : error_code(); }
    /// Becomes the connection of another socket of the same network, and keeps its own executor. The other's
    /// pending operations are aborted. The attempt's record gets the options.
    error_code take_over(basic_socket&& connected, const socket_options& options) {
        if (!connected.is_open() || detail::simulation_of(ex_).get() != &connected.state_->network())
            return net::error::invalid_argument;
        close();
        state_ = std::move(connected.state_);
        state_->handed_over(options);
        return {};
    }

    /// Connects; a socket that is not open is opened first. Completion Signature: void(error_code).
    template <class Token = default_token>
    auto async_connect(const endpoint_type& endpoint, Token&& token = Token()) {
        return net::async_initiate<Token, void(error_code)>(initiate_connect{this}, token, endpoint);
    }

    /// Reads at least one byte. Completion Signature: void(error_code, std::size_t).
    template <class Buffers, class Token = default_token>
    auto async_read_some(const Buffers& buffers, Token&& token = Token()) {
        return net::async_initiate<Token, void(error_code, std::size_t)>(
            initiate_transfer{this, operation_kind::read}, token, buffers);
    }

    /// Writes at least one byte. Completion Signature: void(error_code, std::size_t).
    template <class Buffers, class Token = default_token>
    auto async_write_some(const Buffers& buffers, Token&& token = Token()) {
        return net::async_initiate<Token, void(error_code, std::size_t)>(
            initiate_transfer{this, operation_kind::write}, token, buffers);
    }

    /// Reads bytes that have arrived; would_block if there are none, whatever non_blocking() says.
    template <class Buffers> std::size_t read_some(const Buffers& buffers, error_code& ec) {
        const auto put = [&buffers](std::string_view bytes) {
            return net::buffer_copy(buffers, net::buffer(bytes.data(), bytes.size()));
        };
        return state()->read_now(put, ec);
    }
    /// As read_some(), except that with message_peek the bytes are not consumed.
    template <class Buffers>
    std::size_t receive(const Buffers& buffers, message_flags flags, error_code& ec) {
        if ((flags & message_peek) == 0) return read_some(buffers, ec);
        const auto put = [&buffers](std::string_view bytes) {
            return net::buffer_copy(buffers, net::buffer(bytes.data(), bytes.size()));
        };
        return state()->peek_now(put, ec);
    }
    /// Writes as many bytes as the peer's window has room for; would_block if it has none, and always if
    /// network::writes_at_once() is off.
    template <class Buffers> std::size_t write_some(const Buffers& buffers, error_code& ec) {
        const auto take = [&buffers](std::size_t count) {
            std::string bytes(count, '\0');
            net::buffer_copy(net::buffer(bytes.data(), bytes.size()), buffers);
            return bytes;
        };
        return state()->write_now(net::buffer_size(buffers), take, ec);
    }
    /// Does nothing: reads and writes without `async_` never wait.
    void non_blocking(bool, error_code& ec) { ec = {}; }

    /// A descriptor of no file: system calls on it fail.
    native_handle_type native_handle() noexcept { return -1; }

    /// Ends a direction, as for Asio's sockets. It is counted as an operation.
    void shutdown(shutdown_type what, error_code& ec) { ec = state()->shut_down(what); }
    /// As above, but throws system_error.
    void shutdown(shutdown_type what) { throw_if(state()->shut_down(what), "shutdown"); }

    /// Aborts the pending operations; bad_descriptor if the socket is not open.
    void cancel(error_code& ec) {
        ec = is_open() ? error_code() : net::error::bad_descriptor;
        if (state_) state_->cancel();
    }
    /// As above, but throws system_error.
    void cancel() {
        error_code ec;
        cancel(ec);
        throw_if(ec, "cancel");
    }

    /// Aborts the pending operations and closes, never with an error.
    void close(error_code& ec) {
        ec = {};
        close();
    }
    /// As above.
    void close() {
        if (state_) state_->close();
    }

    /// The socket's own address; bad_descriptor if it is not open.
    endpoint_type local_endpoint(error_code& ec) const {
        ec = is_open() ? error_code() : net::error::bad_descriptor;
        return ec ? endpoint_type() : state_->local();
    }
    /// As above, but throws system_error.
    endpoint_type local_endpoint() const {
        error_code ec;
        const endpoint_type result = local_endpoint(ec);
        throw_if(ec, "local_endpoint");
        return result;
    }

    /// not_connected before connecting, after a reset, and when both sides have ended.
    endpoint_type remote_endpoint(error_code& ec) const {
        ec = error_code();
        if (!is_open()) {
            ec = net::error::bad_descriptor;
        } else if (!state_->is_connected()) {
            ec = net::error::not_connected;
        }
        return ec ? endpoint_type() : state_->remote();
    }
    /// As above, but throws system_error.
    endpoint_type remote_endpoint() const {
        error_code ec;
        const endpoint_type result = remote_endpoint(ec);
        throw_if(ec, "remote_endpoint");
        return result;
    }

    /// True if the whole connection is gone, and not the peer's half alone.
    bool peer_gone() const noexcept { return state_ && state_->is_gone(); }

    /// A resolver with the network's names, for a client without a resolver of its own.
    static std::shared_ptr<name_resolver> default_resolver(const executor_type& ex) {
        return detail::make_resolver(detail::simulation_of(ex));
    }

    /// The family that the network's routes prefer.
    static address_family preferred_family(const executor_type& ex) {
        return detail::simulation_of(ex)->places.preferred;
    }

private:
    template <class> friend class basic_socket;

    struct initiate_connect {
        using executor_type = Executor;
        basic_socket* self;
        executor_type get_executor() const noexcept { return self->ex_; }

        template <class Handler> void operator()(Handler&& handler, const endpoint_type& endpoint) const {
            const auto state = self->state();
            const std::size_t number = state->network().begin(operation_kind::connect);
            detail::launch<false>(state, state->network(), number, std::forward<Handler>(handler), self->ex_,
                                  detail::no_buffers{},
                                  [&](std::uint64_t id) { state->start_connect(id, number, endpoint); });
        }
    };

    struct initiate_transfer {
        using executor_type = Executor;
        basic_socket* self;
        operation_kind kind;
        executor_type get_executor() const noexcept { return self->ex_; }

        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            const auto state = self->state();
            const std::size_t number = state->network().begin(kind);
            detail::launch<true>(state, state->network(), number, std::forward<Handler>(handler), self->ex_,
                                 buffers, [&](std::uint64_t id) { state->start_transfer(id, kind, number); });
        }
    };

    const std::shared_ptr<detail::socket_state>& state() {
        if (!state_) state_ = detail::make_socket_state(detail::simulation_of(ex_));
        return state_;
    }

    static void throw_if(const error_code& ec, const char* what) {
        if (ec) throw system_error(ec, what);
    }

    Executor ex_;
    std::shared_ptr<detail::socket_state> state_{};  // none after a move, until it is needed
};

/// The socket that tests use mostly.
using socket = basic_socket<>;

}  // namespace uplink::testing
