// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Carries out the writes of one connection: collects the bytes, and writes them without waiting or
// asynchronously. The sender owns the writer; the writer owns the state of the asynchronous write and refers
// to the connection and to the send machine.
#pragma once

#include <uplink/detail/connection/transfer_handler.hpp>
#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/machine/send_machine.hpp>
#include <uplink/detail/machine/write_limit_policy.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Connection> class writer {
    using memory_type = transfer_memory<typename Connection::core_type::executor_type>;

public:
    writer(Connection& connection, send_machine& machine) noexcept
        : connection_(connection), machine_(machine) {}

    /// Allocates the state of an asynchronous write; false if there is no memory.
    bool prepare_async() noexcept;
    /// Frees the memory that only a busy queue needs.
    void release() noexcept;
    /// The memory for the write in flight.
    memory_type& memory() noexcept { return async_->memory; }

    /// Writes a send that has not been in the queue. True if the send is complete; else it is in the queue
    /// now.
    bool write_directly(send_item& send);
    void write_now();
    void write();

private:
    /// Allocated at the first asynchronous write, since many connections never need it.
    struct async_state {
        gathered_write gathered;
        memory_type memory;
    };

    std::size_t next_limit() noexcept { return limit_.next(connection_.take_other_clients_ran()); }

    void write_gathered(gathered_write& gathered, bool copies) {
        machine_.prepare_write(gathered, next_limit(), copies);
        error_code ec;
        const std::size_t n = write_gathered_some(gathered, ec);
        machine_.commit_write(ec, n);
    }

    std::size_t write_gathered_some(const gathered_write& gathered, error_code& ec) noexcept {
        return gathered.is_single() ? write_some(*gathered.buffers().begin(), ec)
                                    : write_some(gathered.buffers(), ec);
    }
    template <class Buffers> std::size_t write_some(const Buffers& buffers, error_code& ec) noexcept {
        if constexpr (Connection::can_write_now) {
            try {
                return connection_.stream().write_some(buffers, ec);
            } catch (...) {
                ec = net::error::no_memory;
            }
        }
        return 0;
    }

    Connection& connection_;
    send_machine& machine_;
    write_limit_policy limit_;
    std::unique_ptr<async_state> async_;
};

template <class Connection> UPLINK_DECL bool writer<Connection>::prepare_async() noexcept {
    if (!async_) async_.reset(new (std::nothrow) async_state);
    return async_ != nullptr;
}

template <class Connection> UPLINK_DECL void writer<Connection>::release() noexcept {
    if (async_) async_->gathered.release();
    connection_.release_memory();
}

template <class Connection> UPLINK_DECL bool writer<Connection>::write_directly(send_item& send) {
    const std::size_t most = next_limit();
    error_code ec;
    if (const net::const_buffer all = send.rest(); all.data() != nullptr) {
        const net::const_buffer part = net::buffer(all, most);
        const std::size_t n = write_some(part, ec);
        return machine_.commit_directly(ec, n, part.size());
    }
    gathered_write alone;
    alone.clear(false, most);
    alone.add(send);
    const std::size_t n = write_gathered_some(alone, ec);
    return machine_.commit_directly(ec, n, alone.size());
}

template <class Connection> UPLINK_DECL void writer<Connection>::write_now() {
    if (machine_.has_one_send() || !prepare_async()) {
        gathered_write alone;
        write_gathered(alone, false);
    } else {
        write_gathered(async_->gathered, true);
    }
}

template <class Connection> UPLINK_DECL void writer<Connection>::write() {
    if (!prepare_async()) return machine_.write_not_started();
    machine_.prepare_write(async_->gathered, next_limit());
    try {
        connection_.stream().async_write_some(async_->gathered.buffers(),
                                              write_handler<Connection>(connection_));
    } catch (...) {  // Asio had no memory to start it.
        machine_.write_not_started();
    }
}

}  // namespace uplink::detail
