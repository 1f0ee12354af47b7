// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What must hold at the end of any run of a reconnecting client, after close() and when nothing happens any more:
// every handler called once; the bytes that each connection was given are whole sends in order, and parts of sends only
// at an end; the bytes that were received are beginnings of what the servers sent, one connection after the other, and
// what is missing is counted; the changes of state are those of the table.
#pragma once

namespace uplink::tests {

class reconnect_run;

/// The network has been run to its end. What does not hold becomes a line in failures().
void check_whole(reconnect_run& run);

}  // namespace uplink::tests
