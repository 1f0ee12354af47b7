// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_session.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/ciphertext.hpp>
#include <uplink/detail/tls/ciphertext_sizes.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL tls_session::tls_session(SSL_CTX* context, bool is_client, spare_ciphertext* spare)
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

UPLINK_DECL tls_result tls_session::handshake() {
    const tls_result result = perform([this] { return SSL_do_handshake(ssl_.get()); });
    if (result.state != tls_state::ended) return result;
    alert_ = SSL_AD_CLOSE_NOTIFY;
    return fail(errc::truncated);
}

UPLINK_DECL tls_result tls_session::read(const net::mutable_buffer& room) {
    if (room.size() == 0) return {};
    if (needs_input()) return {tls_state::needs_input};
    std::size_t n = 0;
    tls_result result = perform_read([&] { return SSL_read_ex(ssl_.get(), room.data(), room.size(), &n); });
    result.bytes = n;
    return result;
}

UPLINK_DECL tls_result tls_session::peek() {
    char byte = 0;
    std::size_t n = 0;
    return perform_read([&] { return SSL_peek_ex(ssl_.get(), &byte, 1, &n); });
}

UPLINK_DECL tls_result tls_session::write(const net::const_buffer& bytes) {
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

UPLINK_DECL void tls_session::shut_down() {
    if (failure_ || (SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

UPLINK_DECL void tls_session::release_buffers() noexcept {
    input_.shrink(kept_ciphertext);
    // Before 3.0.14 it would also free a buffer with a record that has come in part (CVE-2024-4741).
    if (is_between_records() && SSL_is_init_finished(ssl_.get()) == 1) SSL_free_buffers(ssl_.get());
}

UPLINK_DECL bool tls_session::needs_input() const noexcept {
    return input_.is_empty() && !has_input_ended_ && !failure_ && SSL_has_pending(ssl_.get()) == 0 &&
           SSL_is_init_finished(ssl_.get()) == 1 && SSL_get_shutdown(ssl_.get()) == 0;
}

template <class Call> tls_result tls_session::perform(Call call) {
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

UPLINK_DECL bool tls_session::has_ended() const noexcept {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0 && ERR_peek_error() == 0 &&
           !has_no_memory_;
}

template <class Call> tls_result tls_session::perform_read(Call call) {
    if (output_.is_empty()) answers_ = 0;
    const std::size_t before = output_.size();
    const tls_result result = perform(call);
    answers_ += output_.size() - before;
    if (answers_ <= most_answers || failure_) return result;
    const tls_result failed = fail(errc::tls_failed);
    return result.state == tls_state::done ? result : failed;
}

UPLINK_DECL tls_result tls_session::fail(const error_code& why) noexcept {
    failure_ = why;
    ERR_clear_error();
    return {tls_state::failed};
}

UPLINK_DECL error_code tls_session::reason_of_failure() noexcept {
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

UPLINK_DECL int tls_session::read_ciphertext(BIO* bio, char* out, int size) noexcept {
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

UPLINK_DECL int tls_session::write_ciphertext(BIO* bio, const char* bytes, int size) noexcept {
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

UPLINK_DECL BIO_METHOD* tls_session::bio_method() {
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

}  // namespace uplink::detail
