#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# namespace_faults.sh TEST-PROGRAM: runs hidden cases of injected_connect_test.cpp and injected_transfer_test.cpp in a
# network namespace of their own, in which addresses have no route, packets are lost, ports are few, or a connection is
# killed. Without the right to make one, or without ip, it says so and exits with 77, which is "skipped". Those that
# lose packets of a connection need nft too.
#
# Packets to 10.9.0.2 and 2001:db8:9::2 leave through one end of a veth pair for a neighbour that does not exist.
set -uo pipefail

if [[ ${2:-} != inside ]]; then
    if ! command -v ip >/dev/null || ! unshare -n true 2>/dev/null; then
        echo "skipped: no right to make a network namespace here (be root), or no ip"
        exit 77
    fi
    exec unshare -n "$BASH" "$0" "$1" inside
fi

set_up() {
    ip link set lo up &&
        ip link add outside type veth peer name nobody &&
        ip address add 10.9.0.1/24 dev outside &&
        ip link set outside up && ip link set nobody up &&
        ip neighbour add 10.9.0.2 lladdr 02:00:00:00:00:99 nud permanent dev outside &&
        ip route add unreachable 198.51.100.1 &&
        ip route add prohibit 198.51.100.2 &&
        ip route add blackhole 198.51.100.3
}
set_up_v6() {
    ip -6 address add 2001:db8:9::1/64 dev outside nodad &&
        ip -6 address add fe80::9/64 dev outside nodad &&
        ip -6 neighbour add 2001:db8:9::2 lladdr 02:00:00:00:00:99 nud permanent dev outside &&
        ip -6 route add default via 2001:db8:9::2 dev outside
}
if ! set_up; then
    echo "skipped: the namespace cannot be furnished"
    exit 77
fi

program=$1
failed=0
run() { # NAME
    if output=$("$program" "namespaced: $1" 2>&1) && grep -q 'All tests passed' <<<"$output"; then
        echo "passed: $1"
    else
        echo "FAILED: $1"
        echo "$output"
        failed=1
    fi
}
# Faults 14, 16, 13, 12 and, at the end, 26.
run 'routes that lead nowhere'
run 'all attempts fail differently'
run 'packets are dropped'
if set_up_v6 2>/dev/null; then
    run "packets of a name's first family are dropped"
    run 'the interface scopes a link-local address'
    run 'a connection to oneself is noticed whatever the scope'
else
    echo "skipped: no IPv6 here"
fi

# Faults 56: `ss -K` takes the port of the server.
export UPLINK_NETWORK_COMMAND='ss -K -H -t dst 127.0.0.1 dport = :'
run 'an administrator kills the connection'
# Faults 54 and 55: from now on nothing arrives here any more.
if command -v nft >/dev/null; then
    rules='add chain ip dark input { type filter hook input priority 0; policy drop; }'
    export UPLINK_NETWORK_COMMAND="nft add table ip dark && nft '$rules'"
    for name in 'the peer falls silent while we send' 'the peer falls silent while nothing is sent'; do
        run "$name"
        nft delete table ip dark
    done
else
    echo "skipped: no nft, to make a peer fall silent"
fi
echo 40000 40003 >/proc/sys/net/ipv4/ip_local_port_range && run 'ports run out'
exit "$failed"
