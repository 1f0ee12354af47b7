// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The transport of one TLS session: moves ciphertext between the session, which does no I/O, and the stream
// below. It decides when ciphertext is read and written, and nothing about its contents.
//
// Reading: at most one read is in flight; it belongs to the operation that waits for it. While there is none,
// a stream that can be read without waiting is.
//
// Ownership: the stream owns the channel, and so does the write in flight. The channel owns the stream below,
// the session and what the connection checks about its peer. Everything runs on the executor of the stream
// below.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/detail/system/close_socket.hpp>
#include <uplink/detail/tls/ciphertext_handler.hpp>
#include <uplink/detail/tls/ciphertext_sizes.hpp>
#include <uplink/detail/tls/ciphertext_writer.hpp>
#include <uplink/detail/tls/next_layer.hpp>
#include <uplink/detail/tls/spare_ciphertext.hpp>
#include <uplink/detail/tls/tls_operation.hpp>
#include <uplink/detail/tls/tls_peer.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_shared;

template <class NextLayer> class tls_channel : public std::enable_shared_from_this<tls_channel<NextLayer>> {
public:
    using executor_type = typename NextLayer::executor_type;

    /// The stream below can be read without waiting.
    static constexpr bool can_read_now =
        requires(NextLayer & next, const net::mutable_buffer& room, error_code& ec) {
        next.read_some(room, ec);
    };

    tls_channel(NextLayer&& next, const std::shared_ptr<tls_shared>& shared)
        : executor_(next.get_executor()), next_(std::move(next)), shared_(shared),
          spare_(spare_ciphertext_of(executor_)) {}
    tls_channel(const tls_channel&) = delete;
    tls_channel& operator=(const tls_channel&) = delete;

    const executor_type& get_executor() const noexcept { return executor_; }
    NextLayer& next() noexcept { return next_; }
    const NextLayer& next() const noexcept { return next_; }
    /// Null before the handshake.
    SSL* native_handle() const noexcept { return session_ ? session_->native_handle() : nullptr; }
    /// The peer has ended the session with close_notify.
    bool has_ended() const noexcept { return has_ended_; }

    // --- The handshake ---

    /// Makes the session. It is made once: a stream is never used for a second connection.
    error_code begin(const handshake_target& target) {
        if (session_) return net::error::already_started;
        try {
            set_non_blocking(next_);
            peer_.emplace(shared_);
            if (peer_->context() == nullptr) return errc::tls_configuration;
            session_.emplace(peer_->context(), true, spare_.get());
            return peer_->begin(session_->native_handle(), target);
        } catch (...) {
            return net::error::no_memory;
        }
    }
    /// Goes on with the handshake; would_block if more ciphertext has to come.
    error_code shake_hands() {
        const tls_result result = session_->handshake();
        if (result.state == tls_state::done) {
            if (const error_code ec = finish_handshake()) return ec;  // nothing more is sent to such a server
        }
        flush();
        if (writer_.error() == net::error::no_memory) return writer_.error();
        if (result.state == tls_state::needs_input && !read_error_) return net::error::would_block;
        is_open_ = result.state == tls_state::done;
        if (is_open_) return {};
        peer_->handshake_failed();
        const error_code ec = result.state == tls_state::failed ? failure() : read_error_;
        return ec ? ec : error_code(errc::tls_failed);  // never success without finish()
    }
    void describe(tls_report& report) const {
        if (session_) peer_->describe(session_->native_handle(), session_->alert(), report);
    }

    // --- Reading ---

    /// Decrypts what has come, and reads more without waiting if `from_transport`. would_block if there is
    /// nothing yet.
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& ec, bool from_transport) {
        const net::mutable_buffer room = first_of(buffers);
        ec = {};
        if (!is_open_) ec = net::error::not_connected;
        if (ec || room.size() == 0) return 0;
        std::size_t n = 0;
        for (int reads = from_transport ? 0 : most_reads; n != room.size();) {
            const tls_result got = session_->read(room + n);
            n += got.bytes;
            if (got.state == tls_state::done) continue;
            if (n != 0) break;
            if (got.state == tls_state::needs_input && reads++ < most_reads && read_more(ec)) continue;
            if (!ec) ec = why(got.state);
            break;
        }
        flush();
        return n;
    }
    /// Looks for plaintext, an end or an error, and consumes no plaintext.
    error_code peek() {
        if (!is_open_) return net::error::not_connected;
        error_code ec;
        for (int reads = 0;;) {
            const tls_result got = session_->peek();
            if (got.state == tls_state::needs_input && reads++ < most_reads && read_more(ec)) continue;
            flush();
            return got.state == tls_state::done || ec ? ec : why(got.state);
        }
    }
    /// A read or the handshake begins; its handler is called later.
    void start(tls_wait& operation) {
        is_cancelled_ = false;
        const error_code ec = operation.go_on(read_size_.has_more());
        if (ec != net::error::would_block) return operation.post(ec);
        if (!wait(operation)) operation.post(net::error::no_memory);
    }
    /// The operation completes when the read in flight has come back. That read may have completed already,
    /// with too little: then no other one is started.
    void cancel(tls_wait& operation) {
        if (waiting_read_ != &operation) return;
        is_cancelled_ = true;
        read_cancellation_.emit(net::cancellation_type::terminal);
    }

    // --- Writing ---

    void start(tls_write& write) {
        if (!is_open_) return write.post(net::error::not_connected);
        writer_.start(write, *session_);
    }
    void cancel(tls_write& write) { writer_.cancel(write); }
    /// Ends the sending side with close_notify (RFC 8446, section 6.1).
    error_code shut_down() {
        if (!is_open_) return net::error::not_connected;
        session_->shut_down();
        flush();
        return writer_.error();
    }
    /// Gives back the memory that only a busy connection needs.
    void release_memory() noexcept {
        writer_.release_memory();
        if (session_) session_->output().shrink(kept_ciphertext);
    }
    /// The stream is gone. What is in flight owns this object, and with it a socket that closes late.
    void close() noexcept {
        close_socket(next_.lowest_layer(), waiting_read_ != nullptr || writer_.is_writing());
    }

    // --- Called by ciphertext_handler ---

    void transferred(ciphertext_out, const error_code& ec, std::size_t n) {
        writer_.written(ec, n, *session_);
    }
    void transferred(ciphertext_in, error_code ec, std::size_t n) {
        tls_wait& operation = *std::exchange(waiting_read_, nullptr);
        session_->input().commit(n);
        if (!says_nothing(ec)) {
            note_read(ec);
            ec = operation.go_on(true);
        }
        if (is_transient(ec)) {
            if (!is_cancelled_ && wait(operation)) return;
            ec = is_cancelled_ ? net::error::operation_aborted : net::error::no_memory;
        }
        if (ec && !is_open_) peer_->handshake_failed();
        operation.complete(ec);
    }
    /// The context is being destroyed, and the transfer in flight with it.
    void abandon(ciphertext_out) noexcept { writer_.abandon(); }
    void abandon(ciphertext_in) noexcept {
        if (waiting_read_ != nullptr) std::exchange(waiting_read_, nullptr)->abandon();
    }
    transfer_memory<executor_type>& memory(ciphertext_out) noexcept { return writer_.memory(); }
    transfer_memory<executor_type>& memory(ciphertext_in) noexcept { return read_memory_; }
    net::cancellation_slot cancellation(ciphertext_out) noexcept { return {}; }
    net::cancellation_slot cancellation(ciphertext_in) noexcept { return read_cancellation_.slot(); }

