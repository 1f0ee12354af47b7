#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# strace_faults.sh TEST-PROGRAM: runs each hidden case of injected_faults_test.cpp while strace makes a system call
# fail. Without strace, or where tracing is not allowed, it says so and exits with 77, which is "skipped".
set -uo pipefail
program=$1
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"  # the leak check traces, and one tracer is the most

if ! strace -qq -o /dev/null true 2>/dev/null; then
    echo "skipped: strace is missing, or may not trace here"
    exit 77
fi

failed=0
uses_io_uring() { grep -q liburing <<<"$(ldd "$program")"; }
uses_epoll() { grep -q epoll_ctl <<<"$(nm -D "$program")" && ! uses_io_uring; }
run() { # NAME INJECTION
    if output=$(strace -f -qq -o /dev/null -e "inject=$2" "$program" "injected: $1" 2>&1) &&
        grep -q 'All tests passed' <<<"$output"; then
        echo "passed: $1 ($2)"
    else
        echo "FAILED: $1 ($2)"
        echo "$output"
        failed=1
    fi
}
# Faults 10, 25, 82, 83 and 22.
run 'no thread for a lookup' 'clone3,clone:error=EAGAIN'
run 'no memory for an option' 'setsockopt:error=ENOMEM'
run 'no descriptor for the second socket' 'socket:error=EMFILE:when=2'
uses_epoll && run 'the reactor cannot watch another socket' 'epoll_ctl:error=ENOSPC'
run 'no right to bind' 'bind:error=EACCES'
exit "$failed"
