// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The states of data/receive_machine.tsv: how each comes about on a fresh machine.
#pragma once

#include "machine/receive_machine_script.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

struct receive_state {
    std::string_view name;
    std::string_view events;  ///< comma-separated
    std::string_view step{};  ///< the state is in the middle of that step, which the last event led to
    bool reads_now = true;
    bool spins = false;

    receive_script make() const {
        receive_script script(reads_now, spins);
        std::string_view rest = events;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(", "), rest.size());
            const std::string_view event = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 2, rest.size()));
            const std::size_t at = event.find(" to ");  // an event that stops at a step
            if (at != event.npos) script.play(event.substr(0, at), event.substr(at + 4));
            else script.play(event, rest.empty() ? step : std::string_view());
        }
        script.seen();
        return script;
    }
};

inline const std::vector<receive_state>& receive_states() {
    static const std::vector<receive_state> all = {
        // The machine waits, and no read is in flight
        {"idle", ""},
        {"overflow", "start framed, read full, read full, read 1"},
        {"overflow, room", "start framed, read full, read full, read 1, consume"},
        {"overflow, failed", "start framed, read full, read full, read 1, fail"},
        {"overflow, room, failed", "start framed, read full, read full, read 1, consume, fail"},
        {"overflow, room, failed, no reads now", "start framed, read full, read full, read 1, consume, fail",
         "", false},
        {"failed", "fail"},
        {"failed, no reads now", "fail", "", false},
        {"failed by a read", "start framed, read reset"},
        {"refusal kept", "fail, collect to collect, collected 1 refused"},
        {"ended", "start framed, read eof"},
        {"ended, held", "start framed, read 1, read eof"},
        {"ended, failed", "start framed, read eof, fail"},
        {"ended, closing", "discard, read eof"},
        {"awaits write", "start framed, read eof writing"},
        {"awaits write, until end", "start until end, read 1, read eof writing"},
        {"awaits write, no receive", "start framed, read eof writing, stop"},
        {"awaits write, failed", "start framed, read eof writing, fail"},
        {"awaits write, closing", "discard, read eof writing"},
        {"awaits write, closed", "start framed, read eof writing, close"},
        {"closed", "close"},
        // A read is in flight
        {"reading", "start framed"},
        {"reading, held", "start framed, read 1"},
        {"reading until end, held", "start until end, read 1"},
        {"reading, no reads now", "start framed", "", false},
        {"reading, spins", "start framed", "", true, true},
        {"reading, closing", "start framed, discard"},
        {"reading, stopped", "start framed, stop"},
        {"reading, failed", "start framed, fail"},
        {"reading, failed, no reads now", "start framed, fail", "", false},
        {"reading, stopped, failed", "start framed, stop, fail"},
        {"reading, closed", "start framed, close"},
        {"reading, closed, stopped", "start framed, close, stop"},
        {"reading overflow", "start framed, read full, read full"},
        {"reading overflow, stopped", "start framed, read full, read full, stop"},
        {"reading overflow, failed", "start framed, read full, read full, fail"},
        {"reading direct", "start direct"},
        {"reading direct, closing", "start direct, discard"},
        {"reading direct, stopped", "start direct, stop"},
        {"reading direct, failed", "start direct, fail"},
        {"discarding", "discard"},
        {"discarding, failed", "discard, fail"},
        {"discarding, closed", "discard, close"},
        // In the middle of a step
        {"at refill", "start framed, read full, read full, read 1, consume, start framed", "refill"},
        {"at refill, direct", "start framed, read full, read full, read 1, consume, start direct", "refill"},
        {"at refill, failed", "start framed, read full, read full, read 1, consume, fail, start framed",
         "refill"},
        {"at refill, no receive", "start framed, read full, read full, read 1, consume, fail, collect",
         "refill"},
        {"at examine", "start framed", "examine"},
        {"at examine, held", "start framed, read 1", "examine"},
        {"at examine, full", "start framed, read full, read full", "examine"},
        {"at examine, direct", "start direct", "examine"},
        {"at examine, failed", "fail, start framed", "examine"},
        {"at examine, failed, direct", "fail, start direct", "examine"},
        {"at examine, ended", "start framed, read eof, start framed", "examine"},
        {"at examine, awaits write", "start framed, read eof writing, stop, start framed", "examine"},
        {"at examine, stopped", "start framed, stop, read 1", "examine"},
        {"at collect", "fail, start framed", "collect"},
        {"at collect, direct", "fail, start direct", "collect"},
        {"at collect, stopped", "start framed, stop, fail, read aborted", "collect"},
        {"at collect, no receive", "fail, collect", "collect"},
        {"at collect, last room", "start framed, read full, read 1, fail, read aborted", "collect"},
        {"at read_now", "start framed, read full", "read_now"},
        {"at read_now, overflow", "start framed, read full, read full", "read_now"},
        {"at spin", "start framed", "spin", true, true},
        {"at spin, direct", "start direct", "spin", true, true},
        {"at read", "start framed", "read"},
        {"at read, no reads now", "start framed", "read", false},
        {"at read, direct", "start direct", "read"},
        {"at read, overflow", "start framed, read full, read full", "read"},
        {"at read, discard", "discard", "read"},
        {"at check_end", "start framed, read eof", "check_end"},
        {"at check_end, until end", "start until end, read 1, read eof", "check_end"},
        {"at check_end, direct", "start direct, read eof", "check_end"},
        {"at check_end, stopped", "start framed, stop, read eof", "check_end"},
        {"at check_end, failed", "start framed, fail, read eof", "check_end"},
        {"at check_end, discard", "discard, read eof", "check_end"},
        {"at interrupt_write", "start framed, read eof writing", "interrupt_write"},
        {"at complete", "start framed, stop, read aborted", "complete"},
        {"at fail", "start framed, read reset", "fail"},
        {"at fail, direct", "start direct, read reset", "fail"},
        {"at peer_ended", "discard, read eof", "peer_ended"},
    };
    return all;
}

}  // namespace uplink::tests
