#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# For scripts to source behind real_servers.sh: makes, in $work, the authorities root.pem and other.pem, and leaf.pem
# with leaf.key, which root has signed for localhost and 127.0.0.1. The tests find the folder in UPLINK_TLS_FOLDER.
make_certificates() {
    local name new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
    for name in root other; do
        openssl req -x509 "${new_key[@]}" -keyout "$work/$name.key" -out "$work/$name.pem" -days 2 -subj "/CN=$name"
    done
    openssl req -new "${new_key[@]}" -keyout "$work/leaf.key" -out "$work/leaf.request" -subj /CN=leaf
    openssl x509 -req -in "$work/leaf.request" -CA "$work/root.pem" -CAkey "$work/root.key" -CAcreateserial -days 2 \
        -extfile <(echo subjectAltName=DNS:localhost,IP:127.0.0.1) -out "$work/leaf.pem"
} 2> /dev/null
make_certificates
export UPLINK_TLS_FOLDER=$work
