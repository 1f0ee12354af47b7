#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# dead_peers.sh TEST-PROGRAM: runs the hidden case of dead_peers_test.cpp in a network namespace of its own, from which two
# cables lead to another one, where its peers are. Without the right to make one, or without ip or nft, it says so and exits
# with 77, which is "skipped".
set -uo pipefail

if [[ ${2:-} != inside ]]; then
    if ! command -v ip >/dev/null || ! command -v nft >/dev/null || ! command -v nsenter >/dev/null ||
        ! unshare -n true 2>/dev/null; then
        echo "skipped: no right to make a network namespace here (be root), or no ip, nft or nsenter"
        exit 77
    fi
    exec unshare -n "$BASH" "$0" "$1" inside
fi

# The other namespace lasts as long as this process, which ends with the script.
coproc peers { exec unshare -n "$BASH" -c 'echo ready; read -r'; }
read -r -u "${peers[0]}" || { echo "skipped: no second namespace"; exit 77; }
there() { nsenter -n -t "$peers_PID" "$@"; }

set_up() {
    ip link set lo up &&
        ip link add here1 type veth peer name there1 && ip link set there1 netns "$peers_PID" &&
        ip link add here2 type veth peer name there2 && ip link set there2 netns "$peers_PID" &&
        ip address add 10.9.1.1/24 dev here1 && ip address add 10.9.2.1/24 dev here2 &&
        ip link set here1 up && ip link set here2 up &&
        there ip link set there1 up && there ip link set there2 up &&
        for address in 10.9.1.2 10.9.1.3 10.9.1.4 10.9.1.5; do
            there ip address add "$address/24" dev there1 || return 1
        done &&
        there ip address add 10.9.2.2/24 dev there2 && there ip address add 10.9.2.3/24 dev there2
}
if ! set_up || ! nft add table ip dark; then
    echo "skipped: the namespaces cannot be furnished"
    exit 77
fi

# Nothing comes from two of the peers any more, and the cable of two others is pulled out at their end.
export UPLINK_PEERS_NAMESPACE=/proc/$peers_PID/ns/net
export UPLINK_NETWORK_COMMAND="nft 'add chain ip dark input { type filter hook input priority 0; }' &&
    nft 'add rule ip dark input ip saddr { 10.9.1.2, 10.9.1.3 } drop' &&
    nsenter -n -t $peers_PID ip link set there2 down"
output=$("$1" 'namespaced: a peer that is dead in any way is noticed by dead_after' 2>&1)
echo "$output"
grep -q 'All tests passed' <<<"$output"
