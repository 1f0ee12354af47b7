// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A simulated TCP connection (RFC 9293), with the client's side of it as Linux shows it to a program. The most
// important part is the report of a reset, which comes only once:
//   - bytes that arrived before the reset can still be read;
//   - then the first read or write that asks gets connection_reset (broken_pipe if FIN arrived before), and from
//     then on reads get a clean eof and writes broken_pipe;
//   - with a read and a write pending the write asks first, so the read gets eof;
//   - the connection then has no remote endpoint.
// The socket owns the connection, and so does everything that is on the way; the connection owns the peer and both
// pipes.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/peer.hpp>
#include <uplink/testing/detail/pipe.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class connection : public std::enable_shared_from_this<connection> {
public:
    /// Makes a connection. It calls `wake` when a read or a write may be able to continue.
    static std::shared_ptr<connection> make(simulation& network, const std::shared_ptr<const behaviour>& how,
                                            std::size_t attempt_index, std::function<void()> wake) {
        auto made = std::make_shared<connection>(network, how, attempt_index, std::move(wake));
        made->outbound_.set_owner(made);
        made->inbound_.set_owner(made);
        made->peer_.set_owner(made);
        return made;
    }

    connection(simulation& network, const std::shared_ptr<const behaviour>& how, std::size_t attempt_index,
               std::function<void()> wake)
        : network_(network), attempt_(attempt_index), wake_(std::move(wake)),
          outbound_(network, {.latency = how->latency, .window = how->window * network.places.window_factor},
                    [this] { outbound_arrived(); }),
          inbound_(network,
                   {.latency = how->latency,
                    .window = how->window * network.places.window_factor,
                    .piece = how->piece,
                    .pace = how->pace,
                    .cut = how->cut,
                    .cut_at = how->cut_at},
                   [this] { inbound_arrived(); }),
          peer_(network, how, outbound_, inbound_, attempt_index, [this] { wake_(); }) {}

    void establish() {
        established_ = true;
        inbound_.start();
        peer_.play();
    }

    bool is_established() const noexcept { return established_; }
    bool is_gone() const noexcept { return gone_; }

    /// SO_ERROR.
    error_code take_error() noexcept { return std::exchange(error_, {}); }

    bool can_read() const noexcept {
        return !inbound_.arrived().empty() || error_ || fin_ || ended_for_reads();
    }

    /// Must be called only when can_read(). `put` copies from a string_view and returns the number of bytes.
    template <class Put> error_code read(Put put, std::size_t limit, std::size_t& count) {
        if (!inbound_.arrived().empty()) {
            count = put(inbound_.arrived().substr(0, limit));
            inbound_.consume(count);
            record().read += count;
            peer_.play();  // an echo may have waited for room
            return {};
        }
        if (!established_) return net::error::not_connected;
        if (error_ && !fin_) return std::exchange(error_, {});
        return net::error::eof;
    }

    bool can_write() const noexcept {
        return error_ || gone_ || send_shut_down_ || !established_ || outbound_.room() != 0;
    }

    /// As read(), except that the bytes are not consumed.
    template <class Put> error_code peek(Put put, std::size_t& count) {
        if (inbound_.arrived().empty()) return read(put, 0, count);
        count = put(inbound_.arrived());
        return {};
    }

    /// Must be called only when can_write(). Writes at most `most` bytes; `take` returns them.
    template <class Take> error_code write(std::size_t most, Take take, std::size_t& count) {
        if (error_) return std::exchange(error_, {});
        if (gone_ || send_shut_down_ || !established_) return net::error::broken_pipe;
        count = (std::min)(most, outbound_.room());
        outbound_.send(take(count));
        record().written += count;
        return {};
    }

    error_code shut_down(net::socket_base::shutdown_type what) {
        if (!established_ || gone_) return net::error::not_connected;
        if (what != net::socket_base::shutdown_receive) {
            send_shut_down_ = true;
            outbound_.end(ending::fin);
        }
        if (what != net::socket_base::shutdown_send) receive_shut_down_ = true;
        wake_();
        return {};
    }

    /// The client closes its socket: FIN, or RST if bytes are unread or `with_reset` asks for it.
    void close(bool with_reset) {
        closed_ = true;
        wake_ = [] {};
        if (!established_ || gone_) return;
        const bool reset = with_reset || !inbound_.arrived().empty();
        record().reset = reset;
        outbound_.end(reset ? ending::reset : ending::fin);
    }

private:
    attempt& record() { return network_.places.attempts[attempt_]; }
    bool ended_for_reads() const noexcept { return gone_ || receive_shut_down_ || !established_; }

    void outbound_arrived() {
        if (outbound_.arrived_end() == ending::fin) {
            fin_acknowledged_ = true;
            gone_ = gone_ || fin_;
        }
        peer_.play();
    }

    void inbound_arrived() {
        if (closed_) {
            if (inbound_.arrived().empty()) return;
            inbound_.consume(inbound_.arrived().size());
            outbound_.end(ending::reset);
            return;
        }
        if (inbound_.arrived_end() == ending::fin) {
            fin_ = true;
            gone_ = gone_ || fin_acknowledged_;
        } else if (inbound_.arrived_end() == ending::reset && !gone_) {
            error_ = fin_ ? net::error::broken_pipe : net::error::connection_reset;
            gone_ = true;
        }
        wake_();
    }

    simulation& network_;
    std::size_t attempt_;
    std::function<void()> wake_;
    pipe outbound_;
    pipe inbound_;
    peer peer_;
    error_code error_{};  // reported once, to the first that asks
    bool established_ = false;
    bool fin_ = false;  // the peer's FIN has arrived
    bool fin_acknowledged_ = false;
    bool gone_ = false;
    bool send_shut_down_ = false;
    bool receive_shut_down_ = false;
    bool closed_ = false;
};

}  // namespace uplink::testing::detail
