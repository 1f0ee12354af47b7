// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion handlers of the one read and the one write that a connection has in flight. They are bound
// to the client's executor, use memory that the connection keeps, and can be cancelled separately. Each owns
// a share of the connection, which owns a share of the core.
#pragma once

#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Side::of(connection)` is the connection's sender or its receiver.
template <class Connection, class Side> class transfer_handler {
    using core_type = typename Connection::core_type;

public:
    using executor_type = typename core_type::executor_type;
    using allocator_type = operation_allocator<void, transfer_memory_size<executor_type>>;
    using cancellation_slot_type = net::cancellation_slot;

    explicit transfer_handler(Connection& connection)
        : keep_alive_(connection.shared_from_this()), connection_(&connection) {}

    executor_type get_executor() const noexcept { return connection_->core().get_executor(); }
    allocator_type get_allocator() const noexcept { return allocator_type(Side::of(*connection_).memory()); }
    cancellation_slot_type get_cancellation_slot() const noexcept {
        return Side::of(*connection_).cancellation().slot();
    }
    void operator()(const error_code& ec, std::size_t n) {
        core_type& core = connection_->core();
        {
            const typename core_type::turn_guard guard(core);
            Side::of(*connection_).on_transfer(ec, n);
        }
        core.finish_turn();
    }

private:
    std::shared_ptr<Connection> keep_alive_;
    Connection* connection_;  // Asio 1.22.1 may call get_executor() after the handler was moved from
};

struct read_side {
    template <class Connection> static auto& of(Connection& connection) noexcept {
        return connection.receives();
    }
};
struct write_side {
    template <class Connection> static auto& of(Connection& connection) noexcept {
        return connection.sends();
    }
};

template <class Connection> using read_handler = transfer_handler<Connection, read_side>;
template <class Connection> using write_handler = transfer_handler<Connection, write_side>;

}  // namespace uplink::detail
