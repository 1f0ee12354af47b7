// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One item in the send queue: bytes (borrowed or owned), one write_some, or a half-close. It records how many
// of its bytes have been given to the transport. Its owner, an operation or a part of one, implements the
// virtual functions.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/net.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class send_kind : unsigned char { bytes, some, half_close };

struct send_list_tag;

class send_item : public list_hook<send_list_tag> {
public:
    /// `contiguous`: the bytes, if they are one block and skip() does nothing; else null.
    send_item(send_kind item_kind, std::size_t item_size, const void* contiguous = nullptr) noexcept
        : kind(item_kind), size(item_size), data(contiguous) {}

    /// The rest of contiguous bytes; a buffer whose pointer is null if they are not contiguous.
    net::const_buffer rest() const noexcept {
        return data == nullptr ? net::const_buffer() : net::const_buffer(data, size) + sent;
    }
    /// Not contiguous: fills `out` with up to `room` non-empty buffers of the rest; returns their number.
    virtual std::size_t gather(net::const_buffer* out, std::size_t room) = 0;
    /// Not contiguous: gather() begins n bytes later from now on.
    virtual void skip(std::size_t n) = 0;
    /// A write has gathered from this item for the first time, or has sent bytes of it or of an item before
    /// it.
    virtual void progressed() noexcept = 0;
    /// The item has been removed from the queue; `error` and `sent` are final.
    virtual void on_result() = 0;
    /// The context is being destroyed: no handler is called any more.
    virtual void abandon_item() noexcept = 0;

    /// n more bytes have been given to the transport.
    void consume(std::size_t n) {
        sent += n;
        if (data == nullptr && n != 0) skip(n);
    }
    std::size_t left() const noexcept { return size - sent; }
    /// What decides whether it ends now. `failure` is the error of the connection or of the queue.
    send_facts facts(const error_code& failure) const noexcept {
        send_facts facts;
        facts.size = kind == send_kind::half_close ? 1 : size;
        facts.sent = sent;
        facts.partial_is_enough = kind == send_kind::some;
        facts.failure = failure;
        facts.stop = stop.reason(sent == 0);
        facts.stop_only_untouched = stop.is_only_untouched();
        return facts;
    }

    const send_kind kind;
    bool begun = false;     ///< a write has gathered from it
    bool in_write = false;  ///< the write in progress has gathered from it
    bool has_ended = false;
    send_stop stop{};
    const std::size_t size;  ///< bytes
    const void* const data;
    std::size_t sent = 0;  ///< bytes given to the transport
    error_code error{};

protected:
    ~send_item() = default;
};

}  // namespace uplink::detail
