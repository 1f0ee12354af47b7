// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// uplink::async_client, a TCP client: connect, send, receive, close, with any completion token. The class
// is its reference comments and short initiating functions; what happens is in detail/op, what is decided
// in detail/machine.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/connection_stats.hpp>
#include <uplink/detail/op/client_core.hpp>
#include <uplink/detail/op/initiation.hpp>
#include <uplink/detail/op/whole_exchange.hpp>
#include <uplink/detail/support/asio.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/concepts.hpp>
#include <uplink/error.hpp>
#include <uplink/framing.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>
#include <uplink/received_bytes.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink {

/// A client for one connection at a time over `Stream`, whose received bytes accumulate in `State`.
template <class Stream = net::ip::tcp::socket, class State = received_bytes> class async_client {
    static_assert(receive_state<State>,
                  "State must accumulate received bytes: prepare(n), commit(n), size() and clear(), "
                  "see uplink::receive_state");
    using core_type = detail::client_core<Stream, State>;
    using optional_limit = std::optional<typename core_type::time_limit>;

public:
    using stream_type = Stream;
    using state_type = State;
    using executor_type = typename core_type::executor_type;
    using endpoint_type = typename core_type::endpoint_type;
    using clock_type = typename core_type::clock_type;
    using time_limit = basic_time_limit<clock_type>;
    using lowest_layer_type = std::remove_reference_t<decltype(std::declval<Stream&>().lowest_layer())>;
    using connect_report_type = basic_connect_report<endpoint_type>;
    template <class Executor1> struct rebind_executor {
        using other = async_client<typename Stream::template rebind_executor<Executor1>::other, State>;
    };

    using connect_signature = void(error_code, endpoint_type);
    using transfer_signature = void(error_code, std::size_t);
    using view_signature = void(error_code, std::string_view);
    using plain_signature = void(error_code);
    using default_token = detail::default_token_t<executor_type>;

    explicit async_client(const executor_type& executor, client_options options = {}, State state = {})
        requires(!detail::has_layer_options<Stream> || std::default_initializable<detail::layer_options_of_t<Stream>>)
        : core_(std::make_shared<core_type>(executor, detail::layer_options_of_t<Stream>{}, std::move(options),
                                            std::move(state))) {}
    template <detail::execution_context_type Context>
    explicit async_client(Context& context, client_options options = {}, State state = {})
        requires(!detail::has_layer_options<Stream> || std::default_initializable<detail::layer_options_of_t<Stream>>)
        : async_client(executor_type(context.get_executor()), std::move(options), std::move(state)) {}

    template <std::same_as<detail::layer_options_of_t<Stream>> LayerOptions>
        requires detail::has_layer_options<Stream>
    async_client(const executor_type& executor, LayerOptions layer, client_options options = {}, State state = {})
        : core_(std::make_shared<core_type>(executor, std::move(layer), std::move(options), std::move(state))) {}
    template <detail::execution_context_type Context, std::same_as<detail::layer_options_of_t<Stream>> LayerOptions>
        requires detail::has_layer_options<Stream>
    async_client(Context& context, LayerOptions layer, client_options options = {}, State state = {})
        : async_client(executor_type(context.get_executor()), std::move(layer), std::move(options), std::move(state)) {}

    async_client(async_client&& other) noexcept = default;
    async_client& operator=(async_client&& other) noexcept {
        if (this != &other) {
            if (core_) core_->close();
            core_ = std::move(other.core_);
        }
        return *this;
    }
    ~async_client() {
        if (core_) core_->close();
    }

    // --- Connecting ---

    template <net::completion_token_for<connect_signature> Token = default_token>
        requires detail::can_look_up<core_type>
    auto async_connect(std::string host, std::string service, time_limit limit, Token&& token = Token()) {
        return connect_by_name(std::move(host), std::move(service), optional_limit(limit), token);
    }
    template <net::completion_token_for<connect_signature> Token = default_token>
        requires detail::can_look_up<core_type>
    auto async_connect(std::string host, std::string service, Token&& token = Token()) {
        return connect_by_name(std::move(host), std::move(service), optional_limit(), token);
    }

    template <net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const endpoint_type& endpoint, time_limit limit, Token&& token = Token()) {
        return connect_to(std::vector<endpoint_type>{endpoint}, optional_limit(limit), token);
    }
    template <net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const endpoint_type& endpoint, Token&& token = Token()) {
        return connect_to(std::vector<endpoint_type>{endpoint}, optional_limit(), token);
    }

    template <detail::endpoint_sequence<endpoint_type> EndpointSequence,
              net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const EndpointSequence& endpoints, time_limit limit, Token&& token = Token()) {
        return connect_to(detail::to_vector<endpoint_type>(endpoints), optional_limit(limit), token);
    }
    template <detail::endpoint_sequence<endpoint_type> EndpointSequence,
              net::completion_token_for<connect_signature> Token = default_token>
    auto async_connect(const EndpointSequence& endpoints, Token&& token = Token()) {
        return connect_to(detail::to_vector<endpoint_type>(endpoints), optional_limit(), token);
    }

    // --- Sending ---

    template <detail::const_buffer_sequence Buffers, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, time_limit limit, Token&& token = Token()) {
        return send<detail::borrowed_bytes<Buffers>>(detail::send_kind::bytes, limit, token, buffers);
    }
    template <detail::const_buffer_sequence Buffers, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, Token&& token = Token()) {
        return send<detail::borrowed_bytes<Buffers>>(detail::send_kind::bytes, time_limit(), token, buffers);
    }

    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, time_limit limit, Token&& token = Token()) {
        return send_owned(std::move(bytes), limit, token);
    }
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, Token&& token = Token()) {
        return send_owned(std::move(bytes), time_limit(), token);
    }
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, time_limit limit, Token&& token = Token()) {
        return send_owned(std::move(bytes), limit, token);
    }
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, Token&& token = Token()) {
        return send_owned(std::move(bytes), time_limit(), token);
    }
    /// Who keeps the bytes alive? Say asio::buffer(text) to keep them yourself until the send completes, or
    /// std::move(text) to let the operation own them.
    template <detail::unowned_text Text, class... Rest> void async_send(Text&& text, Rest&&...) = delete;

    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_shutdown_send(time_limit limit, Token&& token = Token()) {
        return shutdown_send(limit, token);
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_shutdown_send(Token&& token = Token()) {
        return shutdown_send(time_limit(), token);
    }

    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(time_limit limit, Token&& token = Token()) {
        return drain(limit, token);
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(Token&& token = Token()) {
        return drain(time_limit(), token);
    }

    // --- Receiving ---

    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_receive(time_limit limit, Token&& token = Token()) {
        return receive<detail::receive_until_end<core_type>, transfer_signature>(limit, token);
    }
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_receive(Token&& token = Token()) {
        return receive<detail::receive_until_end<core_type>, transfer_signature>(time_limit(), token);
    }

    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(time_limit limit, Token&& token = Token()) {
        return receive_view(detail::whatever_is_there{}, limit, token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(Token&& token = Token()) {
        return receive_view(detail::whatever_is_there{}, time_limit(), token);
    }

    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, time_limit limit, Token&& token = Token()) {
        return receive_view(detail::through_delimiter{std::move(delimiter)}, limit, token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, Token&& token = Token()) {
        return receive_view(detail::through_delimiter{std::move(delimiter)}, time_limit(), token);
    }

    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, time_limit limit, Token&& token = Token()) {
        return receive_view(fixed_size{n}, limit, token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, Token&& token = Token()) {
        return receive_view(fixed_size{n}, time_limit(), token);
    }

    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, time_limit limit, Token&& token = Token()) {
        return receive_view(std::move(message_framing), limit, token);
    }
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, Token&& token = Token()) {
        return receive_view(std::move(message_framing), time_limit(), token);
    }

    // --- Both ---

    template <detail::const_buffer_sequence Buffers, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(const Buffers& request, time_limit limit, Token&& token = Token()) {
        return exchange<detail::borrowed_bytes<Buffers>>(limit, token, request);
    }
    template <detail::const_buffer_sequence Buffers, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(const Buffers& request, Token&& token = Token()) {
        return exchange<detail::borrowed_bytes<Buffers>>(time_limit(), token, request);
    }
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::string&& request, time_limit limit, Token&& token = Token()) {
        return exchange<detail::owned_bytes<std::string>>(limit, token, std::move(request));
    }
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::string&& request, Token&& token = Token()) {
        return exchange<detail::owned_bytes<std::string>>(time_limit(), token, std::move(request));
    }
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::vector<Byte>&& request, time_limit limit, Token&& token = Token()) {
        return exchange<detail::owned_bytes<std::vector<Byte>>>(limit, token, std::move(request));
    }
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_exchange(std::vector<Byte>&& request, Token&& token = Token()) {
        return exchange<detail::owned_bytes<std::vector<Byte>>>(time_limit(), token, std::move(request));
    }
    /// As async_send: asio::buffer(text) or std::move(text) says who keeps the bytes alive.
    template <detail::unowned_text Text, class... Rest> void async_exchange(Text&& text, Rest&&...) = delete;

    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_close(time_limit limit, Token&& token = Token()) {
        return graceful_close(optional_limit(limit), token);
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_close(Token&& token = Token()) {
        return graceful_close(optional_limit(), token);
    }

    // --- Asio's AsyncReadStream and AsyncWriteStream ---

    template <detail::mutable_buffer_sequence Buffers, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_read_some(const Buffers& buffers, Token&& token = Token()) {
        return receive<detail::receive_direct<core_type, Buffers>, transfer_signature>(time_limit(), token, buffers);
    }
    template <detail::const_buffer_sequence Buffers, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_write_some(const Buffers& buffers, Token&& token = Token()) {
        return send<detail::borrowed_bytes<Buffers>>(detail::send_kind::some, time_limit(), token, buffers);
    }
    executor_type get_executor() const noexcept { return core_->get_executor(); }

    // --- At once ---

    /// Every pending operation completes with asio::error::operation_aborted.
    void cancel() { core_->cancel(); }
    /// As cancel(), and the connection is gone. At once, without waiting for anything.
    void close() noexcept { core_->close(); }
    /// Connected and not closed. A connection that has failed stays open until close() or the next connect.
    bool is_open() const noexcept { return core_->current() != nullptr; }

    /// What has been received and not yet consumed. While a receive is pending it may only be read.
    State& state() noexcept {
        return core_->state();
    }
    /// Moves the state out and leaves State{}. Throws std::logic_error while a receive is pending.
    State take_state()
        requires std::default_initializable<State>
    {
        if (core_->is_receive_pending()) throw std::logic_error("uplink: take_state() while a receive is pending");
        return std::exchange(core_->state(), State{});
    }

    endpoint_type local_endpoint(error_code& ec) const {
        if (!is_open()) return ec = net::error::not_connected, endpoint_type();
        return core_->stream().lowest_layer().local_endpoint(ec);
    }
    endpoint_type local_endpoint() const {
        error_code ec;
        endpoint_type endpoint = local_endpoint(ec);
        if (ec) throw system_error(ec, "local_endpoint");
        return endpoint;
    }
    endpoint_type remote_endpoint(error_code& ec) const {
        if (!is_open()) return ec = net::error::not_connected, endpoint_type();
        return core_->stream().lowest_layer().remote_endpoint(ec);
    }
    endpoint_type remote_endpoint() const {
        error_code ec;
        endpoint_type endpoint = remote_endpoint(ec);
        if (ec) throw system_error(ec, "remote_endpoint");
        return endpoint;
    }

    /// What happened in the last async_connect, after success and after failure.
    const connect_report_type& last_connect() const noexcept { return core_->report(); }
    /// Of the present connection, or of the last one once it is closed.
    connection_stats stats() const { return core_->stats(); }
    /// Bytes accepted and not yet with the kernel, the send in progress included.
    std::size_t send_queue_bytes() const noexcept { return core_->send_queue_bytes(); }
    const client_options& options() const noexcept { return core_->options(); }
    /// The live stream, for what the library does not wrap; a closed one while there is no connection. Each
    /// connection has a new one.
    Stream& stream() { return core_->stream(); }
    lowest_layer_type& lowest_layer() { return core_->stream().lowest_layer(); }

private:
    template <class Signature, class Token, class Run, class... Arguments>
    auto initiate(Token& token, Run run, Arguments&&... arguments) {
        return net::async_initiate<Token, Signature>(detail::initiation<core_type, Run>(core_, std::move(run)), token,
                                                     std::forward<Arguments>(arguments)...);
    }

    template <class Token>
    auto connect_by_name(std::string&& host, std::string&& service, optional_limit limit, Token& token) {
        using base = detail::connect_operation<core_type>;
        return initiate<connect_signature>(
            token,
            [limit](core_type& core, auto&& handler, std::string name, std::string port) {
                detail::launch<base>(
                    core, std::move(handler),
                    [&](auto initiator, auto& made) { initiator.connect(made, name, port, limit); }, core);
            },
            std::move(host), std::move(service));
    }
    template <class Token>
    auto connect_to(std::vector<endpoint_type>&& endpoints, optional_limit limit, Token& token) {
        using base = detail::connect_operation<core_type>;
        return initiate<connect_signature>(
            token,
            [limit](core_type& core, auto&& handler, std::vector<endpoint_type> list) {
                detail::launch<base>(
                    core, std::move(handler),
                    [&](auto initiator, auto& made) { initiator.connect(made, std::move(list), limit); }, core);
            },
            std::move(endpoints));
    }

    template <class Bytes, class Token, class Source>
    auto send(detail::send_kind kind, time_limit limit, Token& token, Source&& source) {
        using base = detail::send_operation<core_type, Bytes>;
        return initiate<transfer_signature>(
            token,
            [limit, kind](core_type& core, auto&& handler, auto&& bytes) {
                detail::launch<base>(
                    core, std::move(handler), [&](auto initiator, auto& made) { initiator.send(made, limit); }, kind,
                    std::forward<decltype(bytes)>(bytes));
            },
            std::forward<Source>(source));
    }
    template <class Container, class Token> auto send_owned(Container&& bytes, time_limit limit, Token& token) {
        return send<detail::owned_bytes<Container>>(detail::send_kind::bytes, limit, token, std::move(bytes));
    }
    template <class Token> auto shutdown_send(time_limit limit, Token& token) {
        return initiate<plain_signature>(token, [limit](core_type& core, auto&& handler) {
            detail::launch<detail::half_close<core_type>>(
                core, std::move(handler), [&](auto initiator, auto& made) { initiator.send(made, limit); });
        });
    }
    template <class Token> auto drain(time_limit limit, Token& token) {
        return initiate<plain_signature>(token, [limit](core_type& core, auto&& handler) {
            detail::launch<detail::drain_operation<core_type>>(
                core, std::move(handler), [&](auto initiator, auto& made) { initiator.drain(made, limit); });
        });
    }
    template <class Token> auto graceful_close(optional_limit limit, Token& token) {
        return initiate<plain_signature>(token, [limit](core_type& core, auto&& handler) {
            detail::launch<detail::close_operation<core_type>>(
                core, std::move(handler), [&](auto initiator, auto& made) { initiator.close(made, limit); });
        });
    }

    template <class Operation, class Signature, class Token, class... Source>
    auto receive(time_limit limit, Token& token, Source&&... source) {
        return initiate<Signature>(
            token,
            [limit](core_type& core, auto&& handler, auto&&... parts) {
                detail::launch<Operation>(
                    core, std::move(handler), [&](auto initiator, auto& made) { initiator.receive(made, limit); },
                    std::forward<decltype(parts)>(parts)...);
            },
            std::forward<Source>(source)...);
    }
    template <class Framing, class Token> auto receive_view(Framing&& message_framing, time_limit limit, Token& token) {
        static_assert(viewable_state<State>,
                      "this receive delivers a view of the state: State needs view() and consume(n), as "
                      "uplink::received_bytes has");
        return receive<detail::receive_framed<core_type, std::decay_t<Framing>>, view_signature>(
            limit, token, std::forward<Framing>(message_framing));
    }
    template <class Request, class Token, class Source> auto exchange(time_limit limit, Token& token, Source&& source) {
        using base = detail::exchange_operation<core_type, Request>;
        return initiate<transfer_signature>(
            token,
            [limit](core_type& core, auto&& handler, auto&& request) {
                detail::launch<base>(
                    core, std::move(handler), [&](auto initiator, auto& made) { initiator.exchange(made, limit); },
                    std::forward<decltype(request)>(request));
            },
            std::forward<Source>(source));
    }

    std::shared_ptr<core_type> core_;
};

