// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One TLS session as a machine without I/O: ciphertext goes in and comes out, plaintext goes in and comes
// out. It has no socket, executor or handler; the stream's driver moves the ciphertext. OpenSSL does the
// protocol; this class keeps its error queue, its end of stream and its memory in order.
//
// Ownership: the session owns its SSL object, which is never reused, and the ciphertext of both directions.
// It is never moved, since OpenSSL refers to it. All calls come from one thread at a time.
#pragma once

#include <uplink/detail/tls/ciphertext.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class tls_state : unsigned char {
    done,         ///< the call has done what it was asked
    needs_input,  ///< it goes on when more ciphertext has come
    ended,        ///< the peer's close_notify has come (RFC 8446, section 6.1)
    failed,       ///< the session is over; failure() says why
};

struct tls_result {
    tls_state state = tls_state::done;
    std::size_t bytes = 0;  ///< of plaintext
};

class tls_session {
    struct free_ssl {
        void operator()(SSL* ssl) const noexcept {
            // OpenSSL spoils the session of an SSL that is freed without close_notify sent; ours stays good.
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
            SSL_free(ssl);
        }
    };

public:
    /// `is_client` is false in tests alone. `spare`: see ciphertext. Throws std::bad_alloc.
    explicit tls_session(SSL_CTX* context, bool is_client = true, spare_ciphertext* spare = nullptr);
    tls_session(const tls_session&) = delete;
    tls_session& operator=(const tls_session&) = delete;

    SSL* native_handle() const noexcept { return ssl_.get(); }

    // --- Ciphertext ---

    /// The transport reads into input().prepare(), then calls input().commit().
    ciphertext& input() noexcept { return input_; }
    /// What the transport has to write; it consumes what it has written.
    ciphertext& output() noexcept { return output_; }
    /// The transport has read its end. Without the peer's close_notify before it, the stream is truncated.
    void input_ended() noexcept { has_input_ended_ = true; }
    bool has_input_ended() const noexcept { return has_input_ended_; }

    // --- Plaintext ---

    /// It never returns `ended`: close_notify before its end is a failure.
    tls_result handshake();

    /// Decrypts up to `room.size()` bytes. Bytes that were decrypted before a failure are delivered before
    /// it.
    tls_result read(const net::mutable_buffer& room);
    /// Looks for plaintext, and leaves it for read(): `done` if there is some.
    tls_result peek();
    /// Encrypts up to `bytes.size()` bytes into output(), and says how many. It takes all of them, unless a
    /// record of the peer has to come first.
    tls_result write(const net::const_buffer& bytes);
    /// Puts close_notify into output(), once. Nothing can be written afterwards; reading goes on.
    void shut_down();

    /// Gives back what is kept without need while more input is waited for. OpenSSL: reading a ticket leaves
    /// it with a buffer for writing.
    void release_buffers() noexcept;

    /// No record has come in part, and no decrypted byte waits.
    bool is_between_records() const noexcept {
        return SSL_has_pending(ssl_.get()) == 0 && std::string_view(SSL_rstate_string(ssl_.get())) == "RH";
    }

    /// Decrypted bytes are there, which read() gives without more input.
    bool has_plaintext() const noexcept { return SSL_pending(ssl_.get()) != 0; }
    /// The reason of `failed`.
    const error_code& failure() const noexcept { return failure_; }
    /// The peer's alert, or -1. An alert may come with a failure or after the handshake.
    int alert() const noexcept { return alert_; }

private:
    /// Nothing can be read: OpenSSL has used everything that has come. Calling it now would only allocate a
    /// buffer.
    bool needs_input() const noexcept;

    /// A call of OpenSSL. Its error queue is cleared before and looked at directly afterwards, on one thread.
    template <class Call> tls_result perform(Call call);
    /// The peer's close_notify has come, and nothing has failed. OpenSSL 3.5 calls that SSL_ERROR_SYSCALL if
    /// user_canceled came before it (RFC 8446, section 6.1), as Java sends it.
    bool has_ended() const noexcept;

    /// As above. A peer that goes on asking for answers (KeyUpdate, renegotiation) and takes none is given up
    /// before they fill the memory; what this call has read is still delivered.
    template <class Call> tls_result perform_read(Call call);
    static constexpr std::size_t most_answers = 64 * 1024;

    tls_result fail(const error_code& why) noexcept;
    /// The queue is read to its end: what the TLS layer says comes behind what the layers below have said.
    error_code reason_of_failure() noexcept;
    static constexpr int most_alert = 255;

    // --- The transport that OpenSSL sees ---

    static tls_session& session_of(BIO* bio) noexcept {
        return *static_cast<tls_session*>(BIO_get_data(bio));
    }
    static int read_ciphertext(BIO* bio, char* out, int size) noexcept;
    static int write_ciphertext(BIO* bio, const char* bytes, int size) noexcept;
    /// 0 is the right answer to everything else, the questions for kTLS included.
    static long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static BIO_METHOD* bio_method();

    ciphertext input_;
    ciphertext output_;
    std::unique_ptr<SSL, free_ssl> ssl_;  // after the ciphertext, which it uses until it is freed
    error_code failure_{};
    std::size_t answers_ = 0;  ///< bytes of the output that reading has added since the output was empty
    int alert_ = -1;
    bool has_input_ended_ = false;
    bool has_no_memory_ = false;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/tls_session.ipp>
#endif
