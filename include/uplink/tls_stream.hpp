// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// TLS over any stream below it (RFC 8446 and RFC 5246), on OpenSSL. It is the stream of tls_client:
//
//     uplink::async_client<uplink::tls_stream<asio::ip::tcp::socket>> client(context);
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/tls/certificate_text.hpp>
#include <uplink/detail/tls/tls_channel.hpp>
#include <uplink/detail/tls/tls_operation.hpp>
#include <uplink/detail/tls/tls_operations.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_context.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

/// A client's TLS stream. A client makes one for each connection, does the handshake as a part of
/// async_connect, and reads and writes it; a program that has a client uses the functions that ask about the
/// session, through async_client::stream().
///
/// @tparam NextLayer  the stream below: a socket, or another layer with Asio's names
template <class NextLayer> class tls_stream {
    using channel_type = detail::tls_channel<NextLayer>;
    using default_token = detail::default_token_t<typename NextLayer::executor_type>;

public:
    using next_layer_type = NextLayer;                                ///< the stream below
    using lowest_layer_type = typename NextLayer::lowest_layer_type;  ///< the socket at the bottom
    using executor_type = typename NextLayer::executor_type;          ///< of the stream below
    using options_type = tls_context;  ///< what a client is given beside its options
    /// The same stream on another type of executor, as Asio's I/O objects have it.
    template <class Executor1> struct rebind_executor {
        using other = tls_stream<
            typename NextLayer::template rebind_executor<Executor1>::other>;  ///< the stream on Executor1
    };

    /// Nothing is checked and nothing is sent before async_handshake.
    explicit tls_stream(NextLayer&& next, const tls_context& context = tls_context())
        : channel_(std::make_shared<channel_type>(std::move(next), context.shared())) {}
    /// The other stream may only be destroyed.
    tls_stream(tls_stream&& other) noexcept = default;
    tls_stream& operator=(tls_stream&& other) = delete;
    /// Closes the stream below at once.
    ~tls_stream() {
        if (channel_) channel_->close();
    }

    /// The executor of the stream below.
    executor_type get_executor() const noexcept { return channel_->get_executor(); }
    /// The stream below.
    next_layer_type& next_layer() noexcept { return channel_->next(); }
    /// As above.
    const next_layer_type& next_layer() const noexcept { return channel_->next(); }
    /// The socket at the bottom.
    lowest_layer_type& lowest_layer() noexcept { return channel_->next().lowest_layer(); }
    /// As above.
    const lowest_layer_type& lowest_layer() const noexcept {
        return const_cast<const NextLayer&>(channel_->next()).lowest_layer();
    }

    // --- About the session ---

    /// OpenSSL's object, which the stream owns until it is destroyed; null before the handshake. It may be
    /// asked on the stream's executor; its I/O and its settings are the stream's.
    SSL* native_handle() noexcept { return channel_->native_handle(); }
    /// The server's own certificate, PEM (RFC 7468); empty before the handshake. Throws std::bad_alloc.
    std::string peer_certificate_pem() const {
        return detail::peer_certificate_pem(channel_->native_handle());
    }
    /// n bytes that only this client and its server know (RFC 8446, section 7.5), for channel binding (RFC
    /// 9266: label "EXPORTER-Channel-Binding", an empty context, 32 bytes). Empty before the handshake.
    /// Throws std::bad_alloc.
    std::string export_keying_material(std::string_view label, std::string_view context,
                                       std::size_t n) const {
        return detail::export_keying_material(channel_->native_handle(), label, context, n);
    }

    // --- For the client ---
    //
    // One read or handshake and one write may be pending at a time. Their handlers run on their associated
    // executor, which is the stream's if they have none.

    /// Shakes hands with the server that `target` names, once. Completion Signature: void(error_code).
    ///
    /// Errors: errc::tls_configuration, certificate_rejected, tls_alert, tls_failed; errc::truncated if the
    /// transport ends; already_started if it was called before; those of the stream below. A cancellation of
    /// any type is operation_aborted. After any of them reading and writing fail with not_connected, and the
    /// stream is good for nothing more.
    template <class Token = default_token>
    auto async_handshake(detail::handshake_target target, Token&& token = Token()) {
        using operation = detail::tls_handshake<channel_type>;
        return net::async_initiate<Token, void(error_code)>(initiate<operation>{channel_}, token,
                                                            std::ref(*channel_), std::move(target));
    }

    /// Reads at least one byte of plaintext into the first of the buffers that has room; their memory is the
    /// caller's until the handler is called. Completion Signature: void(error_code, std::size_t).
    ///
    /// Errors: eof after the peer's close_notify; errc::truncated if the transport ends without it;
    /// tls_alert, tls_failed; those of the stream below. What has been decrypted is given before the error. A
    /// cancellation of any type is operation_aborted, loses no byte, and leaves a stream that can be read.
    template <class Buffers, class Token = default_token>
    auto async_read_some(const Buffers& buffers, Token&& token = Token()) {
        using operation = detail::tls_read_into<channel_type, Buffers>;
        return net::async_initiate<Token, void(error_code, std::size_t)>(initiate<operation>{channel_}, token,
                                                                         std::ref(*channel_), buffers);
    }

    /// Encrypts at least one byte, at most 256 KiB, and completes when the ciphertext has been given to the
    /// stream below; the memory of the buffers is the caller's until the handler is called. Completion
    /// Signature: void(error_code, std::size_t).
    ///
    /// Errors: those of the stream below, which leave reading alive; tls_alert, tls_failed, truncated of a
    /// session that is over. A write that is cancelled, by any type, is operation_aborted with the number of
    /// bytes that are encrypted, which the peer will receive.
    template <class Buffers, class Token = default_token>
    auto async_write_some(const Buffers& buffers, Token&& token = Token()) {
        using operation = detail::tls_write_of<Buffers>;
        return net::async_initiate<Token, void(error_code, std::size_t)>(initiate<operation>{channel_}, token,
                                                                         buffers);
    }

    /// Reads plaintext that has arrived; would_block if there is none.
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& ec) requires channel_type::can_read_now {
        return channel_->read_some(buffers, ec, true);
    }
    void non_blocking(bool mode, error_code& ec) requires requires(NextLayer& next) {
        next.non_blocking(true, ec);
    }
    { channel_->next().non_blocking(mode, ec); }

    /// Takes in what has arrived, and leaves its plaintext to the next read: no error if there is some, or if
    /// nothing is known.
    void peek(error_code& ec) { ec = channel_->peek(); }
    /// Sends close_notify (RFC 8446, section 6.1) behind what is encrypted, once; reading goes on. A peer
    /// that speaks TLS 1.2 may answer at once, and drop what it had to say.
    void shut_down(error_code& ec) { ec = channel_->shut_down(); }
    /// The peer has said that it ends: nothing that happens to the connection afterwards matters.
    bool has_certain_end() const noexcept { return channel_->has_ended(); }
    /// For the client: gives back the memory of a session that has ended.
    void release_memory() noexcept { channel_->release_memory(); }
    /// Fills in what is known about the session.
    void describe(tls_report& report) const { channel_->describe(report); }

private:
    template <class Operation> struct initiate {
        using executor_type = typename NextLayer::executor_type;
        std::shared_ptr<channel_type> channel;
        executor_type get_executor() const noexcept { return channel->get_executor(); }

        template <class Handler, class... Args> void operator()(Handler&& handler, Args&&... args) const {
            using handler_type = std::decay_t<Handler>;
            using operation = detail::tls_operation_with<Operation, executor_type, handler_type>;
            operation& made =
                operation::make(channel->get_executor(), handler_type(std::forward<Handler>(handler)),
                                std::forward<Args>(args)...);
            try {
                made.on_cancel(*channel);
            } catch (...) {  // there was no memory
                made.abandon();
                throw;
            }
            channel->start(made);
        }
    };

    std::shared_ptr<channel_type> channel_;
};

}  // namespace uplink
