#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# nginx_exchange.sh PROGRAM: the test program's cases about nginx (nginx_exchange_test.cpp), with a real nginx on
# loopback, as a server of a large file and as a proxy. Exits with 77, a skipped test, if it is not installed.
set -euo pipefail
program=$1
command -v nginx > /dev/null || { echo "skipped: nginx is not installed"; exit 77; }
source "$(dirname "$0")/../support/real_servers.sh"

mkdir "$work/site"
head -c 41943040 /dev/urandom > "$work/site/large"
start_with_port start_nginx "$work/site"
export UPLINK_NGINX_PORT=$port UPLINK_NGINX_FILE=$work/site/large
"$program" "nginx: *"
