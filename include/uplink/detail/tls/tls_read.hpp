// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What waits for ciphertext: a read of plaintext, and the handshake. Each is the handler of the channel's read in
// flight, decrypts when ciphertext has come, and reads again until it has its result. It owns a share of the channel
// and the caller's handler, and uses the handler's memory and cancellation slot: a read that is cancelled consumes
// nothing.
#pragma once

#include <uplink/detail/tls/call_handler.hpp>
#include <uplink/detail/tls/tls_channel.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What the two have in common: they run on the channel's executor, not on the handler's.
template <class Channel, class Handler> class ciphertext_read {
public:
    using executor_type = typename Channel::executor_type;
    using allocator_type = net::associated_allocator_t<Handler>;
    using cancellation_slot_type = net::associated_cancellation_slot_t<Handler>;

    executor_type get_executor() const noexcept { return channel_->get_executor(); }
    allocator_type get_allocator() const noexcept { return net::get_associated_allocator(handler_); }
    cancellation_slot_type get_cancellation_slot() const noexcept {
        return net::get_associated_cancellation_slot(handler_);
    }

protected:
    ciphertext_read(std::shared_ptr<Channel>&& channel, Handler&& handler)
        : keep_alive_(std::move(channel)), channel_(keep_alive_.get()), handler_(std::move(handler)) {}

    template <class... Results> void post(Results... results) {
        post_handler(channel_->get_executor(), std::move(handler_), results...);
    }
    template <class... Results> void complete(Results... results) {
        const auto keep_alive = std::move(keep_alive_);
        dispatch_handler(keep_alive->get_executor(), std::move(handler_), results...);
    }

    std::shared_ptr<Channel> keep_alive_;
    Channel* channel_;  // Asio may ask a handler that it has moved from (work_dispatcher of 1.22.1)
    Handler handler_;
};

template <class Channel, class Buffers, class Handler>
class tls_read : public ciphertext_read<Channel, Handler> {
    using base = ciphertext_read<Channel, Handler>;

public:
    tls_read(std::shared_ptr<Channel> channel, const Buffers& buffers, Handler&& handler)
        : base(std::move(channel), std::move(handler)), buffers_(buffers) {}

    /// Called in the initiating function.
    void start() {
        error_code ec;
        const std::size_t n = this->channel_->read_some(buffers_, ec, false);
        if (ec != net::error::would_block) return this->post(ec, n);
        this->channel_->start_read(std::move(*this));
    }
    void operator()(error_code ec, std::size_t n) {
        Channel& channel = *this->channel_;
        ec = channel.read_done(ec, n);
        n = ec ? 0 : channel.read_some(buffers_, ec, true);
        if (ec == net::error::would_block) return channel.start_read(std::move(*this));
        this->complete(ec, n);
    }

private:
    Buffers buffers_;
};

template <class Channel, class Handler> class tls_handshake : public ciphertext_read<Channel, Handler> {
    using base = ciphertext_read<Channel, Handler>;

public:
    tls_handshake(std::shared_ptr<Channel> channel, Handler&& handler)
        : base(std::move(channel), std::move(handler)) {}

    /// Called in the initiating function.
    void start(const handshake_target& target) {
        error_code ec = this->channel_->begin(target);
        if (!ec) ec = this->channel_->shake_hands();
        if (ec != net::error::would_block) return this->post(ec);
        this->channel_->start_read(std::move(*this));
    }
    void operator()(error_code ec, std::size_t n) {
        Channel& channel = *this->channel_;
        ec = channel.read_done(ec, n);
        if (!ec) ec = channel.shake_hands();
        if (ec == net::error::would_block) return channel.start_read(std::move(*this));
        this->complete(ec);
    }
};

}  // namespace uplink::detail