private:
    /// Room for the ciphertext that is waited for. If the rest can be read without waiting, little is enough.
    static constexpr std::size_t waiting_room = can_read_now ? ciphertext_read_size::least : kept_ciphertext;

    /// In one call, so that a peer whose records hold no plaintext does not keep the event loop.
    static constexpr int most_reads = 8;

    error_code finish_handshake() {
        try {
            const error_code ec = peer_->finish(session_->native_handle());
            session_->input().shrink();
            return ec;
        } catch (...) {
            return net::error::no_memory;
        }
    }

    /// Reads ciphertext without waiting. False if there is none, with the reason.
    bool read_more(error_code& ec) {
        ec = read_error_ ? read_error_ : error_code(net::error::would_block);
        if constexpr (can_read_now) {
            if (waiting_read_ != nullptr || read_error_ || session_->has_input_ended()) return false;
            try {
                const net::mutable_buffer room(session_->input().prepare(read_size_.next()),
                                               read_size_.next());
                const std::size_t n = next_.read_some(room, ec);
                session_->input().commit(n);
                read_size_.read(n);
            } catch (...) {
                ec = net::error::no_memory;
                return false;
            }
            if (says_nothing(ec)) return false;
            note_read(ec);
            ec = {};
            return true;
        }
        return false;
    }
    /// The error of a read that was cancelled, or has to be made again, is not one of the connection.
    static bool says_nothing(const error_code& ec) noexcept {
        return ec == net::error::operation_aborted || is_transient(ec);
    }
    /// The system reports a connection's error once. After a write has received it, a read sees an end that
    /// is not real.
    void note_read(error_code ec) noexcept {
        if (ec == net::error::eof && writer_.transport_error()) ec = writer_.transport_error();
        if (ec == net::error::eof) session_->input_ended();
        else if (ec && !read_error_) read_error_ = ec;
    }

    /// The error of a read without bytes.
    error_code why(tls_state state) {
        switch (state) {
        case tls_state::done: break;
        case tls_state::needs_input: return read_error_ ? read_error_ : error_code(net::error::would_block);
        case tls_state::ended: has_ended_ = true; return net::error::eof;
        case tls_state::failed: return failure();
        }
        return {};
    }
    error_code failure() const {
        const error_code ec = session_->failure();
        const bool is_tolerated = ec == errc::truncated && is_open_ && session_->is_between_records() &&
                                  peer_->tolerates_missing_close_notify();
        return is_tolerated ? error_code(net::error::eof) : ec;
    }

    /// Reads ciphertext for the operation; false if there is no memory.
    bool wait(tls_wait& operation) {
        try {
            session_->release_buffers();
            const net::mutable_buffer room(session_->input().prepare(waiting_room), waiting_room);
            next_.async_read_some(room, ciphertext_handler<tls_channel, ciphertext_in>(*this));
        } catch (...) {
            return false;
        }
        waiting_read_ = &operation;  // not earlier: a handler that is destroyed abandons what waits
        return true;
    }
    void flush() { writer_.flush(*session_); }

    const executor_type executor_;
    NextLayer next_;
    const std::shared_ptr<tls_shared> shared_;
    const std::shared_ptr<spare_ciphertext> spare_;  // before all that has ciphertext
    std::optional<tls_peer> peer_{};                 // before the session, whose SSL object refers to it
    std::optional<tls_session> session_{};           // none before the handshake
    ciphertext_writer<tls_channel> writer_{*this, spare_.get()};
    tls_wait* waiting_read_ = nullptr;  ///< for the read that is in flight
    transfer_memory<executor_type> read_memory_{};
    net::cancellation_signal read_cancellation_{};
    error_code read_error_{};
    ciphertext_read_size read_size_{};
    bool is_open_ = false;  ///< the handshake has succeeded
    bool has_ended_ = false;
    bool is_cancelled_ = false;  ///< the operation that waits for the read in flight
};

}  // namespace uplink::detail
