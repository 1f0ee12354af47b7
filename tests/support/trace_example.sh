#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# trace_example.sh PROGRAM: the trace that the example PROGRAM writes is JSON, has what a trace viewer asks of each event,
# and tells of a lookup, attempts, a connect and a connection. Without python3 it is skipped: 77.
set -euo pipefail
command -v python3 > /dev/null || { echo "skipped: python3 is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder/trace.json"
python3 - "$folder/trace.json" << 'END'
import json, sys
with open(sys.argv[1]) as file:
    events = json.load(file)
for event in events:
    assert event["ph"] == "X" and event["dur"] >= 0 and event["ts"] >= 0, event
    assert isinstance(event["pid"], int) and isinstance(event["tid"], int) and event["args"]["result"], event
names = [event["name"] for event in events]
for name in ("lookup", "connect", "connection"):
    assert names.count(name) == 1, names
attempts = [event for event in events if event["tid"] >= 2]
assert attempts and attempts[-1]["args"]["result"] == "ok", attempts
print(len(events), "events:", ", ".join(names))
END
