#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# real_tls_s_server.sh PROGRAM: the test program's cases about `openssl s_server` (s_server_test.cpp), which start it.
# Exits with 77, a skipped test, if the program openssl is not installed.
set -euo pipefail
program=$1
command -v openssl > /dev/null || { echo "skipped: openssl is not installed"; exit 77; }
source "$(dirname "$0")/../support/real_servers.sh"
source "$(dirname "$0")/../support/tls_certificates.sh"

"$program" "s_server: *"