/// A client of a Unix domain socket: connects to endpoints; there is no lookup and no proxy.
using local_client = async_client<net::local::stream_protocol::socket>;


namespace detail {

template <class Executor>
using client_core_on = client_core<net::basic_stream_socket<net::ip::tcp, Executor>, received_bytes>;

template <class Executor, class Token>
auto exchange_once(const Executor& executor, std::string&& host, std::string&& service, std::string&& request,
                   client_options&& options,
                   std::optional<typename client_core_on<Executor>::time_limit> limit, Token& token) {
    using core_type = client_core_on<Executor>;
    auto run = [limit](core_type& core, auto&& handler, std::string name, std::string port, std::string bytes) {
        using handler_type = std::decay_t<decltype(handler)>;
        whole_exchange<core_type, handler_type>::start(core.shared_from_this(), handler_type(std::move(handler)), name,
                                                       port, std::move(bytes), limit);
    };
    auto core = std::make_shared<core_type>(executor, no_layer_options{}, std::move(options), received_bytes{});
    return net::async_initiate<Token, void(error_code, std::string)>(
        initiation<core_type, decltype(run)>(std::move(core), std::move(run)), token, std::move(host),
        std::move(service), std::move(request));
}

}  // namespace detail

using exchange_once_signature = void(error_code, std::string);

