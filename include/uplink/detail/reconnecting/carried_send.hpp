// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One send of a reconnecting client. It waits until there is a connection; then the connection's own send has
// its bytes, and reports how many were sent. The operation owns its bytes, or refers to the caller's,
// until it has ended.
#pragma once

#include <uplink/detail/machine/carried_send_rule.hpp>
#include <uplink/detail/reconnecting/carried_operation.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class carried_send;

/// The handler of the connection's send, whose memory is that of the user's handler. It has the send for as
/// long as the connection does; so the send, with its memory and its signal, goes after the connection's own.
template <class Core> class send_returned {
    using send_type = carried_send<Core>;
    using link_ptr = std::shared_ptr<typename Core::link_type>;

public:
    using allocator_type = std::pmr::polymorphic_allocator<>;
    using cancellation_slot_type = net::cancellation_slot;

    send_returned(std::shared_ptr<Core> core, link_ptr link, send_type& send) noexcept
        : core_(std::move(core)), link_(std::move(link)), send_(&send) {}

    allocator_type get_allocator() const noexcept { return &send_->memory(); }
    net::cancellation_slot get_cancellation_slot() const noexcept { return send_->cancellation.slot(); }
    void operator()(const error_code& ec, std::size_t n) {
        if (!send_->is_abandoned) core_->send_came_back(link_, *send_.release(), ec, n);
    }

private:
    struct uncalled {
        void operator()(send_type* send) const noexcept { send->never_comes_back(); }
    };

    std::shared_ptr<Core> core_;
    link_ptr link_;
    std::unique_ptr<send_type, uncalled> send_;
};

template <class Core> class carried_send : public carried_operation<Core> {
public:
    explicit carried_send(std::size_t bytes) noexcept : size(bytes) {}

    /// Starts the send on the connection. Throws what the client's initiating function throws.
    virtual void start(typename Core::client_type& client, const typename Core::time_limit& within,
                       send_returned<Core>&& handler) = 0;

    void on_deadline(total_limit) override { this->core->sends().end_waiting(*this, errc::send_timeout); }
    void cancelled(net::cancellation_type type) override { this->core->sends().cancel(*this, type); }

    /// The context is being destroyed. A send in flight goes with the handler that the connection has.
    void abandon_given() noexcept {
        is_abandoned = true;
        if (!is_in_flight) this->abandon();
    }
    /// The handler that the connection had has been destroyed uncalled.
    void never_comes_back() noexcept {
        is_in_flight = false;
        if (is_abandoned) this->abandon();
    }

    const std::size_t size;
    std::size_t sent = 0;
    typename Core::time_point deadline{};
    net::cancellation_signal cancellation{};  ///< of the connection's send
    std::optional<error_code> end{};          ///< see returned_send
    bool is_in_flight = false;                ///< a connection has it
    bool is_abandoned = false;
    bool is_cancelled = false;
    bool is_cancelled_if_untouched = false;

protected:
    ~carried_send() = default;
};

/// Bytes that the caller keeps alive: a copy of the buffer sequence.
template <class Buffers> struct callers_bytes {
    Buffers buffers;
    std::size_t size() const { return net::buffer_size(buffers); }
    const Buffers& sequence() const noexcept { return buffers; }
};

/// Bytes that the operation owns: a string or a vector, which is not moved any more.
template <class Container> struct carried_bytes {
    Container container;
    std::size_t size() const noexcept { return container.size(); }
    net::const_buffer sequence() const noexcept {
        return net::const_buffer(container.data(), container.size());
    }
};

/// A base class, so that the bytes are initialised before the operation, which needs their size.
template <class Bytes> struct bytes_before {
    template <class Source> explicit bytes_before(Source&& source) : bytes{std::forward<Source>(source)} {}
    Bytes bytes;
};

template <class Core, class Bytes> class carried_send_of : bytes_before<Bytes>, public carried_send<Core> {
public:
    template <class Source>
    explicit carried_send_of(Source&& source)
        : bytes_before<Bytes>(std::forward<Source>(source)), carried_send<Core>(this->bytes.size()) {}

    void start(typename Core::client_type& client, const typename Core::time_limit& within,
               send_returned<Core>&& handler) override {
        client.async_send(this->bytes.sequence(), within, std::move(handler));
    }
    std::tuple<error_code, std::size_t> result() const noexcept { return {this->error, this->sent}; }

protected:
    ~carried_send_of() = default;
};

}  // namespace uplink::detail
