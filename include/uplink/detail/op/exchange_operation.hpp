// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_exchange of a client: a send, a half-close behind it and a receive until the end, which go on at
// the same time; sending first and receiving after would deadlock with a peer that answers as it reads.
// One handler: it is called when the receive has ended and the queue has let go of the two others. The
// receive's result is the exchange's: a peer that ends orderly before it has read everything has answered.
#pragma once

#include <uplink/detail/op/receive_operation.hpp>
#include <uplink/detail/op/send_operation.hpp>
#include <uplink/detail/support/asio.hpp>

#include <cstddef>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Request` is borrowed_bytes or owned_bytes.
template <class Core, class Request> class exchange_operation : public receive_until_end<Core> {
    class part final : public send_item<Core> {
    public:
        part(exchange_operation& whole, send_kind item_kind, std::size_t item_size)
            : send_item<Core>(item_kind, item_size), whole_(whole) {}
        ~part() = default;
        std::size_t gather(net::const_buffer* out, std::size_t room) override {
            return whole_.request_.gather(out, room, this->sent);
        }
        void skip(std::size_t n) override {
            whole_.request_.advance(n);
            // The peer takes data: that is progress of the exchange, however long the answer takes.
            if (!whole_.receive_ended_) whole_.core->restart_idle(whole_.idle);
        }
        void decided() override { whole_.part_ended(*this); }
        void abandon_item() noexcept override {
            if (--whole_.parts_ == 0 && whole_.receive_ended_) whole_.abandon();
        }

    private:
        exchange_operation& whole_;
    };

public:
    template <class Source>
    explicit exchange_operation(Source&& source)
        : request_(std::forward<Source>(source)), request_part_(*this, send_kind::bytes, request_.size()),
          half_close_part_(*this, send_kind::half_close, 0) {}

    const send_item<Core>& request_part() const noexcept { return request_part_; }
    void start_parts() {
        parts_ = 2;
        request_part_.core = half_close_part_.core = this->core;
        this->core->current()->sends().start(request_part_);
        this->core->current()->sends().start(half_close_part_);
    }

    void decided() override {
        receive_ended_ = true;
        if (part_error_) this->error = part_error_;
        if (parts_ == 0) {
            this->core->deliver(*this);
            return;
        }
        this->core->stop_send(request_part_, stop_reason::cancel, false);
        this->core->stop_send(half_close_part_, stop_reason::cancel, false);
    }
    errc timeout_code() const noexcept override {
        return timed_out_sending_ ? errc::send_timeout : errc::receive_timeout;
    }
    void on_deadline(total_limit tag) override {
        timed_out_sending_ = request_part_.is_linked();
        receive_operation<Core>::on_deadline(tag);
    }

protected:
    ~exchange_operation() = default;

private:
    void part_ended(send_item<Core>& ended) {
        --parts_;
        if (receive_ended_) {
            if (parts_ == 0) this->core->deliver(*this);
            return;
        }
        // An error of the connection reaches the receive by itself; anything else never would.
        if (ended.error && !part_error_ && !this->core->connection_failed()) {
            part_error_ = ended.error;
            this->core->stop_receive(*this, stop_reason::cancel);
        }
    }

    Request request_;
    part request_part_;
    part half_close_part_;
    int parts_ = 0;
    error_code part_error_{};  ///< of the request or the half-close alone, such as send_interrupted
    bool receive_ended_ = false;
    bool timed_out_sending_ = false;
};

}  // namespace uplink::detail
