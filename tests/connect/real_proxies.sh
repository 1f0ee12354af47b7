#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# real_proxies.sh PROGRAM: the test program's cases about real proxies (real_proxies_test.cpp), through dante-server,
# tinyproxy without and with a log-in, and ssh -D, over loopback. What is not installed is left out, and said; exits with
# 77, a skipped test, if none is.
set -euo pipefail
program=$1
source "$(dirname "$0")/../support/real_servers.sh"
PATH=$PATH:/usr/sbin:/sbin
tried=0

# try NAME URL REFUSAL: runs the cases. REFUSAL: what the proxy says of a port that nobody listens on.
try() {
    tried=$((tried + 1))
    echo "through $1"
    UPLINK_PROXY_URL=$2 UPLINK_PROXY_REFUSAL=$3 "$program" "real proxy: *"
}
lacks() { echo "left out: $1 is not installed"; }

start_dante() {
    cat > "$work/dante.conf" <<END
logoutput: stderr
internal: 127.0.0.1 port = $2
external: 127.0.0.1
clientmethod: none
socksmethod: none
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 protocol: tcp }
END
    start "$work/dante.log.$1" ' running' "$dante" -f "$work/dante.conf" -p "$work/dante.pid" -N 1
}
dante=$(command -v danted || command -v sockd || true)
if [ -n "$dante" ]; then
    start_with_port start_dante
    try dante-server "socks5h://127.0.0.1:$port" connection_refused
else
    lacks dante-server
fi

# The third argument is a line of the configuration.
start_tinyproxy() {
    printf 'Port %s\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nLogLevel Info\n%s\n' "$2" "$3" > "$work/tinyproxy.conf"
    start "$work/tinyproxy.log.${#3}.$1" 'Accepting connections|Starting main loop' tinyproxy -d -c "$work/tinyproxy.conf"
}
if command -v tinyproxy > /dev/null; then
    start_with_port start_tinyproxy ''
    try tinyproxy "http://127.0.0.1:$port" http_status
    start_with_port start_tinyproxy 'BasicAuth the-user the-secret'
    try 'tinyproxy with a log-in' "http://the-user:the-secret@127.0.0.1:$port" http_status
else
    lacks tinyproxy
fi

# If the server is not there, ssh ends the connection without a reply.
start_sshd() {
    cat > "$work/sshd.conf" <<END
ListenAddress 127.0.0.1
Port $2
HostKey $work/host_key
AuthorizedKeysFile $work/user_key.pub
PidFile none
StrictModes no
UsePAM no
END
    start "$work/sshd.log.$1" 'Server listening' "$(command -v sshd)" -D -e -f "$work/sshd.conf"
}
start_ssh() {
    start "$work/ssh.log.$1" 'Local forwarding listening|Entering interactive session' \
        ssh -v -N -D "127.0.0.1:$2" -p "$sshd_port" -i "$work/user_key" -F none -o IdentitiesOnly=yes \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ExitOnForwardFailure=yes -o BatchMode=yes 127.0.0.1
}
if command -v sshd > /dev/null && command -v ssh > /dev/null && command -v ssh-keygen > /dev/null; then
    [ "$(id -u)" != 0 ] || mkdir -p /run/sshd  # as the service does
    ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
    ssh-keygen -q -t ed25519 -N '' -f "$work/user_key"
    start_with_port start_sshd
    sshd_port=$port
    start_with_port start_ssh
    try 'ssh -D' "socks5h://127.0.0.1:$port" end
else
    lacks openssh-server
fi

[ "$tried" -gt 0 ] || { echo "skipped: none of dante-server, tinyproxy and openssh-server is installed"; exit 77; }
