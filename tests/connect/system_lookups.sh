#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# system_lookups.sh TEST-PROGRAM: names as an administrator may configure them (/etc/hosts, a search list, scope ids,
# gai.conf), looked up by getent and by a client (the hidden case of system_lookups_test.cpp), printed side by side. A client
# has to try the addresses that `getent -A ahosts` gives, in its order within each family, the first one's family first; if
# it asks for the families apart, those of each in the order in which getaddrinfo gives them for that family alone.
#
# All this in a network namespace with a name server of the test, and a mount namespace with an /etc of its own. Without
# the right to make them, or without ip, python3 or a getent that knows -A, it says so and exits with 77, which is "skipped".
set -uo pipefail
program=$1
here=$(cd "$(dirname "$0")" && pwd)

if [[ ${2:-} != inside ]]; then
    if ! command -v ip >/dev/null || ! command -v python3 >/dev/null || ! getent -A ahosts 127.0.0.1 >/dev/null 2>&1 ||
        ! unshare -nm true 2>/dev/null; then
        echo "skipped: no right to make namespaces here (be root), or no ip, no python3 or no getent -A"
        exit 77
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    WORK=$work unshare -nm "$BASH" "$0" "$program" inside
    exit
fi

etc=$WORK/etc
write_gai() { printf '%s\n' "$@" >/etc/gai.conf; }
set_up() {
    cp -a /etc "$etc" && rm -f "$etc"/{hosts,resolv.conf,nsswitch.conf,gai.conf,host.conf} &&
        mount --bind "$etc" /etc && { [ ! -d /run/nscd ] || mount -t tmpfs none /run/nscd; } &&
        ip link set lo up && ip link add outside type veth peer name nobody &&
        ip link set outside up && ip link set nobody up &&
        ip address add 198.51.100.1/24 dev outside && ip route add default via 198.51.100.2 &&
        ip -6 address add 2001:db8:9::1/64 dev outside nodad && ip -6 address add fe80::9/64 dev outside nodad &&
        ip -6 route add default via 2001:db8:9::2 dev outside &&
        echo 'multi on' >/etc/host.conf && echo 'hosts: files scoped dns' >/etc/nsswitch.conf &&
        printf '%s\n' 'nameserver 127.0.0.1' 'search one.test two.test' >/etc/resolv.conf && write_gai
}
if ! set_up; then
    echo "skipped: the namespaces cannot be furnished"
    exit 77
fi
cat >/etc/hosts <<'END'
127.0.0.1        localhost
203.0.113.9      many.hosts.test
2001:db8:f::9    many.hosts.test
203.0.113.7      many.hosts.test
2001:db8:f::7    many.hosts.test
203.0.113.8      many.hosts.test
203.0.113.1      mock.two.test
fe80::5%outside  scoped.hosts.test
fe80::6          unscoped.hosts.test
END

many=$(printf '203.0.113.%d,' {1..40})
coproc name_server {
    exec python3 "$here/name_server.py" 127.0.0.1 db.two.test=203.0.113.5,2001:db8:f::5,203.0.113.4,2001:db8:f::4 \
        db.two.test.two.test=203.0.113.66 mock.two.test=2001:db8:f::1 link.dns.test=fe80::8,203.0.113.3 \
        long.dns.test="${many}2001:db8:f::2" \
        order.dns.test=2001:db8:a::1,203.0.113.1,2001:db8:b::2,203.0.114.2,2001:db8:a::3,2001:db8:b::4
}
read -r -u "${name_server[0]}" || { echo "FAILED: the name server does not start"; exit 1; }

failed=0
outside=$(ip -o link show outside | cut -d: -f1)
# Of the addresses in the standard input those of one family.
v4() { grep -v : || true; }
v6() { grep : || true; }
family_of() { case $1 in *:*) echo v6 ;; '') echo none ;; *) echo v4 ;; esac; }
# getent writes the number of the interface, a client its name.
asked() { getent -A "$1" "$2" | awk '$2 == "STREAM" { print $1 }' | sed "s/%$outside\$/%outside/"; }
# getent asks for mapped IPv4 addresses too, where there are none of IPv6.
asked_v6() {
    python3 - "$1" <<'END'
import socket
import sys
try:
    for found in socket.getaddrinfo(sys.argv[1], None, socket.AF_INET6, socket.SOCK_STREAM):
        print(found[4][0])
except socket.gaierror:
    pass
END
}
tried() { # NAME [VARIABLE=VALUE]
    env UPLINK_LOOKED_UP_NAME="$1" "${@:2}" "$program" 'namespaced: the addresses of a name are tried' >"$WORK/output" 2>&1
    local status=$?
    sed -n 's/^tried //p' "$WORK/output"
    return $status
}
print() { # TITLE GETENT CLIENT
    printf '%s\n  %-42s %s\n' "$1" getent client
    paste -d '|' <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -12 |
        while IFS='|' read -r left right; do printf '  %-42s %s\n' "$left" "$right"; done
}
fail() {
    echo "FAILED: $1"
    cat "$WORK/output"
    failed=1
}

