// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion handlers of the one read and the one write that a connection has in flight: bound to the
// client's executor, in memory that the connection keeps, cancellable each on its own. Each holds the connection, which
// holds the core.
#pragma once

#include <uplink/net.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/operation_memory.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class connection;

/// What Asio's read or write takes, whose handler, a transfer_handler, has a client's executor: it holds two.
template <class Executor>
inline constexpr std::size_t transfer_memory_size = 144 + 2 * sizeof(Executor) + (uses_io_uring ? 96 : 0);
template <class Executor> using transfer_memory = operation_memory<transfer_memory_size<Executor>>;

/// `Side` chooses the pump of the connection: Side::pump(connection).
template <class Core, class Side> class transfer_handler {
public:
    using executor_type = typename Core::executor_type;
    using allocator_type = operation_allocator<void, transfer_memory_size<executor_type>>;
    using cancellation_slot_type = net::cancellation_slot;

    transfer_handler(Core& core, connection<Core>& owner)
        : keep_alive_(owner.shared_from_this()), core_(&core), connection_(&owner) {}

    executor_type get_executor() const noexcept { return core_->get_executor(); }
    allocator_type get_allocator() const noexcept {
        return allocator_type(Side::pump(*connection_).memory());
    }
    cancellation_slot_type get_cancellation_slot() const noexcept {
        return Side::pump(*connection_).cancellation().slot();
    }
    void operator()(const error_code& ec, std::size_t n) {
        {
            const typename Core::turn_guard scope(*core_);
            Side::pump(*connection_).on_transfer(ec, n);
        }
        core_->finish_turn();
    }

private:
    std::shared_ptr<connection<Core>> keep_alive_;
    Core* core_;  // Asio may ask a handler that it has moved from (work_dispatcher of 1.22.1)
    connection<Core>* connection_;
};

struct read_side {
    template <class Connection> static auto& pump(Connection& owner) noexcept { return owner.receives(); }
};
struct write_side {
    template <class Connection> static auto& pump(Connection& owner) noexcept { return owner.sends(); }
};

template <class Core> using read_call = transfer_handler<Core, read_side>;
template <class Core> using write_call = transfer_handler<Core, write_side>;

}  // namespace uplink::detail
