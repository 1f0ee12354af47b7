// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The state of a simulated socket, for every type of executor: its attempt, its connection and the ids of its
// pending operations. Operations complete by events, never inside the function that starts them. The socket
// owns the state; events refer to it weakly.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/system/before_connect.hpp>
#include <uplink/testing/detail/connection.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class socket_state final : public operation_owner, public std::enable_shared_from_this<socket_state> {
public:
    using endpoint_type = net::ip::tcp::endpoint;

    explicit socket_state(std::shared_ptr<simulation> network);
    ~socket_state() override;

    simulation& network() const noexcept { return *network_; }
    bool is_open() const noexcept { return connection_ != nullptr; }
    bool is_connected() const noexcept;
    bool is_gone() const noexcept { return is_open() && connection_->is_gone(); }
    const endpoint_type& remote() const { return record().remote; }
    const endpoint_type& local() const { return record().local; }

    error_code open(const endpoint_type& remote, const connect_options& connect,
                    const socket_options& options);

    void start_connect(std::uint64_t id, std::size_t number, const endpoint_type& remote);

    void start_transfer(std::uint64_t id, operation_kind kind, std::size_t number);

    /// A read that does not wait: would_block if there are no bytes. `put` copies from a string_view.
    template <class Put> std::size_t read_now(Put put, error_code& ec) {
        const std::size_t number = network().begin(operation_kind::read, true);
        std::size_t count = 0;
        if (const auto failure = network().faults.failure(number)) {
            ec = *failure;
        } else if (!is_open()) {
            ec = net::error::bad_descriptor;
        } else if (!connection_->can_read()) {
            ec = net::error::would_block;
        } else {
            ec = connection_->read(put, network().transfer_limit(number), count);
        }
        network().faults.end(number, ec, count, network().elapsed());
        return count;
    }

    /// As read_now(), except that the bytes are not consumed. The fault plan does not count it.
    template <class Put> std::size_t peek_now(Put put, error_code& ec) {
        std::size_t count = 0;
        if (!is_open()) {
            ec = net::error::bad_descriptor;
        } else {
            ec = connection_->can_read() ? connection_->peek(put, count) : net::error::would_block;
        }
        return count;
    }

    /// A write that does not wait: would_block if it would have to. `take` returns a string of that many
    /// bytes.
    template <class Take> std::size_t write_now(std::size_t size, Take take, error_code& ec) {
        ec = net::error::would_block;
        if (!network().how.writes_at_once) return 0;
        const std::size_t number = network().begin(operation_kind::write, true);
        std::size_t count = 0;
        if (const auto failure = network().faults.failure(number)) {
            ec = *failure;
        } else if (!is_open()) {
            ec = net::error::bad_descriptor;
        } else if (connection_->can_write()) {
            ec = connection_->write((std::min)(size, network().transfer_limit(number)), take, count);
        }
        network().faults.end(number, ec, count, network().elapsed());
        return count;
    }

    error_code shut_down(net::socket_base::shutdown_type what);

    error_code take_error() noexcept { return is_open() ? connection_->take_error() : error_code(); }
    /// The owner of the socket has changed: the record gets the new owner's options.
    void handed_over(const socket_options& options);

    void cancel();

    void abort(std::uint64_t id) override;

    void close();

private:
    using id_list = std::vector<std::uint64_t>;

    attempt& record() const { return network_->places.attempts[attempt_]; }

    void give_up();

    error_code create(std::size_t number, const endpoint_type& remote, const connect_options& options);

    void finish_connect(clock::duration delay, std::uint64_t id, error_code ec);

    void wake();

    void pump();

    void serve_reads();

    void serve_writes();

    /// Removes the first operation that can complete now and returns its id; 0 if there is none.
    std::uint64_t next_ready(id_list& ids, bool (connection::*is_ready)() const noexcept);

    std::shared_ptr<simulation> network_;
    std::shared_ptr<const behaviour> behaviour_{};
    std::shared_ptr<connection> connection_{};
    std::size_t attempt_ = 0;
    std::uint64_t connecting_ = 0;
    endpoint_type bound_{};
    bool binds_ = false;
    bool awake_ = false;
    id_list others_;
    id_list writes_;
    id_list reads_;
};

std::shared_ptr<socket_state> make_socket_state(std::shared_ptr<simulation> network);

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/socket_state.ipp>
#endif
