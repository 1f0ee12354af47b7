// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The named states and events of the table data/send_machine.tsv, and the rule that says which pairs of them cannot
// happen.
#pragma once

#include "machine/send_machine_rig.hpp"

#include <string>
#include <vector>

namespace uplink::tests {

struct send_state {
    const char* name;
    void (*build)(send_rig&);
    bool writes_now = true;
};

struct send_event {
    const char* name;
    bool (*can_happen)(const send_rig&);
    void (*apply)(send_rig&);
};

namespace send_scripts {

using detail::stop_reason;

inline void in_flight(send_rig& rig) {
    rig.takes_now = 0;
    rig.send('a', 10);
    rig.takes_now = send_rig::all;
}
inline void part_sent(send_rig& rig) {
    rig.takes_now = 4;
    rig.send('a', 10);
    rig.takes_now = send_rig::all;
}
inline void two_deferred(send_rig& rig) {
    rig.send('a', 10, true);
    rig.send('b', 5, true);
}
inline void failed(send_rig& rig) { rig.fail(net::error::connection_reset); }
inline void interrupted(send_rig& rig) {
    part_sent(rig);
    rig.stop(*rig.queue.front());
    rig.written(0, net::error::operation_aborted);
}

}  // namespace send_scripts

/// Sends of the states are a and b, a half-close is h.
inline const std::vector<send_state>& send_states() {
    using namespace send_scripts;
    static const std::vector<send_state> states = {
        {"idle", [](send_rig&) {}},
        {"idle, asynchronous only", [](send_rig&) {}, false},
        {"deferred", [](send_rig& rig) { two_deferred(rig); }},
        {"deferred, half-close behind",
         [](send_rig& rig) {
             rig.send('a', 10, true);
             rig.half_close('h', true);
         }},
        {"deferred, drain waits", [](send_rig& rig) { two_deferred(rig), rig.drain(); }},
        {"in flight", in_flight},
        {"in flight, asynchronous only", [](send_rig& rig) { rig.send('a', 10); }, false},
        {"in flight, part had left", part_sent},
        {"in flight, b waits", [](send_rig& rig) { in_flight(rig), rig.send('b', 5); }},
        {"in flight, b deferred", [](send_rig& rig) { in_flight(rig), rig.send('b', 5, true); }},
        {"in flight, both in it",
         [](send_rig& rig) {
             two_deferred(rig);
             rig.takes_now = 0;
             rig.resume_deferred();
             rig.takes_now = send_rig::all;
         }},
        {"in flight, write_some and b in it",
         [](send_rig& rig) {
             rig.send('a', 10, true, detail::send_kind::some);
             rig.send('b', 5, true);
             rig.takes_now = 0;
             rig.resume_deferred();
             rig.takes_now = send_rig::all;
         }},
        {"in flight, half-close behind", [](send_rig& rig) { in_flight(rig), rig.half_close('h'); }},
        {"in flight, drain waits", [](send_rig& rig) { in_flight(rig), rig.drain(); }},
        {"in flight, a cancelled if untouched, b waits",
         [](send_rig& rig) {
             in_flight(rig);
             rig.send('b', 5);
             rig.stop_if_untouched(*rig.queue.front());
         }},
        {"in flight, a timed out, b waits",
         [](send_rig& rig) {
             in_flight(rig);
             rig.send('b', 5);
             rig.stop(*rig.queue.front(), stop_reason::limit);
         }},
        {"in flight, all cancelled", [](send_rig& rig) { in_flight(rig), rig.send('b', 5), rig.stop_all(); }},
        {"in flight, async_close", [](send_rig& rig) { in_flight(rig), rig.close_when_empty(); }},
        {"in flight, failed",
         [](send_rig& rig) { in_flight(rig), rig.send('b', 5), rig.drain(), failed(rig); }},
        {"in flight, closed", [](send_rig& rig) { in_flight(rig), rig.send('b', 5), rig.close(); }},
        {"failed", failed},
        {"interrupted", interrupted},
        {"half-closed", [](send_rig& rig) { rig.half_close('h'); }},
        {"async_close has sent all", [](send_rig& rig) { rig.close_when_empty(); }},
        {"closed", [](send_rig& rig) { rig.close(); }},
    };
    return states;
}

/// The send that an event starts is n.
inline const std::vector<send_event>& send_events() {
    using namespace send_scripts;
    // The client refuses a send behind a half-close or async_close, and everything once it is closed. After a failure
    // or an interruption the second part of an exchange can still come, so a send is tried there too.
    static constexpr auto may_send = [](const send_rig& rig) {
        return !rig.machine.is_ending() && !rig.is_closed;
    };
    // Nothing holds back what the event asks for, so that the answer of the system belongs to it.
    static constexpr auto is_free = [](const send_rig& rig) {
        return !rig.machine.is_write_in_flight() && !rig.machine.failure();
    };
    static constexpr auto writes_at_once = [](const send_rig& rig) {
        return may_send(rig) && is_free(rig) && !rig.machine.is_interrupted();
    };
    static constexpr auto writes_now = [](const send_rig& rig) {
        return rig.writes_now && writes_at_once(rig);
    };
    static constexpr auto may_half_close = [](const send_rig& rig) {
        return !rig.is_closing && !rig.is_closed;
    };
    static constexpr auto shuts_down = [](const send_rig& rig) {
        return may_half_close(rig) && is_free(rig) && !rig.machine.is_interrupted() &&
               !rig.machine.write_side_ended();
    };
    static constexpr auto may_close = [](const send_rig& rig) {
        return !rig.is_closing && !rig.is_closed && !rig.machine.failure();
    };
    // Once the connection is closed, the client does not reach it any more: only its write comes back.
    static constexpr auto is_open = [](const send_rig& rig) { return !rig.is_closed; };
    static constexpr auto is_written = [](const send_rig& rig) { return rig.machine.is_write_in_flight(); };
    static constexpr auto has_send = [](const send_rig& rig) { return !rig.queue.empty() && is_open(rig); };
    static constexpr auto has_two = [](const send_rig& rig) { return rig.queue.size() > 1 && is_open(rig); };
    static constexpr auto is_alive = [](const send_rig& rig) {
        return !rig.is_closed && !rig.machine.failure();
    };

    static const std::vector<send_event> events = {
        {"send", may_send, [](send_rig& rig) { rig.send('n', 5); }},
        {"send, part is taken at once", writes_now,
         [](send_rig& rig) { rig.takes_now = 2, rig.send('n', 5); }},
        {"send, reset at once", writes_now,
         [](send_rig& rig) {
             rig.takes_now = 0;
             rig.now_error = net::error::connection_reset;
             rig.send('n', 5);
         }},
        {"send, its write cannot be started", writes_at_once,
         [](send_rig& rig) { rig.takes_now = 0, rig.can_start_writes = false, rig.send('n', 5); }},
        {"send while completions wait", may_send, [](send_rig& rig) { rig.send('n', 5, true); }},
        {"empty send", may_send, [](send_rig& rig) { rig.send('n', 0); }},
        {"write_some", may_send, [](send_rig& rig) { rig.write_some('n', 5); }},
        {"write_some, part is taken at once", writes_now,
         [](send_rig& rig) { rig.takes_now = 2, rig.write_some('n', 5); }},
        {"half-close", may_half_close, [](send_rig& rig) { rig.half_close('n'); }},
        {"half-close, the socket has been reset", shuts_down,
         [](send_rig& rig) { rig.shut_down_error = net::error::not_connected, rig.half_close('n'); }},
        {"completions have been called", [](const send_rig& rig) { return rig.machine.is_deferred(); },
         [](send_rig& rig) { rig.resume_deferred(); }},
        {"drain", is_alive, [](send_rig& rig) { rig.drain(); }},
        {"drain is cancelled", [](const send_rig& rig) { return rig.drains != 0; },
         [](send_rig& rig) { rig.end_drain(); }},
        {"first is cancelled", has_send, [](send_rig& rig) { rig.stop(*rig.queue.front()); }},
        {"first times out", has_send,
         [](send_rig& rig) { rig.stop(*rig.queue.front(), stop_reason::limit); }},
        {"first is cancelled if untouched", has_send,
         [](send_rig& rig) { rig.stop_if_untouched(*rig.queue.front()); }},
        {"last is cancelled", has_two, [](send_rig& rig) { rig.stop(*rig.queue.back()); }},
        {"last is cancelled if untouched", has_two,
         [](send_rig& rig) { rig.stop_if_untouched(*rig.queue.back()); }},
        {"all are cancelled", is_open, [](send_rig& rig) { rig.stop_all(); }},
        {"the connection fails", is_alive, [](send_rig& rig) { rig.fail(net::error::broken_pipe); }},
        {"close", is_open, [](send_rig& rig) { rig.close(); }},
        {"async_close", may_close, [](send_rig& rig) { rig.close_when_empty(); }},
        {"async_close, the socket has been reset",
         [](const send_rig& rig) {
             return may_close(rig) && is_free(rig) && !rig.machine.write_side_ended();
         },
         [](send_rig& rig) { rig.shut_down_error = net::error::not_connected, rig.close_when_empty(); }},
        {"written whole", is_written, [](send_rig& rig) { rig.written(); }},
        {"written in part", is_written, [](send_rig& rig) { rig.written(3); }},
        {"written up to the middle of b",
         [](const send_rig& rig) {
             return is_written(rig) && rig.queue.size() > 1 && rig.queue[1]->in_write;
         },
         [](send_rig& rig) { rig.written(12); }},
        {"written: would block", is_written, [](send_rig& rig) { rig.written(0, net::error::would_block); }},
        {"write aborted, nothing left", is_written,
         [](send_rig& rig) { rig.written(0, net::error::operation_aborted); }},
        {"write aborted, part left", is_written,
         [](send_rig& rig) { rig.written(3, net::error::operation_aborted); }},
        {"write reset, nothing left", is_written,
         [](send_rig& rig) { rig.written(0, net::error::connection_reset); }},
        {"write reset, all left", is_written,
         [](send_rig& rig) { rig.written(send_rig::all, net::error::connection_reset); }},
    };
    return events;
}

}  // namespace uplink::tests
