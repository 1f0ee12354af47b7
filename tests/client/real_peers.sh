#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# real_peers.sh CLIENT: the example client against servers that others have written, over loopback: python3's
# http.server, nginx and redis-server, the latter on a Unix socket too. What is not installed is left out; exits with
# 77, a skipped test, if none is.
set -euo pipefail
client=$1
source "$(dirname "$0")/../support/real_servers.sh"

# same WHAT FILE FILE
same() {
    cmp "$2" "$3" || { echo "FAILED: $1" >&2; exit 1; }
    echo "ok: $1"
}

# The body of a response.
body() { sed '1,/^\r$/d'; }

mkdir "$work/site"
head -c 20000000 /dev/urandom > "$work/site/large"
echo 'hello from the server' > "$work/site/small"
tried=0

# ask PORT REQUEST: half-closes behind it. ask_open: does not, and so ends only because the server does. nginx stops in
# the middle of a large file when its client has half-closed.
ask() { printf "$2" | "$client" 127.0.0.1 "$1"; }
ask_open() { printf "$2" | "$client" --no-half-close 127.0.0.1 "$1"; }

# check_http NAME PORT ASK
check_http() {
    local name=$1 port=$2 ask=$3
    "$ask" "$port" 'GET /small HTTP/1.0\r\n\r\n' | body > "$work/small"
    same "$name: a small file" "$work/small" "$work/site/small"
    "$ask" "$port" 'GET /large HTTP/1.0\r\n\r\n' | body > "$work/large"
    same "$name: a large file" "$work/large" "$work/site/large"
    "$ask" "$port" 'GET /none HTTP/1.0\r\n\r\n' > "$work/none"
    head -n 1 "$work/none" | grep -q ' 404 '
    echo "ok: $name: a file that is not there"
}

if command -v python3 > /dev/null; then
    tried=$((tried + 1))
    start "$work/python.log" 'port ([0-9]+)' python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/site"
    check_http http.server "${BASH_REMATCH[1]}" ask
fi

if command -v nginx > /dev/null; then
    tried=$((tried + 1))
    start_with_port start_nginx "$work/site"
    check_http nginx "$port" ask_open
    # Two requests on one connection, the second asking for its end.
    two='GET /small HTTP/1.1\r\nHost: a\r\n\r\nGET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    ask_open "$port" "$two" | tail -c 20000000 > "$work/large"
    same "nginx: two requests on one connection" "$work/large" "$work/site/large"
fi

start_redis() {
    start "$work/redis.log.$1" 'Ready to accept connections' redis-server --bind 127.0.0.1 --port "$2" --save '' --dir "$work"
}
if command -v redis-server > /dev/null; then
    tried=$((tried + 1))
    start_with_port start_redis
    printf 'PING\r\nQUIT\r\n' | "$client" 127.0.0.1 "$port" > "$work/pong"
    printf '+PONG\r\n+OK\r\n' > "$work/expected"
    same "redis: a ping" "$work/pong" "$work/expected"
    {
        printf 'SET key %s\r\n' "$(head -c 60000 /dev/zero | tr '\0' x)"
        for _ in $(seq 500); do printf 'STRLEN key\r\n'; done
        printf 'QUIT\r\n'
    } | "$client" 127.0.0.1 "$port" > "$work/replies"
    {
        printf '+OK\r\n'
        for _ in $(seq 500); do printf ':60000\r\n'; done
        printf '+OK\r\n'
    } > "$work/expected"
    same "redis: 500 pipelined requests" "$work/replies" "$work/expected"

    # The same without a port.
    start "$work/redis.unix" 'eady to accept connections' redis-server --port 0 --unixsocket "$work/redis.socket" --save '' --dir "$work"
    for option in '' --no-half-close; do
        printf 'PING\r\nQUIT\r\n' | "$client" ${option:+"$option"} "unix:$work/redis.socket" > "$work/pong"
        printf '+PONG\r\n+OK\r\n' > "$work/expected"
        same "redis on a Unix socket: a ping${option:+, $option}" "$work/pong" "$work/expected"
    done
    {
        printf 'SET key %s\r\n' "$(head -c 60000 /dev/zero | tr '\0' x)"
        for _ in $(seq 500); do printf 'GET key\r\n'; done
        printf 'QUIT\r\n'
    } | "$client" --no-half-close "unix:$work/redis.socket" | wc -c > "$work/size"  # redis drops answers at our end
    echo $((5 + 500 * (8 + 60000 + 2) + 5)) > "$work/expected"
    same "redis on a Unix socket: 30 MB in 500 pipelined answers" "$work/size" "$work/expected"
    status=0
    "$client" "unix:$work/missing" < /dev/null 2> "$work/refused" || status=$?
    [ "$status" -eq 5 ] && grep -q 'No such file' "$work/refused"
    echo "ok: a path where nobody is"
fi

[ "$tried" -gt 0 ] || { echo "skipped: none of python3, nginx and redis-server is installed"; exit 77; }
