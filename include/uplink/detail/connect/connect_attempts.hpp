// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The attempts of one connect: opens the socket of each, starts its connect, and determines the result. The
// connect operation owns this object and decides, with the race, when an attempt starts and what its result
// means.
//
// Each attempt that has been started completes once, through attempt_handler, also after its socket has been
// closed. An attempt that waits for room in a backlog completes only if it is still open.
#pragma once

#include <uplink/detail/connect/attempt_handler.hpp>
#include <uplink/detail/connect/attempt_sockets.hpp>
#include <uplink/detail/connect/backlog_waits.hpp>
#include <uplink/detail/connect/handed_socket.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/refused_attempts.hpp>
#include <uplink/detail/system/start_connect.hpp>
#include <uplink/detail/system/take_over.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// An attempt has completed.
struct attempt_ended {
    std::size_t index;
    bool has_result = false;  ///< the result is final: the system is not asked for it
};

/// `Operation` is the connect operation, which child_ended(attempt_ended, error_code) notifies.
template <class Core, class Operation> class connect_attempts {
    using socket_type = typename Core::socket_type;
    using endpoint_type = typename Core::endpoint_type;
    static constexpr bool can_wait = meets_full_backlogs<socket_type>;
    using waits_type =
        std::conditional_t<can_wait, backlog_waits<Core, Operation, connect_attempts>, no_backlog_waits>;

public:
    connect_attempts() noexcept : waits_(*this) {}

    /// Called before the first attempt. Throws std::bad_alloc.
    void make_room(std::pmr::memory_resource& memory) { sockets_.emplace(memory); }
    /// Called before the memory is destroyed.
    void release_memory() noexcept { sockets_.reset(); }

    bool are_pending() const noexcept { return pending_ != 0; }
    /// A result has been posted to the event loop, and has not been processed yet.
    bool has_posted_result() const noexcept { return posted_ != 0; }
    bool is_open(std::size_t index) noexcept { return sockets_->is_open(index); }
    socket_type& socket(std::size_t index) noexcept { return (*sockets_)[index]; }
    const refused_attempts& refused() const noexcept { return refused_; }
    void close(std::size_t index) noexcept {
        sockets_->close(index);
        if constexpr (can_wait) waits_.remove(index);
    }
    /// The same for a socket on which the proxy was asked; its read or write may be in flight.
    void close(std::size_t index, bool is_in_flight) noexcept {
        sockets_->set_in_flight(index, is_in_flight);
        close(index);
    }

    /// If this returns an error, the attempt could not be started and does not complete.
    error_code start(Operation& operation, std::size_t index, const endpoint_type& endpoint) {
        Core& core = *operation.core;
        refusal why;
        try {
            socket_type& socket = sockets_->open(index, core.get_executor(), endpoint, core.options(), why);
            if (!why) {
                connect(operation, index, socket, endpoint);
                return {};
            }
        } catch (...) {
            why = {net::error::no_memory};
        }
        return refuse(index, why);
    }
    /// The same for an attempt that is a socket which is connected already. Its result is posted.
    error_code take_over(Operation& operation, std::size_t index, handed_socket<Core>&& given) {
        refusal why{given.known.broken};
        try {
            if (!why) {
                socket_type& socket = sockets_->make(index, operation.core->get_executor());
                why = detail::take_over(socket, std::move(given.socket), given.known.peer,
                                        operation.core->options().socket);
            }
            if (!why) {
                post_result(operation, index, {});
                return {};
            }
        } catch (...) {
            why = {net::error::no_memory};
        }
        return refuse(index, why);
    }

    /// Called by backlog_waits.
    void connect_again(Operation& operation, std::size_t index) requires can_wait {
        if (!is_open(index)) return;
        error_code ec =
            start_connect(socket(index), operation.core->record().report().attempts[index].endpoint);
        try {
            if (ec == net::error::would_block) return waits_.add(operation, index);
        } catch (...) {
            ec = net::error::no_memory;
        }
        ++pending_;
        ++posted_;
        operation.child_ended(attempt_ended{index, true}, ec);
    }

    /// Called first when an attempt has completed.
    void completed(const attempt_ended& event) noexcept {
        --pending_;
        if (event.has_result) --posted_;
        else sockets_->set_in_flight(event.index, false);
    }
    /// The result of an attempt that has completed with `ec` and whose socket is still open. `remote` is the
    /// requested endpoint, and becomes the endpoint that the socket is connected to. in_progress: the attempt
    /// still connects, and completes again.
    error_code result(Operation& operation, const attempt_ended& event, error_code ec,
                      endpoint_type& remote) {
        if constexpr (connects_at_once<socket_type>) {
            if (!ec && !event.has_result) ec = poll_connect(socket(event.index), remote);
            if (ec == net::error::in_progress) ec = wait_again(operation, event.index);
        }
        return ec ? ec : sockets_->check_connected(event.index, remote);
    }

private:
    template <class Handler = attempt_handler<Core, Operation, attempt_ended>>
    Handler handler(Operation& operation, std::size_t index) {
        return Handler(operation, attempt_ended{index});
    }

    /// A result that is known immediately is processed in a later turn of the event loop nevertheless: until
    /// then the connect can be cancelled, as any other can.
    void connect(Operation& operation, std::size_t index, socket_type& socket,
                 const endpoint_type& endpoint) {
        if constexpr (connects_at_once<socket_type>) {
            const error_code ec = start_connect(socket, endpoint);
            if (ec == net::error::in_progress) {
                socket.async_wait(socket_type::wait_write, handler(operation, index));
                note_in_flight(index);
            } else {
                post_result(operation, index, ec);
            }
        } else if constexpr (can_wait) {
            const error_code ec = start_connect(socket, endpoint);
            if (ec == net::error::would_block) waits_.add(operation, index);
            else post_result(operation, index, ec);
        } else {
            socket.async_connect(endpoint, handler(operation, index));
            note_in_flight(index);
        }
    }
    void note_in_flight(std::size_t index) noexcept {
        sockets_->set_in_flight(index, true);
        ++pending_;
    }
    void post_result(Operation& operation, std::size_t index, const error_code& ec) {
        using posted_result = posted_attempt_handler<Core, Operation, attempt_ended>;
        net::post(operation.core->get_executor(), posted_result(operation, attempt_ended{index, true}, ec));
        ++posted_;
        ++pending_;
    }
    error_code refuse(std::size_t index, const refusal& why) noexcept {
        close(index);
        refused_.add(index, why);
        return why.error;
    }

    error_code wait_again(Operation& operation, std::size_t index) requires connects_at_once<socket_type> {
        try {
            socket(index).async_wait(socket_type::wait_write, handler(operation, index));
        } catch (...) {
            return net::error::no_memory;
        }
        note_in_flight(index);
        return net::error::in_progress;
    }

    std::optional<attempt_sockets<socket_type>> sockets_;
    refused_attempts refused_{};
    std::size_t pending_ = 0;
    std::size_t posted_ = 0;  ///< how many of the pending ones have a result that is known
    [[no_unique_address]] waits_type waits_;
};

}  // namespace uplink::detail
