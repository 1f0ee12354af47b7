// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the receive machine and its driver say to each other.
#pragma once

#include <uplink/detail/support/namespace.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What an orderly end of the stream means to a receive that does not have what it wants.
enum class end_rule : unsigned char { success, eof, eof_or_truncated };

/// Where a read puts its bytes.
enum class read_target : unsigned char { none, state, caller, overflow, discard };

enum class receive_action : unsigned char {
    wait,             ///< nothing until the next event
    refill,           ///< put the overflow byte into the state, then refilled()
    examine,          ///< ask the receive whether it has what it wants, then examined()
    drain,            ///< read into the state what the system still holds, then drained()
    read_now,         ///< a read into target() that does not wait, then read_done() or not_read()
    spin,             ///< as read_now, again and again until there is something or the limits have passed
    read,             ///< an asynchronous read into target(); read_done() when it has come back
    check_end,        ///< ask the system whether the connection still stands, then end_checked()
    interrupt_write,  ///< cancel the write in flight; write_settled() when it has come back
    complete,         ///< the receive has ended with result()
    fail,             ///< failure() is fatal for the whole connection
    peer_ended,       ///< async_close: the peer's orderly end has come
};

}  // namespace uplink::detail
