#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# proof.sh PROGRAMS TEST-CLIENT [FUZZ-SECONDS]: runs what the project's figures come from, and prints them in one block:
# the fault driver, the random programs, each fuzz target for that long (60 s; needs clang 16 and its fuzzer), and the
# programs of this room at full size (PROGRAMS is the folder that they were built in). Fails if one of them does; goes
# on with the others all the same.
set -uo pipefail
programs=$1
client=$2
fuzz_seconds=${3:-60}
here=$(cd "$(dirname "$0")" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

# show TITLE PATTERN COMMAND...: runs it, and prints those of its lines that match; more, if it fails.
show() {
    local title=$1 pattern=$2 start=$SECONDS
    shift 2
    printf '\n%s\n' "$title"
    if "$@" > "$log" 2>&1; then
        grep -E "$pattern" "$log" | sed 's/^/    /'
    else
        status=1
        printf '    FAILED: %s\n' "$*"
        tail -n 40 "$log" | sed 's/^/    /'
    fi
    printf '    (%d s)\n' $((SECONDS - start))
}

printf 'uplink: the figures of this machine, %s cores, %s\n' "$(nproc)" "$(uname -sr)"
show 'Fault driver: every fault at every step of every scenario' '^fault driver' "$client" '[fault_driver]'
show 'Random programs against the model' '^random programs' "$client" '[random]'
tls=$(dirname "$client")/test_tls
if [ -x "$tls" ]; then
    show 'The same over TLS, two variations' '^(fault driver|random programs)' "$tls" '[.proof],[random]'
    show 'Verdicts of TLS' '^[|]' "$tls" '[verdict]'
else
    printf '\nOver TLS\n    not run: no %s\n' "$tls"
fi
if command -v "${CXX_FUZZ:-clang++-16}" > /dev/null; then
    show "Fuzz targets, $fuzz_seconds s each" 'executions' \
        env CXX="${CXX_FUZZ:-clang++-16}" "$BASH" "$here/../fuzz/run.sh" "$fuzz_seconds"
else
    printf '\nFuzz targets\n    not run: no clang++-16\n'
fi
show 'One big transfer' '^big_transfer' "$programs/big_transfer"
show 'Many clients at once' '^many_clients' "$programs/many_clients"
show 'Many connects and closes' '^many_cycles' "$programs/many_cycles"
[ ! -x "$programs/many_tls_cycles" ] ||
    show 'Many connects and closes over TLS' '^many_tls_cycles' "$programs/many_tls_cycles"
show 'Many lost connections, and a client that comes back' '^many_losses' "$programs/many_losses"
show 'Many threads' '^threads' "$programs/threads"
printf '\n%s\n' "$([ "$status" = 0 ] && echo 'All of it passed.' || echo 'SOMETHING FAILED, see above.')"
exit "$status"
