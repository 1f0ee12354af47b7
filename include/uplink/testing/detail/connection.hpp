// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A simulated TCP connection (RFC 9293), with the client's side of it as Linux shows it to a program. The
// most important part is the report of a reset, which comes only once:
//   - bytes that arrived before the reset can still be read;
// - then the first read or write that asks gets connection_reset (broken_pipe if FIN arrived before), and
//   from
//     then on reads get a clean eof and writes broken_pipe;
//   - with a read and a write pending the write asks first, so the read gets eof;
// - the connection then has no remote endpoint. The socket owns the connection, and so does everything that
//   is on the way; the connection owns the peer and both pipes.
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
                                            std::size_t attempt_index, std::function<void()> wake);

    connection(simulation& network, const std::shared_ptr<const behaviour>& how, std::size_t attempt_index,
               std::function<void()> wake);

    void establish();

    bool is_established() const noexcept { return established_; }
    bool is_gone() const noexcept { return gone_; }

    /// SO_ERROR.
    error_code take_error() noexcept;

    bool can_read() const noexcept;

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

    bool can_write() const noexcept;

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

    error_code shut_down(net::socket_base::shutdown_type what);

    /// The client closes its socket: FIN, or RST if bytes are unread or `with_reset` asks for it.
    void close(bool with_reset);

private:
    attempt& record();
    bool ended_for_reads() const noexcept { return gone_ || receive_shut_down_ || !established_; }

    void outbound_arrived();

    void inbound_arrived();

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

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/connection.ipp>
#endif
