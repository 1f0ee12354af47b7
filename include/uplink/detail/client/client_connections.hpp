// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The connections of one client: the current one, and closed ones whose last read or write the transport has
// not given back yet. The client's core owns this object. It also keeps what the client shows while it has no
// connection: an idle stream, and the statistics of the last connection.
#pragma once

#include <uplink/connection_stats.hpp>
#include <uplink/detail/connection/connection.hpp>
#include <uplink/detail/connection/retired_connections.hpp>
#include <uplink/error.hpp>
#include <uplink/observer.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class client_connections {
    using connection_type = connection<Core>;
    using stream_type = typename Core::stream_type;

public:
    explicit client_connections(stream_type&& idle) : idle_(std::move(idle)) {}

    /// Null if there is none.
    connection_type* current() noexcept { return current_.get(); }
    const connection_type* current() const noexcept { return current_.get(); }
    /// There is no connection, or it has failed.
    bool is_lost() const noexcept { return !current_ || current_->failure(); }
    /// False if it has failed, or if a receive has reported its end of stream and no operation is pending on
    /// it.
    bool is_usable(bool is_operation_pending) const noexcept {
        if (is_lost()) return false;
        return is_operation_pending || !current_->receives().machine().is_end_reported() ||
               !current_->sends().machine().is_idle();
    }
    bool has_retired() const noexcept { return !retired_.is_empty(); }
    bool is_empty() const noexcept { return !current_ && retired_.is_empty(); }

    stream_type& stream() noexcept { return current_ ? current_->stream() : *idle_; }
    const stream_type& stream() const noexcept { return current_ ? current_->stream() : *idle_; }
    connection_stats stats() {
        if (current_) last_stats_ = current_->stats(current_->core().now());
        return last_stats_;
    }
    std::size_t send_queue_bytes() const noexcept {
        return current_ ? current_->sends().machine().queued_bytes() : 0;
    }

    void establish(std::shared_ptr<connection_type> established) noexcept {
        current_ = std::move(established);
        current_->established(current_->core().now());
        last_stats_ = {};
    }
    void stop_receive(receive_operation<Core>& operation, stop_reason reason) {
        if (current_) current_->receives().stop(operation, reason);
    }
    void stop_send(send_item& item, stop_reason reason, bool only_untouched) {
        if (current_) current_->sends().stop(item, reason, only_untouched);
    }
    void stop_drain(drain_operation<Core>& operation, const error_code& ec) {
        if (current_) current_->sends().stop_drain(operation, ec);
    }

    /// The current connection has failed: writes into the report what is known of the reason, and tells the
    /// observer.
    template <class Report> void notify_failure(Report& report) {
        current_->describe(report);
        notify_end();
    }

    /// Closes the current connection; its pending operations end with operation_aborted. `result` is that of
    /// an async_close, if there is one.
    void close(const error_code* result = nullptr) noexcept {
        if (!current_) return;
        notify_end(result);
        last_stats_.connected_for = current_->duration(current_->core().now());
        current_->add_counts(last_stats_);
        std::shared_ptr<connection_type> closed = std::move(current_);
        connection_type& dying = *closed;
        retired_.push(std::move(closed));
        dying.close();
        dying.stop_all();
    }
    /// Closes the current connection, on which no operation is pending, except for its socket.
    stream_type give_away() {
        notify_end();  // while it has its socket
        stream_type socket = current_->give_socket_away();
        close();
        return socket;
    }
    /// Frees closed connections that the transport has given back.
    void free_given_back() noexcept {
        retired_.free_given_back([this](const connection_type& closed) {
            // The last read and write count too, in the statistics of the last connection.
            if (!current_) closed.add_counts(last_stats_);
        });
    }
    /// Destroys all operations uncalled. Afterwards there is no current connection, so that nothing new can
    /// be started on it.
    void abandon() noexcept {
        if (current_) {
            notify_end();
            retired_.push(std::move(current_));
        }
        retired_.abandon();
    }
    /// Frees everything that belongs to the context. A connection with a read or write in flight is freed
    /// when the transport destroys that read or write.
    void let_go() noexcept {
        retired_.clear();
        idle_.reset();
    }

private:
    /// The current connection has ended.
    void notify_end(const error_code* result = nullptr) noexcept {
        client_observer* const observer = current_->core().options().observer.get();
        if (observer != nullptr) [[unlikely]]
            notify_end(*observer, result);
    }
    /// Tells the observer, once for each connection.
    [[gnu::cold]] void notify_end(client_observer& observer, const error_code* result) noexcept {
        if (!current_->note_end()) return;
        Core& core = current_->core();
        error_code why = current_->failure();
        if (!why && result != nullptr && *result == errc::close_timeout) why = *result;
        observer.connection_ended(core.id(), why, current_->stats(core.now()));
    }

    std::optional<stream_type> idle_;
    std::shared_ptr<connection_type> current_;
    retired_connections<connection_type> retired_;
    connection_stats last_stats_{};
};

}  // namespace uplink::detail
