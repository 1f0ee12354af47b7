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
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <memory>
#include <new>
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
    explicit tls_session(SSL_CTX* context, bool is_client = true, spare_ciphertext* spare = nullptr)
        : input_(spare), output_(spare), ssl_(SSL_new(context)) {
        BIO* const bio = ssl_ ? BIO_new(bio_method()) : nullptr;
        if (bio == nullptr) throw std::bad_alloc();
        BIO_set_data(bio, this);
        BIO_set_init(bio, 1);
        SSL_set_bio(ssl_.get(), bio, bio);
        SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
        is_client ? SSL_set_connect_state(ssl_.get()) : SSL_set_accept_state(ssl_.get());
    }
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
    tls_result handshake() {
        const tls_result result = perform([this] { return SSL_do_handshake(ssl_.get()); });
        if (result.state != tls_state::ended) return result;
        alert_ = SSL_AD_CLOSE_NOTIFY;
        return fail(errc::truncated);
    }

    /// Decrypts up to `room.size()` bytes. Bytes that were decrypted before a failure are delivered before
    /// it.
    tls_result read(const net::mutable_buffer& room) {
        if (room.size() == 0) return {};
        if (needs_input()) return {tls_state::needs_input};
        std::size_t n = 0;
        tls_result result =
            perform_read([&] { return SSL_read_ex(ssl_.get(), room.data(), room.size(), &n); });
        result.bytes = n;
        return result;
    }
    /// Looks for plaintext, and leaves it for read(): `done` if there is some.
    tls_result peek() {
        char byte = 0;
        std::size_t n = 0;
        return perform_read([&] { return SSL_peek_ex(ssl_.get(), &byte, 1, &n); });
    }
    /// Encrypts up to `bytes.size()` bytes into output(), and says how many. It takes all of them, unless a
    /// record of the peer has to come first.
    tls_result write(const net::const_buffer& bytes) {
        tls_result result;
        while (result.bytes != bytes.size()) {
            std::size_t n = 0;
            const net::const_buffer rest = bytes + result.bytes;
            const tls_result one =
                perform([&] { return SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &n); });
            result.bytes += n;
            result.state = one.state;
            if (one.state != tls_state::done) break;
        }
        return result;
    }
    /// Puts close_notify into output(), once. Nothing can be written afterwards; reading goes on.
    void shut_down() {
        if (failure_ || (SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return;
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }

    /// Gives back what is kept without need while more input is waited for. OpenSSL: reading a ticket leaves
    /// it with a buffer for writing.
    void release_buffers() noexcept {
        input_.shrink(kept_ciphertext);
        // Before 3.0.14 it would also free a buffer with a record that has come in part (CVE-2024-4741).
        if (is_between_records() && SSL_is_init_finished(ssl_.get()) == 1) SSL_free_buffers(ssl_.get());
    }

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
    bool needs_input() const noexcept {
        return input_.is_empty() && !has_input_ended_ && !failure_ && SSL_has_pending(ssl_.get()) == 0 &&
               SSL_is_init_finished(ssl_.get()) == 1 && SSL_get_shutdown(ssl_.get()) == 0;
    }

    /// A call of OpenSSL. Its error queue is cleared before and looked at directly afterwards, on one thread.
    template <class Call> tls_result perform(Call call) {
        if (failure_) return {tls_state::failed};
        ERR_clear_error();
        const int returned = call();
        if (returned > 0) return {tls_state::done};
        switch (SSL_get_error(ssl_.get(), returned)) {
        case SSL_ERROR_ZERO_RETURN:
            return has_no_memory_ ? fail(net::error::no_memory) : tls_result{tls_state::ended};
        case SSL_ERROR_WANT_READ:
            if (!has_no_memory_ && !has_input_ended_) return {tls_state::needs_input};
            return fail(has_no_memory_ ? error_code(net::error::no_memory) : error_code(errc::truncated));
        default: return has_ended() ? tls_result{tls_state::ended} : fail(reason_of_failure());
        }
    }
    /// The peer's close_notify has come, and nothing has failed. OpenSSL 3.5 calls that SSL_ERROR_SYSCALL if
    /// user_canceled came before it (RFC 8446, section 6.1), as Java sends it.
    bool has_ended() const noexcept {
        return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0 && ERR_peek_error() == 0 &&
               !has_no_memory_;
    }

    /// As above. A peer that goes on asking for answers (KeyUpdate, renegotiation) and takes none is given up
    /// before they fill the memory; what this call has read is still delivered.
    template <class Call> tls_result perform_read(Call call) {
        if (output_.is_empty()) answers_ = 0;
        const std::size_t before = output_.size();
        const tls_result result = perform(call);
        answers_ += output_.size() - before;
        if (answers_ <= most_answers || failure_) return result;
        const tls_result failed = fail(errc::tls_failed);
        return result.state == tls_state::done ? result : failed;
    }
    static constexpr std::size_t most_answers = 64 * 1024;

    tls_result fail(const error_code& why) noexcept {
        failure_ = why;
        ERR_clear_error();
        return {tls_state::failed};
    }
    /// The queue is read to its end: what the TLS layer says comes behind what the layers below have said.
    error_code reason_of_failure() noexcept {
        error_code reason = has_no_memory_ ? error_code(net::error::no_memory) : error_code(errc::tls_failed);
        while (const unsigned long error = ERR_get_error()) {
            const int number = ERR_GET_REASON(error);
            if (number == ERR_R_MALLOC_FAILURE) reason = net::error::no_memory;
            if (reason == net::error::no_memory || ERR_GET_LIB(error) != ERR_LIB_SSL) continue;
            if (number == SSL_R_CERTIFICATE_VERIFY_FAILED) reason = errc::certificate_rejected;
            if (number >= SSL_AD_REASON_OFFSET && number <= SSL_AD_REASON_OFFSET + most_alert) {
                alert_ = number - SSL_AD_REASON_OFFSET;
                reason = errc::tls_alert;
            }
        }
        return reason;
    }
    static constexpr int most_alert = 255;

    // --- The transport that OpenSSL sees ---

    static tls_session& session_of(BIO* bio) noexcept {
        return *static_cast<tls_session*>(BIO_get_data(bio));
    }
    static int read_ciphertext(BIO* bio, char* out, int size) noexcept {
        BIO_clear_retry_flags(bio);
        ciphertext& input = session_of(bio).input_;
        if (input.is_empty()) {  // at the end too: what that means is not OpenSSL's to decide
            BIO_set_retry_read(bio);
            return -1;
        }
        const std::size_t n = (std::min)(input.size(), static_cast<std::size_t>(size));
        std::copy_n(input.view().data(), n, out);
        input.consume(n);
        return static_cast<int>(n);
    }
    static int write_ciphertext(BIO* bio, const char* bytes, int size) noexcept {
        BIO_clear_retry_flags(bio);
        tls_session& session = session_of(bio);
        try {
            session.output_.append(bytes, static_cast<std::size_t>(size));
        } catch (...) {
            session.has_no_memory_ = true;
            return -1;
        }
        return size;
    }
    /// 0 is the right answer to everything else, the questions for kTLS included.
    static long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static BIO_METHOD* bio_method() {
        struct free_method {
            void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
        };
        static const std::unique_ptr<BIO_METHOD, free_method> method = [] {
            std::unique_ptr<BIO_METHOD, free_method> made(
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "uplink"));
            if (!made) throw std::bad_alloc();
            BIO_meth_set_read(made.get(), &read_ciphertext);
            BIO_meth_set_write(made.get(), &write_ciphertext);
            BIO_meth_set_ctrl(made.get(), &control);
            return made;
        }();
        return method.get();
    }

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
