#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# Fuzzes each target for some seconds with libFuzzer, ASan and UBSan, and prints how often each was executed:
#   run.sh [SECONDS [TARGET...]]
# New inputs go to a folder of their own, $UPLINK_FUZZ_FOLDER or a temporary one; what fails stays there as
# crash-*. CXX is clang 16 or newer; UPLINK_ASIO_INCLUDE_DIR says where Asio is if not with the system's headers.
set -euo pipefail
seconds=${1:-60}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(framing host_service socks5 http_tunnel proxy_url conversation tls_records)
tests=$(cd "$(dirname "$0")/.." && pwd)
folder=${UPLINK_FUZZ_FOLDER:-$(mktemp -d)}
mkdir -p "$folder"
compiler=${CXX:-clang++-16}
flags=(-std=c++20 -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
       -I"$tests/../include" -I"$tests" ${UPLINK_ASIO_INCLUDE_DIR:+-isystem "$UPLINK_ASIO_INCLUDE_DIR"})
# These sanitizers can't work where the kernel scatters addresses widely.
near=()
setarch -R true 2> /dev/null && near=(setarch -R)

compile() {
    local object=$folder/$(basename "$1" .cpp).$2.o
    shift 2
    [ "$object" -nt "$1" ] || "$compiler" "${flags[@]}" "${@:2}" -c "$1" -o "$object"
    objects+=("$object")
}

status=0
for target in "${targets[@]}"; do
    objects=()
    compile "$target" target "$tests/fuzz/$target.cpp"
    compile "entry_$target" entry "$tests/fuzz/entry.cpp" -DUPLINK_FUZZ_TARGET="$target"
    if [ "$target" = conversation ]; then
        for source in client_run client_run_operations client_run_checks observed_events random_program random_world; do
            compile "$source" support "$tests/support/$source.cpp"
        done
    fi
    libraries=()
    if [ "$target" = tls_records ]; then
        compile certificates support "$tests/tls/certificates.cpp"
        compile certificate_builder support "$tests/tls/certificate_builder.cpp"
        libraries=(-lssl -lcrypto)
    fi
    program=$folder/fuzz_$target
    "$compiler" -fsanitize=fuzzer,address,undefined "${objects[@]}" "${libraries[@]}" -pthread -o "$program"
    mkdir -p "$folder/$target"
    "${near[@]}" "$program" -max_total_time="$seconds" -max_len=512 -timeout=30 -print_final_stats=1 \
        -artifact_prefix="$folder/$target." "$folder/$target" "$tests/fuzz/corpus/$target" > "$folder/$target.log" 2>&1 || status=$?
    executions=$(sed -n 's/^stat::number_of_executed_units: //p' "$folder/$target.log")
    printf '%s: %s executions in %s s, %s\n' "$target" "${executions:-0}" "$seconds" \
        "$([ "$status" = 0 ] && echo 'no failure' || echo "FAILED, see $folder/$target.log")"
    [ "$status" = 0 ] || exit "$status"
done
