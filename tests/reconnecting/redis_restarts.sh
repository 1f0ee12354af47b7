#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# redis_restarts.sh PROGRAM: the test program's cases about redis (redis_restarts_test.cpp), which kill a redis-server of
# their own again and again; here it is looked up, and a port is found for it. Exits with 77, a skipped test, if it is not
# installed.
set -euo pipefail
program=$1
redis=$(command -v redis-server) || { echo "skipped: redis-server is not installed"; exit 77; }
source "$(dirname "$0")/../support/real_servers.sh"

start_redis() {
    start "$work/redis.log.$1" 'Ready to accept' "$redis" --port "$2" --bind 127.0.0.1 --save '' --dir "$work"
}
start_with_port start_redis
stop_servers
servers=()
work=$(mktemp -d)
export UPLINK_REDIS=$redis UPLINK_REDIS_PORT=$port UPLINK_REDIS_FOLDER=$work
"$program" "redis: *"
