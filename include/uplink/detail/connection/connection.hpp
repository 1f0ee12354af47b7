// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One established connection: the live stream, its two sides, and the first fatal error, which is latched
// for both. It is never reused and never moved. The client's core owns it, and so do the read and the write
// that are in flight: after it is closed it stays until the transport has given back both, also where the
// core has let it go. It owns a share of the core in turn, which ends when the core lets it go: at the latest
// when the client is gone.
#pragma once

#include <uplink/connection_stats.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/connection/receiver.hpp>
#include <uplink/detail/connection/sender.hpp>
#include <uplink/detail/system/tcp_status.hpp>
#include <uplink/net.hpp>
#include <uplink/detail/support/stream_traits.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class connection : public std::enable_shared_from_this<connection<Core>> {
public:
    using stream_type = typename Core::stream_type;
    using time_point = typename Core::time_point;

    /// A read that returns at once is possible: the socket's own non-blocking mode, which async operations
    /// do not need, is switched on.
    static constexpr bool can_poll = requires(stream_type & stream, error_code& ec) {
        stream.non_blocking(true, ec);
        stream.read_some(net::mutable_buffer(), ec);
    };

    static constexpr bool can_write_at_once =
        can_poll && requires(stream_type & stream, const gathered_buffers& buffers, error_code& ec) {
        stream.write_some(buffers, ec);
    };

    connection(Core& core, socket_of_t<stream_type>&& socket, const layer_options_of_t<stream_type>& options)
        : core_(core.shared_from_this()), stream_(make_layer<stream_type>(std::move(socket), options)),
          sends_(core, *this), receives_(core, *this) {
        if constexpr (requires { stream_.non_blocking(); }) {
            if (stream_.non_blocking()) return;  // since it connected
        }
        if constexpr (can_poll) {
            error_code ignored;
            stream_.non_blocking(true, ignored);
        }
    }

    stream_type& stream() noexcept { return stream_; }
    const stream_type& stream() const noexcept { return stream_; }
    sender<Core>& sends() noexcept { return sends_; }
    const sender<Core>& sends() const noexcept { return sends_; }
    receiver<Core>& receives() noexcept { return receives_; }

    const error_code& failure() const noexcept { return failure_; }
    /// Latches the first fatal error; true if this is it.
    bool fail(const error_code& ec) noexcept {
        if (failure_ || closed_) return false;
        failure_ = ec;
        return true;
    }

    bool is_closed() const noexcept { return closed_; }
    /// The peer has ended in order, and a receive has completed with that.
    bool is_end_reported() const noexcept { return end_reported_; }
    void end_reported() noexcept { end_reported_ = true; }
    bool is_in_flight() const noexcept { return sends_.is_in_flight() || receives_.is_in_flight(); }

    /// At once; the pumps are told by the core.
    void close() noexcept {
        closed_ = true;
        try {
            error_code ignored;
            stream_.lowest_layer().close(ignored);
        } catch (...) {
        }
    }

    /// The list of closed connections that the core keeps.
    void push_retired(std::shared_ptr<connection> next) noexcept { next_retired_ = std::move(next); }
    std::shared_ptr<connection>& next_retired() noexcept { return next_retired_; }

    void abandon() noexcept {
        sends_.abandon();
        receives_.abandon();
    }

    void shut_down_send(error_code& ec) {
        stream_.lowest_layer().shutdown(net::socket_base::shutdown_send, ec);
    }

    uplink::detail::end_facts end_facts() {
        uplink::detail::end_facts facts;
        facts.write_in_flight = sends_.is_in_flight();
        facts.write_side_ended = sends_.write_side_ended();
        facts.peer_gone = (facts.write_in_flight || !facts.write_side_ended) && is_peer_gone();
        return facts;
    }

    void count_received(std::size_t n) noexcept { bytes_received_ += n; }
    void count_sent(std::size_t n) noexcept { bytes_sent_ += n; }
    void count_receive() noexcept { ++receives_made_; }
    void count_send() noexcept { ++sends_made_; }
    void add_counts(connection_stats& to) const noexcept {
        to.bytes_sent = bytes_sent_;
        to.bytes_received = bytes_received_;
        to.sends = sends_made_;
        to.receives = receives_made_;
    }
    void established(time_point when) noexcept { since_ = when; }
    std::chrono::nanoseconds duration(time_point now) const noexcept { return now - since_; }

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
    sender<Core> sends_;
    receiver<Core> receives_;
    error_code failure_{};
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t bytes_received_ = 0;
    std::uint64_t sends_made_ = 0;
    std::uint64_t receives_made_ = 0;
    time_point since_{};
    bool closed_ = false;
    bool end_reported_ = false;
    std::shared_ptr<connection> next_retired_;
};

}  // namespace uplink::detail
