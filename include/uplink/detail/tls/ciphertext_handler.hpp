// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion handlers of the one read and the one write that a TLS channel has in flight. They run on the
// channel's executor and use memory that the channel keeps. Each owns a share of the channel.
#pragma once

#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct ciphertext_in {};
struct ciphertext_out {};

/// The handler of the transfer in flight. If it is destroyed without being called, so is the operation that
/// waits for it: that may own the stream.
template <class Channel, class Direction> class ciphertext_handler {
public:
    using executor_type = typename Channel::executor_type;
    using allocator_type = operation_allocator<void, transfer_memory_size<executor_type>>;
    using cancellation_slot_type = net::cancellation_slot;

    explicit ciphertext_handler(Channel& channel)
        : keep_alive_(channel.shared_from_this()), channel_(&channel) {}
    ciphertext_handler(ciphertext_handler&& other) noexcept = default;
    ciphertext_handler& operator=(ciphertext_handler&& other) = delete;
    ~ciphertext_handler() {
        if (keep_alive_) keep_alive_->abandon(Direction());
    }

    executor_type get_executor() const noexcept { return channel_->get_executor(); }
    allocator_type get_allocator() const noexcept { return allocator_type(channel_->memory(Direction())); }
    cancellation_slot_type get_cancellation_slot() const noexcept {
        return channel_->cancellation(Direction());
    }
    void operator()(const error_code& ec, std::size_t n) {
        const auto keep_alive = std::move(keep_alive_);
        keep_alive->transferred(Direction(), ec, n);
    }

private:
    std::shared_ptr<Channel> keep_alive_;
    Channel* channel_;  // Asio 1.22.1 may call get_executor() after the handler was moved from
};

}  // namespace uplink::detail
