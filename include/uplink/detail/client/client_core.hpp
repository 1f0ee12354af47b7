// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The core of a client. It is shared by the client object, which may be destroyed at any moment, and by the
// pending operations, whose completions come later. The core owns the options, the state, the connection and
// the record of the last connect. It also ends operations early: in cancel(), in close(), at the end of
// async_close, and when the client or its context is destroyed. turn.hpp decides when handlers may be called,
// admission.hpp which operations may start.
//
// Threads: everything runs on the client's executor, or is called by the user as if it did.
#pragma once

#include <uplink/detail/client/client_connections.hpp>
#include <uplink/detail/client/close_operation.hpp>
#include <uplink/detail/client/shared_options.hpp>
#include <uplink/detail/connect/connect_operation.hpp>
#include <uplink/detail/connect/connect_record.hpp>
#include <uplink/detail/connection/connection.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/send_operation.hpp>
#include <uplink/detail/support/client_service.hpp>
#include <uplink/detail/support/dead_view.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/support/turn.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/time_limit.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Stream, class State>
class client_core final : public std::enable_shared_from_this<client_core<Stream, State>>,
                          public registered_client {
public:
    using stream_type = Stream;
    using state_type = State;
    using socket_type = socket_of_t<Stream>;
    using executor_type = typename Stream::executor_type;
    using endpoint_type = typename socket_type::endpoint_type;
    using clock_type = clock_of_t<socket_type>;
    using timer_type = timer_of_t<socket_type>;
    using time_point = typename clock_type::time_point;
    using time_limit = basic_time_limit<clock_type>;
    using connection_type = connection<client_core>;
    using connect_operation_type = connect_operation<client_core>;
    using turn_type = turn<client_core, timer_type, time_point>;
    static constexpr bool is_tcp = is_tcp_v<typename endpoint_type::protocol_type>;
    /// Size in bytes of a framed receive whose handler has three pointers.
    static constexpr std::size_t receive_memory_size = 304 + 2 * sizeof(executor_type);

    client_core(const executor_type& executor, layer_options_of_t<Stream>&& layer_options,
                client_options&& options, State&& state);
    ~client_core();

    // --- The turn ---

    struct turn_guard : turn_type::guard {
        explicit turn_guard(client_core& core) noexcept : turn_type::guard(core.turn_) {}
    };

    const executor_type& get_executor() const noexcept { return *executor_; }
    auto& completions() noexcept { return turn_.completions(); }
    auto& deadlines() noexcept { return turn_.deadlines(); }
    time_point now() { return turn_.deadlines().now(); }
    /// The operation's result is final; its handler is called at the end of the turn.
    void deliver(operation_base& operation) noexcept { turn_.completions().push(operation); }
    bool take_other_clients_ran() noexcept { return turn_.take_other_clients_ran(); }
    void finish_turn();
    void finish_call() noexcept;
    template <class Entry> void restart_idle(Entry& entry) noexcept {
        turn_.restart_idle(entry, options().idle_timeout);
    }

    /// Starts the sends that were deferred while completions were pending.
    void resume_deferred() noexcept;

    // --- What the operations and the connection use ---

    const client_options& options() const noexcept { return options_.get(); }
    const layer_options_of_t<Stream>& layer_options() const noexcept { return layer_options_; }
    State& state() noexcept { return state_; }

    void end_view() noexcept;
    auto& receive_memory() noexcept { return receive_memory_; }

    /// A connection has failed; its sender and its receiver have been notified.
    void connection_failed(connection_type& failed, const error_code& ec);
    /// The peer's end has been read: a pending async_close is complete if the write side has ended too.
    void peer_ended(connection_type& ended);
    void finish_close(const error_code& ec);

    std::shared_ptr<connection_type> make_connection(socket_type&& socket);
    void connect_ended(connect_operation_type& operation, std::shared_ptr<connection_type> established);
    /// The report of the last connect is written here.
    connect_record<endpoint_type>& record() noexcept { return record_; }
    client_connections<client_core>& connections() noexcept { return connections_; }
    const client_connections<client_core>& connections() const noexcept { return connections_; }
    connection_type* current() noexcept { return connections_.current(); }

    // --- Early ends, by the user or a deadline ---

    void stop_connect(connect_operation_type& operation) {
        if (connecting_ == &operation) operation.stop();
    }
    void stop_close(close_operation<client_core>& operation) {
        if (closing_ == &operation) finish_close(net::error::operation_aborted);
    }

    void cancel();

    /// Closes immediately. A read or write in flight completes when the transport gives it back; every other
    /// operation gets its result here.
    void close() noexcept;

    /// The client object is gone: a deferred operation that starts from now on is refused.
    void release() noexcept;
    bool is_released() const noexcept { return is_released_; }

    /// The context is being destroyed: every handler is destroyed uncalled, and so is everything that belongs
    /// to the context. The core may live on in a client, in a deferred operation, or in a completion on its
    /// way through another context; it never uses the destroyed context again.
    [[gnu::cold]] void abandon() noexcept override;
    std::shared_ptr<registered_client> keep_alive() noexcept override;

    // --- For initiating functions and the client object ---

    error_code probe() noexcept;
    std::uint64_t id() const noexcept { return id_; }

    /// While a connect is pending, the report shows what has happened so far.
    const basic_connect_report<endpoint_type>& report() const noexcept { return record_.report(); }

    /// Clears the state, as soon as no closed connection can still have a read in the state's memory.
    void clear_state_for_connect();

    bool has_good_options() const noexcept { return has_good_options_; }
    void note_good_options() noexcept { has_good_options_ = true; }
    bool is_receive_pending() const noexcept { return receive_pending_; }
    void receive_accepted() noexcept { receive_pending_ = true; }
    void receive_delivered() noexcept { receive_pending_ = false; }
    bool is_connecting() const noexcept { return connecting_ != nullptr; }
    /// True if the connection can still be used, so that no new connect may start.
    bool is_in_use() const noexcept;
    void connect_accepted(connect_operation_type& operation, asked_for&& asked) noexcept;
    bool is_closing() const noexcept { return closing_ != nullptr; }
    void close_accepted(close_operation<client_core>& operation) noexcept { closing_ = &operation; }

    void close_connection(const error_code* result = nullptr) noexcept;

    // --- For the turn ---

    /// Frees closed connections that the transport has given back.
    void free_retired() noexcept;

    /// Lets the context go if the client object is gone and nothing is left to do. Afterwards the core may be
    /// destroyed on any thread.
    void let_go_if_done() noexcept;

private:
    /// A handler may own the client and close it when it is destroyed: no connection is freed before all
    /// handlers are gone.
    [[gnu::cold]] void abandon_operations() noexcept;

    /// Frees everything that belongs to the context: the timer and the streams.
    void let_go() noexcept;

    std::optional<executor_type> executor_;
    layer_options_of_t<Stream> layer_options_;
    const shared_options options_;
    const std::uint64_t id_ = next_client_id();
    State state_;
    turn_type turn_;
    operation_memory<receive_memory_size> receive_memory_;
    const std::shared_ptr<client_registry> registry_;
    client_connections<client_core> connections_;
    connect_operation_type* connecting_ = nullptr;
    close_operation<client_core>* closing_ = nullptr;
    connect_record<endpoint_type> record_;
    bool is_released_ = false;
    bool receive_pending_ = false;
    bool clear_state_ = false;
    bool has_good_options_ = false;
    bool has_let_go_ = false;    ///< the timer and the streams have been freed
    bool is_abandoned_ = false;  ///< the context is gone
};

}  // namespace uplink::detail

#include <uplink/detail/client/impl/client_core.ipp>