/// The whole job in one call: connect, exchange, close. Completes with the response, and on an error with
/// what had come. `limit` is for all of it together.
template <detail::executor_or_context Where,
          net::completion_token_for<exchange_once_signature> Token = detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, std::string service, std::string request, client_options options,
                    basic_time_limit<std::chrono::steady_clock> limit, Token&& token = Token()) {
    return detail::exchange_once(detail::executor_of(where), std::move(host), std::move(service), std::move(request),
                                 std::move(options), std::optional(limit), token);
}
template <detail::executor_or_context Where,
          net::completion_token_for<exchange_once_signature> Token = detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, std::string service, std::string request, client_options options,
                    Token&& token = Token()) {
    return detail::exchange_once(detail::executor_of(where), std::move(host), std::move(service), std::move(request),
                                 std::move(options), std::nullopt, token);
}
template <detail::executor_or_context Where,
          net::completion_token_for<exchange_once_signature> Token = detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, std::string service, std::string request,
                    basic_time_limit<std::chrono::steady_clock> limit, Token&& token = Token()) {
    return detail::exchange_once(detail::executor_of(where), std::move(host), std::move(service), std::move(request),
                                 client_options(), std::optional(limit), token);
}
template <detail::executor_or_context Where,
          net::completion_token_for<exchange_once_signature> Token = detail::default_token_t<detail::executor_of_t<Where>>>
auto async_exchange(Where&& where, std::string host, std::string service, std::string request,
                    Token&& token = Token()) {
    return detail::exchange_once(detail::executor_of(where), std::move(host), std::move(service), std::move(request),
                                 client_options(), std::nullopt, token);
}

}  // namespace uplink
