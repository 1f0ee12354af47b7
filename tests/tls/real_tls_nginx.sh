#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# real_tls_nginx.sh PROGRAM: the test program's cases about nginx (nginx_tls_test.cpp), with a real nginx on loopback.
# Exits with 77, a skipped test, if it is not installed, or the program openssl, which makes the certificates.
set -euo pipefail
program=$1
for needed in nginx openssl; do
    command -v "$needed" > /dev/null || { echo "skipped: $needed is not installed"; exit 77; }
done
source "$(dirname "$0")/../support/real_servers.sh"
source "$(dirname "$0")/../support/tls_certificates.sh"

mkdir "$work/site"
head -c 41943040 /dev/urandom > "$work/site/large"
echo small > "$work/site/small"
start_with_port start_nginx "$work/site" "ssl_certificate $work/leaf.pem; ssl_certificate_key $work/leaf.key;"
export UPLINK_TLS_PORT=$port
"$program" "nginx over TLS: *"
