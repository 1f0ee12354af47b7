// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The steps that the send machine asks of its driver. Plain values.
#pragma once

#include <uplink/detail/machine/send_item.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class send_action : unsigned char {
    wait,             ///< do nothing until the next event
    complete,         ///< `item` has ended: call its on_result()
    complete_drains,  ///< complete every pending async_drain, with failure()
    write_now,        ///< prepare_write(), a write that does not wait, commit_write()
    write,            ///< prepare_write(), an asynchronous write; commit_write() when it has come back
    shut_down,        ///< end the write side of the socket, then shut_down_done()
    fail,             ///< failure() is fatal for the whole connection
    finish_closing,   ///< async_close: everything is sent and the write side has ended
};

struct send_step {
    send_action action = send_action::wait;
    send_item* item = nullptr;

    friend bool operator==(const send_step&, const send_step&) = default;
};

}  // namespace uplink::detail
