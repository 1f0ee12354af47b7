#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# real_tls_python.sh PROGRAM: the test program's cases about Python's ssl module (python_tls_test.cpp), with a server on
# it. Exits with 77, a skipped test, if python3 is not installed, or the program openssl, which makes the certificates.
set -euo pipefail
program=$1
for needed in python3 openssl; do
    command -v "$needed" > /dev/null || { echo "skipped: $needed is not installed"; exit 77; }
done
python3 -c 'import ssl' 2> /dev/null || { echo "skipped: this python3 has no module ssl"; exit 77; }
source "$(dirname "$0")/../support/real_servers.sh"
source "$(dirname "$0")/../support/tls_certificates.sh"

cat > "$work/server.py" << 'END'
import socket, ssl, sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/leaf.pem", sys.argv[1] + "/leaf.key")
listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as peer:
            words = peer.makefile("rb").readline().split()
            peer.sendall(b"x" * int(words[0]))
            if words[1:] == [b"unwrap"]:
                peer.unwrap()
    except OSError as problem:
        print(problem, flush=True)
END
start "$work/python.log" 'port ([0-9]+)' python3 "$work/server.py" "$work"
export UPLINK_TLS_PORT=${BASH_REMATCH[1]}
"$program" "Python over TLS: *"
