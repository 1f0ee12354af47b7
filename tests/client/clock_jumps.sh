#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# clock_jumps.sh TEST-PROGRAM: runs the hidden case of clock_jumps_test.cpp (faults 65) under libfaketime, with a
# system clock that a file sets and a monotonic one that stays as it is. Never touches the machine's clock. Without
# faketime, or where the program does not start under it (some sanitizers), it says so and exits with 77: "skipped".
set -uo pipefail
program=$1
if ! command -v faketime >/dev/null; then
    echo "skipped: no faketime"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export UPLINK_CLOCK_FILE=$folder/clock
export FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 FAKETIME_NO_CACHE=1
export FAKETIME_TIMESTAMP_FILE=$UPLINK_CLOCK_FILE
echo '+0' >"$UPLINK_CLOCK_FILE"
library=$(faketime -f +0 "$BASH" -c 'echo "$LD_PRELOAD"')
under_faketime() { env LD_PRELOAD="$library" "$@"; }
if ! said=$(under_faketime "$program" --help 2>&1) || grep -q 'cannot be preloaded' <<<"$said"; then
    echo "skipped: the program does not start under libfaketime"
    exit 77
fi
if output=$(under_faketime "$program" 'clock jumps*' 2>&1) && grep -q 'All tests passed' <<<"$output"; then
    echo "passed: the system's clock jumps by ten years"
else
    echo "FAILED"
    echo "$output"
    exit 1
fi
