// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_exchange of a client: a send (with a half-close behind it if asked for) and a receive until the end
// of the stream, both at the same time. Sending first and receiving afterwards would deadlock with a peer
// that answers while it reads.
//
// There is one handler. It is called when the receive has ended and the sender has returned the send and the
// half-close; until then the operation owns these two parts and the sender links them. The result is success
// only if both succeed: the peer's orderly end was read, and all of the request was sent. A peer that ends
// its stream first may still read, so the sending continues. The time limits are those of the exchange as a
// whole; its parts have none.
#pragma once

#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/send_operation.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Request` is borrowed_bytes or owned_bytes.
template <class Core, class Request> class exchange_operation : public receive_until_end<Core> {
    class part final : public send_item {
    public:
        part(exchange_operation& whole, send_kind item_kind, std::size_t item_size)
            : send_item(item_kind, item_size), whole_(whole) {}
        ~part() = default;
        std::size_t gather(net::const_buffer* out, std::size_t room) override {
            return whole_.request_.gather(out, room, sent);
        }
        void skip(std::size_t n) override {
            whole_.request_.consume(n);
            progressed();
        }
        void progressed() noexcept override { whole_.restart_idle(); }
        void on_result() override { whole_.part_ended(*this); }
        void abandon_item() noexcept override {
            if (--whole_.parts_ == 0 && whole_.receive_ended_) whole_.abandon();
        }

    private:
        exchange_operation& whole_;
    };

public:
    template <class Source>
    exchange_operation(bool half_closes, Source&& source)
        : request_(std::forward<Source>(source)), request_part_(*this, send_kind::bytes, request_.size()),
          half_close_part_(*this, send_kind::half_close, 0), half_closes_(half_closes) {}

    using admitted = exchange_operation;  ///< the type that the admission uses for it
    static constexpr net::cancellation_type honoured = strong_cancellation;
    void cancelled(net::cancellation_type) { end_early(stop_reason::cancel); }

    const send_item& request_part() const noexcept { return request_part_; }
    void start_parts();

    void end_early(stop_reason reason);

    void on_result() override;
    errc timeout_code() const noexcept override {
        return timed_out_sending_ ? errc::send_timeout : errc::receive_timeout;
    }
    void on_deadline(total_limit) override;
    void on_deadline(idle_limit) override;

protected:
    ~exchange_operation() = default;

private:
    bool is_ending() const noexcept { return this->error || is_stopped_; }
    void restart_idle() noexcept;

    void stop_parts(stop_reason reason);

    void part_ended(send_item& ended);

    void finish();

    Request request_;
    part request_part_;
    part half_close_part_;
    const bool half_closes_;
    int parts_ = 0;            ///< how many parts are in the send queue
    error_code part_error_{};  ///< of the request or the half-close alone, such as send_interrupted
    bool receive_ended_ = false;
    bool is_stopped_ = false;
    bool timed_out_sending_ = false;
};

}  // namespace uplink::detail

#include <uplink/detail/client/impl/exchange_operation.ipp>
