// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The steps of the receive machine, and the values that its driver passes to it. Plain values.
#pragma once

#include <uplink/detail/support/namespace.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The meaning of an orderly end of the stream for a receive whose bytes are not complete.
enum class end_rule : unsigned char { success, eof, eof_or_truncated };

/// The place into which a read puts its bytes.
enum class read_target : unsigned char { none, state, caller, overflow, discard };

enum class receive_action : unsigned char {
    wait,             ///< nothing until the next event
    refill,           ///< put the overflow byte into the state, then refilled()
    examine,          ///< ask the receive whether its bytes are complete, then examined()
    collect,          ///< read bytes that the system still holds into the state, then collected()
    read_now,         ///< a read into target() that does not wait, then read_done() or not_read()
    spin,             ///< as read_now, again and again until there are bytes or the limits have passed
    read,             ///< an asynchronous read into target(); read_done() when it has come back
    check_end,        ///< ask the system whether the connection still exists, then end_checked()
    interrupt_write,  ///< cancel the write in flight; write_settled() when it has come back
    complete,         ///< the receive has ended with result()
    fail,             ///< failure() is fatal for the whole connection
    peer_ended,       ///< async_close: the peer's orderly end has come
};

}  // namespace uplink::detail
