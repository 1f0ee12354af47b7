// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The operations in the send queue: async_send and async_write_some, with borrowed or owned bytes, and
// async_shutdown_send. The sender does the writing. An operation is linked from the send machine until it has
// ended, then from the completion queue.
#pragma once

#include <uplink/detail/connection/owners.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/send_item.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <iterator>
#include <tuple>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A send that is an operation with its own time limits, and not a part of another operation.
template <class Core> class limited_send : public operation_base, public send_item {
public:
    using time_point = typename Core::time_point;

    limited_send(send_kind item_kind, std::size_t item_size, const void* contiguous = nullptr) noexcept;

    void progressed() noexcept override;
    void on_result() override;
    void abandon_item() noexcept override { this->abandon(); }

    void on_deadline(total_limit);
    void on_deadline(idle_limit);

    using admitted = limited_send;  ///< the type that the admission uses for it
    static constexpr net::cancellation_type honoured = any_cancellation;
    void cancelled(net::cancellation_type type);

    Core* core = nullptr;
    operation_deadline<limited_send, time_point, total_limit> limit;
    operation_deadline<limited_send, time_point, idle_limit> idle;

protected:
    ~limited_send() = default;
};

/// Walks through a buffer sequence once, however many buffers it has: buffers that have been sent are not
/// visited again.
template <class Buffers> class buffer_cursor {
    using iterator = decltype(net::buffer_sequence_begin(std::declval<const Buffers&>()));

public:
    explicit buffer_cursor(const Buffers& buffers)
        : position_(net::buffer_sequence_begin(buffers)), end_(net::buffer_sequence_end(buffers)) {}

    std::size_t gather(net::const_buffer* out, std::size_t room) const {
        std::size_t count = 0;
        std::size_t skip = offset_;
        for (iterator it = position_; it != end_ && count != room; ++it) {
            const net::const_buffer rest = net::const_buffer(*it) + skip;
            skip = 0;
            if (rest.size() != 0) out[count++] = rest;
        }
        return count;
    }
    void consume(std::size_t n) {
        for (; position_ != end_; ++position_) {
            const std::size_t left = net::const_buffer(*position_).size() - offset_;
            if (n < left) break;
            n -= left;
            offset_ = 0;
        }
        offset_ += n;
    }

private:
    iterator position_;
    iterator end_;
    std::size_t offset_ = 0;
};

/// gather() for bytes in one contiguous block.
inline std::size_t gather_rest(net::const_buffer all, std::size_t sent, net::const_buffer* out,
                               std::size_t room) noexcept {
    if (room == 0 || sent == all.size()) return 0;
    *out = all + sent;
    return 1;
}

/// Bytes of a send: buffers that the caller keeps alive.
template <class Buffers> class borrowed_bytes {
public:
    explicit borrowed_bytes(const Buffers& buffers) : buffers_(buffers), cursor_(buffers_) {}
    std::size_t size() const { return net::buffer_size(buffers_); }
    static const void* data() noexcept { return nullptr; }
    std::size_t gather(net::const_buffer* out, std::size_t room, std::size_t) const {
        return cursor_.gather(out, room);
    }
    void consume(std::size_t n) { cursor_.consume(n); }

private:
    Buffers buffers_;
    buffer_cursor<Buffers> cursor_;  // into buffers_, so this object must not be moved
};

/// Bytes of a send: one buffer that the caller keeps alive.
template <class Buffer>
    requires(std::is_convertible_v<const Buffer*, const net::const_buffer*> ||
             std::is_convertible_v<const Buffer*, const net::mutable_buffer*>)
class borrowed_bytes<Buffer> {
public:
    explicit borrowed_bytes(const Buffer& buffer) : buffer_(buffer) {}
    std::size_t size() const noexcept { return buffer_.size(); }
    const void* data() const noexcept { return buffer_.data(); }
    std::size_t gather(net::const_buffer* out, std::size_t room, std::size_t sent) const noexcept {
        return gather_rest(buffer_, sent, out, room);
    }
    void consume(std::size_t) const noexcept {}

private:
    net::const_buffer buffer_;
};

/// Bytes of a send: a string or vector that the operation owns. It must not be moved, since a short string
/// would move its bytes.
template <class Container> class owned_bytes {
public:
    explicit owned_bytes(Container bytes) : bytes_(std::move(bytes)) {}
    std::size_t size() const noexcept { return bytes_.size(); }
    const void* data() const noexcept { return bytes_.data(); }
    std::size_t gather(net::const_buffer* out, std::size_t room, std::size_t sent) const noexcept {
        return gather_rest({bytes_.data(), bytes_.size()}, sent, out, room);
    }
    void consume(std::size_t) const noexcept {}

private:
    Container bytes_;
};

/// A base class, so that the bytes are initialised before send_item, which needs their size.
template <class Bytes> struct bytes_base {
    template <class Source> explicit bytes_base(Source&& source) : bytes(std::forward<Source>(source)) {}
    Bytes bytes;
};

/// async_send and async_write_some; `Bytes` is borrowed_bytes or owned_bytes.
template <class Core, class Bytes> class send_operation : bytes_base<Bytes>, public limited_send<Core> {
public:
    template <class Source>
    send_operation(send_kind item_kind, Source&& source)
        : bytes_base<Bytes>(std::forward<Source>(source)), limited_send<Core>(item_kind, this->bytes.size(),
                                                                              this->bytes.data()) {}

    std::size_t gather(net::const_buffer* out, std::size_t room) override {
        return this->bytes.gather(out, room, this->sent);
    }
    void skip(std::size_t n) override { this->bytes.consume(n); }
    std::tuple<error_code, std::size_t> result() const noexcept { return {this->error, this->sent}; }

protected:
    ~send_operation() = default;
};

/// async_shutdown_send.
template <class Core> class half_close : public limited_send<Core> {
public:
    half_close() noexcept : limited_send<Core>(send_kind::half_close, 0) {}

    std::size_t gather(net::const_buffer*, std::size_t) override { return 0; }
    void skip(std::size_t) override {}
    std::tuple<error_code> result() const noexcept { return {this->error}; }

protected:
    ~half_close() = default;
};

template <class Core>
UPLINK_DECL limited_send<Core>::limited_send(send_kind item_kind, std::size_t item_size,
                                             const void* contiguous) noexcept
    : send_item(item_kind, item_size, contiguous), limit(*this), idle(*this) {
    static_assert(transfer_owner<Core>, "the owner of a send has to be a client's core");
}

template <class Core> UPLINK_DECL void limited_send<Core>::progressed() noexcept { core->restart_idle(idle); }

template <class Core> UPLINK_DECL void limited_send<Core>::on_result() {
    core->deadlines().remove(limit);
    core->deadlines().remove(idle);
    core->deliver(*this);
}

template <class Core> UPLINK_DECL void limited_send<Core>::on_deadline(total_limit) {
    core->connections().stop_send(*this, stop_reason::limit, false);
}

template <class Core> UPLINK_DECL void limited_send<Core>::on_deadline(idle_limit) {
    on_deadline(total_limit{});
}

template <class Core> UPLINK_DECL void limited_send<Core>::cancelled(net::cancellation_type type) {
    core->connections().stop_send(*this, stop_reason::cancel, !is_set(type, strong_cancellation));
}

}  // namespace uplink::detail
