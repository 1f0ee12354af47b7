#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# namespace_link.sh TEST-PROGRAM: runs the hidden case of namespace_link_test.cpp in a network namespace of its own, from
# which a cable leads to another one, where its server is. The test takes the cable's near end down, and up again. Without
# the right to make a namespace, or without ip, it says so and exits with 77, which is "skipped".
set -uo pipefail

if [[ ${2:-} != inside ]]; then
    if ! command -v ip >/dev/null || ! command -v nsenter >/dev/null || ! unshare -n true 2>/dev/null; then
        echo "skipped: no right to make a network namespace here (be root), or no ip or nsenter"
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
        ip link add here type veth peer name there && ip link set there netns "$peers_PID" &&
        ip address add 10.9.1.1/24 dev here && ip link set here up &&
        there ip address add 10.9.1.2/24 dev there && there ip link set there up
}
if ! set_up; then
    echo "skipped: the namespaces cannot be furnished"
    exit 77
fi

export UPLINK_PEERS_NAMESPACE=/proc/$peers_PID/ns/net
export UPLINK_LINK_DOWN='ip link set here down' UPLINK_LINK_UP='ip link set here up'
output=$("$1" 'namespaced: a client comes back when its link does' 2>&1)
echo "$output"
grep -q 'All tests passed' <<<"$output"
