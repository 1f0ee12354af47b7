#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# For scripts to source: servers that others have written, in a folder $work, stopped and removed when the script ends.
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

# start_with_port START [ARGUMENT...]: a server that wants its port as an argument gets one that may be taken: then
# another. START is called with the number of the attempt, $port and the arguments.
start_with_port() {
    local attempt command=$1
    shift
    for attempt in 1 2 3 4 5 6 7 8 9; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        "$command" "$attempt" "$port" "$@" && return 0
    done
    echo "FAILED: $command does not start" >&2
    exit 1
}

# For start_with_port, with the folder that it serves, and, for TLS, directives that name its certificate and key. What is
# asked for at /to?port=PORT it fetches from that port of the loopback address.
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
    server {
        listen 127.0.0.1:$2${4:+ ssl};
        ${4:-}
        root $3;
        location = /to { proxy_pass http://127.0.0.1:\$arg_port; }
    }
}
END
    start "$work/nginx.log.$1" 'OS: ' nginx -p "$work/nginx" -e stderr -c "$work/nginx.conf"
}
