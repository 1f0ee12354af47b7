// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The write side of a TLS channel. At most one write is in flight. It belongs to the channel and not to an
// operation of the user: a record is never torn, whatever is cancelled. What is encrypted meanwhile waits in
// the session's output. A failed write leaves reading alive, since the peer may have sent more before it
// ended.
//
// The channel owns the writer; the writer owns the bytes in flight and refers to the operation that waits for
// them.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/detail/tls/ciphertext.hpp>
#include <uplink/detail/tls/ciphertext_handler.hpp>
#include <uplink/detail/tls/ciphertext_sizes.hpp>
#include <uplink/detail/tls/tls_operation.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/net.hpp>

#include <cassert>
#include <cstddef>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Channel> class ciphertext_writer {
public:
    /// `spare`: see ciphertext.
    ciphertext_writer(Channel& channel, spare_ciphertext* spare) noexcept
        : channel_(channel), leaving_(spare) {}
    ciphertext_writer(const ciphertext_writer&) = delete;
    ciphertext_writer& operator=(const ciphertext_writer&) = delete;

    /// A write is in flight.
    bool is_writing() const noexcept { return is_writing_; }
    /// The first error of a write: no more is written.
    const error_code& error() const noexcept { return error_; }
    /// The same, if it is one of the transport: a reset where it says that the pipe is broken.
    error_code transport_error() const noexcept {
        if (error_ == net::error::broken_pipe) return net::error::connection_reset;
        return error_ == net::error::no_memory ? error_code() : error_;
    }

    /// The operation completes when its ciphertext has left.
    void start(tls_write& operation, tls_session& session) {
        assert(waiting_ == nullptr && "a stream has one write at a time");
        if (!error_ && !is_writing_) operation.encrypt(session, most_encrypted_at_once);
        flush(session);
        if (!is_writing_) {
            if (error_) operation.failed_after(plaintext_sent());
            return operation.post(error_ ? error_ : session.failure());
        }
        waiting_ = &operation;
    }
    /// What has been encrypted is sent nevertheless. A socket that has been closed gives its write back at
    /// once, and then it is known how much has left.
    void cancel(tls_write& operation) {
        if (waiting_ != &operation || !channel_.next().lowest_layer().is_open()) return;
        std::exchange(waiting_, nullptr)->post(net::error::operation_aborted);
    }
    /// Writes what has been encrypted, unless a write is in flight.
    void flush(tls_session& session) {
        if (is_writing_ || error_) return;
        if (leaving_.is_empty()) std::swap(leaving_, session.output());
        if (leaving_.is_empty()) return;
        const std::string_view bytes = leaving_.view();
        try {
            channel_.next().async_write_some(net::const_buffer(bytes.data(), bytes.size()),
                                             ciphertext_handler<Channel, ciphertext_out>(channel_));
            is_writing_ = true;  // not earlier: a handler that is destroyed abandons what waits
        } catch (...) {
            error_ = net::error::no_memory;
        }
    }
    void written(const error_code& ec, std::size_t n, tls_session& session) {
        is_writing_ = false;
        leaving_.consume(n);
        const bool was_cancelled =
            ec == net::error::operation_aborted && channel_.next().lowest_layer().is_open();
        if (was_cancelled && waiting_ != nullptr) cancel(*waiting_);  // by the user, on the socket itself
        if (ec && !was_cancelled && !is_transient(ec)) error_ = ec;
        if (!error_ && leaving_.is_empty() && waiting_ != nullptr && !waiting_->is_encrypted())
            waiting_->encrypt(session, most_encrypted_at_once);
        flush(session);
        if (is_writing_ || waiting_ == nullptr) return;
        if (error_) waiting_->failed_after(plaintext_sent());
        std::exchange(waiting_, nullptr)->complete(error_ ? error_ : session.failure());
    }
    /// The context is being destroyed, and the write in flight with it.
    void abandon() noexcept {
        if (is_writing_ && waiting_ != nullptr) std::exchange(waiting_, nullptr)->abandon();
    }
    void release_memory() noexcept { leaving_.shrink(kept_ciphertext); }
    auto& memory() noexcept { return memory_; }

private:
    /// Plaintext in the records of the write that have left as a whole. All records of an operation but the
    /// last one are full, the last one has not left, and what else stands among them is small (RFC 8446,
    /// section 5.1).
    std::size_t plaintext_sent() const noexcept {
        constexpr std::size_t header = 5, most_plaintext = 16 * 1024;
        const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
        std::size_t result = 0;
        for (std::string_view rest = leaving_.used(); rest.size() > header;) {
            const std::size_t length = byte(rest[3]) * 256 + byte(rest[4]);
            if (rest.size() - header < length) break;
            if (length >= most_plaintext) result += most_plaintext;
            rest.remove_prefix(header + length);
        }
        return result;
    }

    Channel& channel_;
    ciphertext leaving_;  ///< in the write that is in flight
    tls_write* waiting_ = nullptr;
    transfer_memory<typename Channel::executor_type> memory_{};
    error_code error_{};
    bool is_writing_ = false;
};

}  // namespace uplink::detail
