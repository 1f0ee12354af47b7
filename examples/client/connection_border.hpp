// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where the bytes of one connection end, and those of the next begin, for who receives piece by piece from a
// reconnecting_client that does not read ahead. Both the receive that is pending and the state tell of a loss, in any
// order; a receive that had ended with bytes just before the loss tells nothing, and then only the state does.
#pragma once

#include <utility>

namespace tool {

class connection_border {
public:
    void receive_began() { is_receiving_ = true; }
    bool is_receiving() const { return is_receiving_; }
    /// True: what this receive gave was the last of its connection.
    bool receive_ended(bool with_error) {
        is_receiving_ = false;
        const bool was_lost = std::exchange(is_lost_, false);
        if (with_error) is_told_ = !was_lost;
        return with_error || was_lost;
    }
    /// The state says that the connection is lost. True: nothing more of it comes.
    bool state_lost() {
        if (std::exchange(is_told_, false)) return false;
        is_lost_ = is_receiving_;
        return !is_lost_;
    }

private:
    bool is_receiving_ = false;
    bool is_told_ = false;  // by the receive, before the state was
    bool is_lost_ = false;  // the state was, before the receive
};

}  // namespace tool
