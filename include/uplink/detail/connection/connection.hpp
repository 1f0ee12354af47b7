// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One established connection: the stream, its sender and its receiver, and the first fatal error, which is
// latched for both. The sender and the receiver do not know each other: a request from one to the other goes
// through here. A connection is never reused and never moved.
//
// Ownership: the client's core owns the connection, and so do the read and the write in flight. After it is
// closed it stays until the transport has given back both, even if the core has let it go. The connection
// owns a share of the core in turn, until the core lets it go: at the latest when the client is gone.
#pragma once

#include <uplink/connection_stats.hpp>
#include <uplink/detail/connection/receiver.hpp>
#include <uplink/detail/connection/sender.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/close_socket.hpp>
#include <uplink/detail/system/tcp_status.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The functions that a connection and its operations call on their owner, the client's core.
template <class Core, class Connection>
concept connection_owner = requires(Core& core, Connection& connection, const error_code& ec) {
    core.get_executor();
    core.state();
    core.options();
    core.completions().is_waiting();
    core.take_other_clients_ran();
    core.end_view();
    core.connection_failed(connection, ec);
    core.peer_ended(connection);
    core.finish_turn();
    core.shared_from_this();
};

template <class Core> class connection : public std::enable_shared_from_this<connection<Core>> {
public:
    using core_type = Core;
    using stream_type = typename Core::stream_type;
    using time_point = typename Core::time_point;

    /// The stream can be read without waiting. The constructor switches on the socket's own non-blocking mode
    /// for this; asynchronous operations do not need it.
    static constexpr bool can_read_now = requires(stream_type & stream, error_code& ec) {
        stream.non_blocking(true, ec);
        stream.read_some(net::mutable_buffer(), ec);
    };
    static constexpr bool can_write_now =
        can_read_now && requires(stream_type & stream, const gathered_buffers& buffers, error_code& ec) {
        stream.write_some(buffers, ec);
    };

    connection(Core& core, socket_of_t<stream_type>&& socket, const layer_options_of_t<stream_type>& options)
        : core_(core.shared_from_this()), stream_(make_layer<stream_type>(std::move(socket), options)),
          sends_(*this), receives_(*this) {
        static_assert(connection_owner<Core, connection>,
                      "the owner of a connection has to be a client's core");
        if constexpr (requires { stream_.non_blocking(); }) {
            if (stream_.non_blocking()) return;  // start_connect() has set it already
        }
        if constexpr (can_read_now) {
            error_code ignored;
            stream_.non_blocking(true, ignored);
        }
    }

    Core& core() const noexcept { return *core_; }
    stream_type& stream() noexcept { return stream_; }
    const stream_type& stream() const noexcept { return stream_; }
    sender<connection>& sends() noexcept { return sends_; }
    const sender<connection>& sends() const noexcept { return sends_; }
    receiver<connection>& receives() noexcept { return receives_; }
    const receiver<connection>& receives() const noexcept { return receives_; }

    const error_code& failure() const noexcept { return failure_; }
    bool is_closed() const noexcept { return closed_; }
    bool is_in_flight() const noexcept {
        return sends_.machine().is_write_in_flight() || receives_.machine().is_read_in_flight();
    }

    // --- Called by the sender and the receiver ---

    /// Latches the first fatal error for both directions; later ones are ignored.
    void fail(const error_code& ec) {
        if (failure_ || closed_) return;
        failure_ = ec;
        is_failure_reported_ = false;
        sends_.fail(ec);
        receives_.fail(ec);
        if (!receives_.is_running()) report_failure();
    }
    /// Reports the failure to the core, once. The core may close the connection, so a running receiver first
    /// takes the bytes that have arrived.
    void report_failure() {
        if (!std::exchange(is_failure_reported_, true)) core_->connection_failed(*this, failure_);
    }
    /// The write in flight has come back; the receiver may be waiting for it with an end of the stream.
    void write_settled() { receives_.write_settled(); }
    void interrupt_write() { sends_.interrupt_write(); }
    void resume_deferred() { sends_.resume_deferred(); }
    void discard_until_end() { receives_.discard_until_end(); }
    void peer_ended() { core_->peer_ended(*this); }
    bool completions_wait() const noexcept { return core_->completions().is_waiting(); }
    bool take_other_clients_ran() noexcept { return core_->take_other_clients_ran(); }

    error_code shut_down() {
        error_code ec;
        if constexpr (requires { stream_.shut_down(ec); }) {
            stream_.shut_down(ec);
        } else {
            stream_.lowest_layer().shutdown(net::socket_base::shutdown_send, ec);
        }
        return ec;
    }
    /// Gives back the memory of the stream that only a busy connection needs.
    void release_memory() noexcept {
        if constexpr (requires { stream_.release_memory(); }) stream_.release_memory();
    }

    /// The facts that decide the meaning of an end of the stream.
    uplink::detail::end_facts end_facts() {
        uplink::detail::end_facts facts;
        if constexpr (requires { stream_.has_certain_end(); }) {
            if (stream_.has_certain_end()) return facts;
        }
        facts.write_in_flight = sends_.machine().is_write_in_flight();
        facts.write_side_ended = sends_.machine().write_side_ended();
        constexpr bool is_local = is_local_v<typename Core::endpoint_type::protocol_type>;
        facts.peer_gone = may_hide_reset(facts, is_local) && is_peer_gone();
        return facts;
    }

    // --- Called by the core ---

    /// Closes the socket immediately. The core stops the operations afterwards.
    void close() noexcept {
        closed_ = true;
        sends_.close();
        receives_.close();
        close_socket(stream_.lowest_layer(), true);  // a layer such as TLS may have a transfer of its own
    }
    /// Makes the socket blocking again, as a new one is: the new owner may read it without Asio's
    /// asynchronous functions.
    stream_type give_socket_away() {
        if constexpr (can_read_now) {
            error_code ignored;
            stream_.non_blocking(false, ignored);
        }
        return std::move(stream_);
    }
    void stop_all() {
        sends_.stop_drains(net::error::operation_aborted);
        sends_.stop_all(stop_reason::cancel);
        receives_.stop_active(stop_reason::cancel);
    }
    void abandon() noexcept {
        sends_.abandon();
        receives_.abandon();
    }

    /// The link of retired_connections.
    std::shared_ptr<connection>& next_retired() noexcept { return next_retired_; }

    void established(time_point when) noexcept { since_ = when; }
    /// Writes into the report what a layer such as TLS knows about its session.
    template <class Report> void describe(Report& report) {
        if constexpr (requires { stream_.describe(report.tls); }) stream_.describe(report.tls);
    }
    /// Marks the end as reported; true if it was not marked before.
    bool note_end() noexcept { return !std::exchange(is_end_noted_, true); }
    std::chrono::nanoseconds duration(time_point now) const noexcept { return now - since_; }
    void add_counts(connection_stats& to) const noexcept {
        to.bytes_sent = sends_.machine().bytes_sent();
        to.bytes_received = receives_.machine().bytes_received();
        to.sends = sends_.machine().sends_completed();
        to.receives = receives_.machine().receives_completed();
    }
    connection_stats stats(time_point now) {
        connection_stats stats;
        add_counts(stats);
        stats.connected_for = duration(now);
        if constexpr (requires { fill_tcp_info(stream_.lowest_layer(), stats); }) {
            if (!closed_) fill_tcp_info(stream_.lowest_layer(), stats);
        }
        return stats;
    }

private:
    bool is_peer_gone() {
        if constexpr (requires {
                          { stream_.lowest_layer().peer_gone() } -> std::convertible_to<bool>;
                      }) {
            return stream_.lowest_layer().peer_gone();
        } else {
            return peer_gone(stream_.lowest_layer());
        }
    }

    std::shared_ptr<Core> core_;
    stream_type stream_;
    sender<connection> sends_;
    receiver<connection> receives_;
    error_code failure_{};
    time_point since_{};
    bool closed_ = false;
    bool is_failure_reported_ = true;
    bool is_end_noted_ = false;
    std::shared_ptr<connection> next_retired_;
};

}  // namespace uplink::detail
