#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# real_peers.sh CLIENT: the example client against servers that others have written, over loopback: python3's
# http.server, nginx and redis-server. What is not installed is left out; exits with 77, a skipped test, if none is.
set -euo pipefail
client=$1
work=$(mktemp -d)
servers=()
stop_servers() {
    for server in "${servers[@]}"; do kill "$server" 2> /dev/null || true; done
    for server in "${servers[@]}"; do wait "$server" 2> /dev/null || true; done
    rm -rf "$work"
}
trap stop_servers EXIT

# start LOG PATTERN COMMAND...: starts it, and waits until a line of its output matches, which becomes $line. Fails
# if it ends before.
start() {
    local log=$1 pattern=$2
    shift 2
    mkfifo "$log"
    "$@" > "$log" 2>&1 &
    servers+=($!)
    exec {output}< "$log"
    while IFS= read -r -u "$output" line; do
        [[ $line =~ $pattern ]] && { cat <&"$output" > /dev/null & servers+=($!); return 0; }
    done
    return 1
}

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

# ask PORT REQUEST: half-closes behind it. ask_and_wait: does not, and so ends only because the server does. nginx stops
# in the middle of a large file when its client has half-closed.
ask() { printf "$2" | "$client" 127.0.0.1 "$1"; }
mkfifo "$work/held"
exec {held}<> "$work/held"
ask_and_wait() {
    printf "$2" >&"$held"
    "$client" 127.0.0.1 "$1" <&"$held"
}

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

# A server that wants to be told its port gets one that may be taken: then another.
start_with_port() {
    local attempt
    for attempt in 1 2 3 4 5 6 7 8 9; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        "$@" "$attempt" "$port" && return 0
    done
    echo "FAILED: $1 does not start" >&2
    exit 1
}

start_nginx() {
    mkdir -p "$work/nginx"
    cat > "$work/nginx.conf" <<END
daemon off;
master_process off;
pid $work/nginx/pid;
error_log stderr notice;
events {}
http {
    access_log off;
    client_body_temp_path $work/nginx/body;
    proxy_temp_path $work/nginx/proxy;
    fastcgi_temp_path $work/nginx/fastcgi;
    uwsgi_temp_path $work/nginx/uwsgi;
    scgi_temp_path $work/nginx/scgi;
    server { listen 127.0.0.1:$2; root $work/site; }
}
END
    start "$work/nginx.log.$1" 'OS: ' nginx -p "$work/nginx" -e stderr -c "$work/nginx.conf"
}
if command -v nginx > /dev/null; then
    tried=$((tried + 1))
    start_with_port start_nginx
    check_http nginx "$port" ask_and_wait
    # Two requests on one connection, the second asking for its end.
    two='GET /small HTTP/1.1\r\nHost: a\r\n\r\nGET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    ask_and_wait "$port" "$two" | tail -c 20000000 > "$work/large"
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
fi

[ "$tried" -gt 0 ] || { echo "skipped: none of python3, nginx and redis-server is installed"; exit 77; }