compare() { # TITLE NAME COUNT: so many addresses, by which the row shows that it means something
    local system client
    system=$(asked ahosts "$2")
    client=$(tried "$2") || fail "the test program, $2"
    print "$1: $2" "$system" "$client"
    [ "$(grep -c . <<<"$system")" = "$3" ] || fail "getent gives other than $3 addresses"
    [ "$(v4 <<<"$system")" = "$(v4 <<<"$client")" ] || fail "the IPv4 addresses differ"
    [ "$(v6 <<<"$system")" = "$(v6 <<<"$client")" ] || fail "the IPv6 addresses differ"
    [ "$(family_of "${system%%$'\n'*}")" = "$(family_of "${client%%$'\n'*}")" ] || fail "the first family differs"
    [ "${4:-}" != alone ] || return 0

    client=$(tried "$2" UPLINK_FAMILIES_APART=1) || fail "the test program, $2, families apart"
    system=$(asked ahostsv4 "$2"; asked_v6 "$2")
    print "$1, families apart: $2" "$system" "$(v4 <<<"$client"; v6 <<<"$client")"
    [ "$(v4 <<<"$system")" = "$(v4 <<<"$client")" ] || fail "the IPv4 addresses differ"
    [ "$(v6 <<<"$system")" = "$(v6 <<<"$client")" ] || fail "the IPv6 addresses differ"
}

compare 'several addresses in /etc/hosts' many.hosts.test 5
# The system asks the name server for IPv6 if /etc/hosts has IPv4 alone, but only if it is asked for IPv6 alone.
compare 'one family in /etc/hosts, the other one with the name server' mock.two.test 1
compare 'a search list' db 4
compare 'a search list, and a name with a dot' db.two.test 4
compare 'no such name' nothing 0
compare 'an answer that needs TCP' long.dns.test 41
compare 'a link-local address of the name server' link.dns.test 2
compare 'a link-local address in /etc/hosts' unscoped.hosts.test 1
compare 'a scope id in /etc/hosts, which the system does not take' scoped.hosts.test 0
compare 'a scope id in the host' fe80::2%outside 1 alone
compiler=$(command -v "${CXX:-c++}" || command -v g++ || command -v clang++-16 || true)
bits() { od -An -tu1 -j4 -N1 "$1" | tr -d ' '; }  # 1 is 32
if [ "$(bits "$program")" != "$(bits "$(command -v getent)")" ]; then
    echo "left out: a scope id of a module of the name service, which getent and the program can't share"
elif [ -n "$compiler" ] && "$compiler" -shared -fPIC -o "$WORK/libnss_scoped.so.2" "$here/scoped_names.cpp"; then
    export LD_LIBRARY_PATH=$WORK${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    # Asked for IPv6 alone glibc loses the scope id.
    compare 'a scope id of a module of the name service' neighbour 1
    [[ $(tried neighbour) = fe80::7%outside ]] || fail "the scope id is lost"
else
    echo "left out: a scope id of a module of the name service, without a compiler"
fi

compare 'no gai.conf' order.dns.test 6
[ "$(family_of "$(tried order.dns.test | head -1)")" = v6 ] || fail "IPv6 is not first"
write_gai 'precedence ::1/128 50' 'precedence ::/0 40' 'precedence ::ffff:0:0/96 100'
compare 'gai.conf prefers IPv4' order.dns.test 6
[ "$(family_of "$(tried order.dns.test | head -1)")" = v4 ] || fail "IPv4 is not first"
write_gai 'precedence ::1/128 50' 'precedence ::/0 40' 'precedence 2001:db8:b::/48 45' 'precedence ::ffff:0:0/96 10' \
    'precedence ::ffff:203.0.114.0/120 20'
compare 'gai.conf prefers some networks' order.dns.test 6
[ "$(tried order.dns.test | v6 | head -1)" = 2001:db8:b::2 ] || fail "the preferred network is not first"
exit "$failed"
