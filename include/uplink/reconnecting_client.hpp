// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// uplink::reconnecting_client, a client that comes back: it connects again after every failure and loss, and carries
// sends and receives from one connection to the next. The class is its reference comments and short initiating
// functions; what happens is in detail/reconnecting, what is decided in detail/machine/reconnect_machine.hpp.
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
//   | state      | hook ok   | hook fails        | connection lost   | timer      | reconnect_now | stable        |
//   |------------|-----------|-------------------|-------------------|------------|---------------|---------------|
//   | preparing  | connected | waiting or failed | waiting or failed | -          | -             | -             |
//   | connected  | -         | -                 | waiting or failed | -          | -             | back-off anew |
//   | waiting    | -         | -                 | -                 | connecting | connecting    | -             |
//   | stopping   | -         | -                 | stopped           | -          | -             | -             |
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/reconnecting/reconnect_admission.hpp>
#include <uplink/detail/reconnecting/reconnect_core.hpp>
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

template <class Client> class reconnecting_client {
    using core_type = detail::reconnect_core<Client>;
    using driver_type = typename core_type::driver_type;

public:
    using client_type = Client;
    using executor_type = typename Client::executor_type;
    using endpoint_type = typename Client::endpoint_type;
    using clock_type = typename Client::clock_type;
    using time_limit = typename Client::time_limit;
    using reconnect_status = basic_reconnect_status<clock_type>;
    using reconnect_record = basic_reconnect_record<clock_type>;
    using default_token = typename Client::default_token;
    using transfer_signature = void(error_code, std::size_t);
    using view_signature = void(error_code, std::string_view);
    using plain_signature = void(error_code);
    using change_signature = void(error_code, reconnect_status);
    using session_hook = typename driver_type::session_hook;
    using retry_rule = typename driver_type::retry_rule;

    reconnecting_client(Client client, std::vector<server_address> servers, reconnect_options options = {})
        : core_(std::make_shared<core_type>(std::move(client), std::move(servers), std::move(options))) {}
    reconnecting_client(Client client, std::string host, std::string service, reconnect_options options = {})
        : reconnecting_client(std::move(client), one(std::move(host), std::move(service)),
                              std::move(options)) {}
    template <detail::port_number Port>
    reconnecting_client(Client client, std::string host, Port port, reconnect_options options = {})
        : reconnecting_client(std::move(client), std::move(host), detail::port_text(port),
                              std::move(options)) {}

    reconnecting_client(reconnecting_client&& other) noexcept = default;
    reconnecting_client& operator=(reconnecting_client&& other) noexcept {
        if (this != &other) {
            if (core_) core_->release();
            core_ = std::move(other.core_);
        }
        return *this;
    }
    ~reconnecting_client() {
        if (core_) core_->release();
    }

    executor_type get_executor() const noexcept { return core_->get_executor(); }

    void on_session(session_hook hook) { core_->driver().on_session(std::move(hook)); }
    void on_failure(retry_rule rule) { core_->driver().on_failure(std::move(rule)); }
    void on_change(std::function<void(const reconnect_status&)> function) {
        core_->changes().set(std::move(function));
    }

    void start() {
        core_->call([this] { core_->driver().start(); });
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_stop(time_limit limit, Token&& token = Token()) {
        return initiate_stop<Token>(limit, token);
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_stop(Token&& token = Token()) {
        return initiate_stop<Token>(std::nullopt, token);
    }
    void close() noexcept { core_->close(); }
    void reconnect_now() {
        core_->call([this] { core_->driver().reconnect_now(); });
    }
    void mark_stable() {
        core_->call([this] { core_->driver().mark_stable(); });
    }

    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_wait_connected(time_limit limit, Token&& token = Token()) {
        return detail::initiate_carried<Token, plain_signature, detail::wait_connected_operation<core_type>>(
            core_, token, [limit](auto& admission, auto& made) { admission.wait_connected(made, limit); });
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_wait_connected(Token&& token = Token()) {
        return async_wait_connected(time_limit(), std::forward<Token>(token));
    }
    template <net::completion_token_for<change_signature> Token = default_token>
    auto async_wait_change(std::uint64_t seen, time_limit limit, Token&& token = Token()) {
        return detail::initiate_carried<Token, change_signature, detail::wait_change_operation<core_type>>(
            core_, token,
            [seen, limit](auto& admission, auto& made) { admission.wait_change(made, seen, limit); });
    }
    template <net::completion_token_for<change_signature> Token = default_token>
    auto async_wait_change(std::uint64_t seen, Token&& token = Token()) {
        return async_wait_change(seen, time_limit(), std::forward<Token>(token));
    }
    reconnect_status status() const { return core_->status(); }
    std::vector<reconnect_record> history() const { return core_->driver().history().records(); }

    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, time_limit limit, Token&& token = Token()) {
        return initiate_send<Token, detail::callers_bytes<Buffers>>(limit, token, buffers);
    }
    template <detail::const_buffer_sequence Buffers,
              net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(const Buffers& buffers, Token&& token = Token()) {
        return initiate_send<Token, detail::callers_bytes<Buffers>>(time_limit(), token, buffers);
    }
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, time_limit limit, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::string>>(limit, token, std::move(bytes));
    }
    template <net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::string&& bytes, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::string>>(time_limit(), token,
                                                                        std::move(bytes));
    }
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, time_limit limit, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::vector<Byte>>>(limit, token, std::move(bytes));
    }
    template <detail::byte_type Byte, net::completion_token_for<transfer_signature> Token = default_token>
    auto async_send(std::vector<Byte>&& bytes, Token&& token = Token()) {
        return initiate_send<Token, detail::carried_bytes<std::vector<Byte>>>(time_limit(), token,
                                                                              std::move(bytes));
    }
    /// Who keeps the bytes alive? Say asio::buffer(text) to keep them yourself until the send completes, or
    /// std::move(text) to let the operation own them.
    template <detail::unowned_text Text, class... Rest> void async_send(Text&& text, Rest&&...) = delete;

    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(time_limit limit, Token&& token = Token()) {
        return detail::initiate_carried<Token, plain_signature, detail::carried_drain<core_type>>(
            core_, token, [limit](auto& admission, auto& made) { admission.drain(made, limit); });
    }
    template <net::completion_token_for<plain_signature> Token = default_token>
    auto async_drain(Token&& token = Token()) {
        return async_drain(time_limit(), std::forward<Token>(token));
    }

    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(detail::whatever_is_there{}, limit, token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_some(Token&& token = Token()) {
        return initiate_receive<Token>(detail::whatever_is_there{}, time_limit(), token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(detail::through_delimiter{std::move(delimiter)}, limit, token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_until(std::string delimiter, Token&& token = Token()) {
        return initiate_receive<Token>(detail::through_delimiter{std::move(delimiter)}, time_limit(), token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(fixed_size{n}, limit, token);
    }
    template <net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_exactly(std::size_t n, Token&& token = Token()) {
        return initiate_receive<Token>(fixed_size{n}, time_limit(), token);
    }
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, time_limit limit, Token&& token = Token()) {
        return initiate_receive<Token>(std::move(message_framing), limit, token);
    }
    template <framing Framing, net::completion_token_for<view_signature> Token = default_token>
    auto async_receive_message(Framing message_framing, Token&& token = Token()) {
        return initiate_receive<Token>(std::move(message_framing), time_limit(), token);
    }

    void cancel() { core_->cancel(); }
    Client& client() noexcept { return core_->client(); }

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
