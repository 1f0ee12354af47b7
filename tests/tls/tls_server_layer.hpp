// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The server's side of TLS for the scripts of simulated peers: the script speaks plaintext, the network carries
// records.
//     net.endpoint("192.0.2.1:443").over(tls_server(context)).accept().expect("ping").reply("pong").close();
#pragma once

#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/testing/peer_layer.hpp>

#include "tls/certificates.hpp"

#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

class tls_server_layer : public testing::peer_layer {
public:
    /// `sends_close_notify`: its end of stream is orderly, and not a truncation.
    explicit tls_server_layer(SSL_CTX* context, bool sends_close_notify = true)
        : session_(context, false), sends_close_notify_(sends_close_notify) {}

    /// Asks for a KeyUpdate of both sides (RFC 8446, section 4.6.3) with the next bytes that are sent.
    void update_keys_with_next_send() noexcept { updates_keys_ = true; }

    std::string receive(std::string_view bytes) override {
        session_.input().append(bytes.data(), bytes.size());
        go_on();
        std::string plaintext;
        std::array<char, 4096> room;
        while (is_ready_) {
            const detail::tls_result got = session_.read(net::buffer(room));
            plaintext.append(room.data(), got.bytes);
            has_ended_ = has_ended_ || got.state == detail::tls_state::ended;
            if (got.state != detail::tls_state::done) break;
        }
        return plaintext;
    }
    void send(std::string_view plaintext) override {
        early_ += plaintext;
        go_on();
    }
    void end() override {
        is_ending_ = true;
        go_on();
    }
    bool is_ready() const override { return is_ready_; }
    bool has_ended() const override { return has_ended_; }
    std::string take_output() override {
        std::string bytes(session_.output().view());
        session_.output().consume(bytes.size());
        return bytes;
    }

private:
    void go_on() {
        if (!is_ready_) is_ready_ = session_.handshake().state == detail::tls_state::done;
        if (!is_ready_) return;
        const std::string text = std::exchange(early_, {});
        if (!text.empty() && std::exchange(updates_keys_, false))
            SSL_key_update(session_.native_handle(), SSL_KEY_UPDATE_REQUESTED);
        if (!text.empty()) session_.write(net::buffer(text));
        if (is_ending_ && sends_close_notify_) session_.shut_down();
    }

    detail::tls_session session_;
    std::string early_{};  ///< before the handshake was done
    const bool sends_close_notify_;
    bool updates_keys_ = false;
    bool is_ready_ = false;
    bool is_ending_ = false;
    bool has_ended_ = false;
};

/// Each connection has a session of its own over the context, which has to outlive the network.
inline testing::peer_layer_maker tls_server(const context_ptr& context, bool sends_close_notify = true) {
    return [raw = context.get(), sends_close_notify] {
        return std::make_shared<tls_server_layer>(raw, sends_close_notify);
    };
}
/// Asks for a KeyUpdate with its first plaintext.
inline testing::peer_layer_maker tls_server_that_updates_keys(const context_ptr& context) {
    return [raw = context.get()] {
        const auto made = std::make_shared<tls_server_layer>(raw);
        made->update_keys_with_next_send();
        return made;
    };
}

}  // namespace uplink::tests
