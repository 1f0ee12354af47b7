#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# strace_faults.sh TEST-PROGRAM: runs hidden cases of injected_connect_test.cpp and injected_transfer_test.cpp while
# strace makes a system call fail. Without strace, or where tracing is not allowed, it says so and exits with 77, which is "skipped".
set -uo pipefail
program=$1
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"  # the leak check traces, and one tracer is the most

if ! strace -qq -o /dev/null true 2>/dev/null; then
    echo "skipped: strace is missing, or may not trace here"
    exit 77
fi

failed=0
uses_io_uring() { grep -q liburing <<<"$(ldd "$program")"; }
uses_epoll() { grep -qa epoll_ctl "$program" && ! uses_io_uring; }  # among the names of its dynamic symbols
# With 32 bits the C library has one system call for all that sockets do.
has_own_calls() { [ "$(od -An -tu1 -j4 -N1 "$program" | tr -d ' ')" = 2 ]; }
run() { # NAME SYSTEM-CALLS ERROR NUMBER [WHEN]
    local fault="$2:error=$3${5:+:when=$5}"
    export UPLINK_INJECTED_ERRNO=$4
    if output=$(strace -f -qq -o /dev/null -e "inject=$fault" "$program" "injected: $1" 2>&1) &&
        grep -q 'All tests passed' <<<"$output"; then
        echo "passed: $1 ($fault)"
    else
        echo "FAILED: $1 ($fault)"
        echo "$output"
        failed=1
    fi
}
# Faults 15, 24, 25, 83 and 10, with the error numbers of Linux.
for error in 'EADDRNOTAVAIL 99' 'ENETDOWN 100' 'EPERM 1' 'EAFNOSUPPORT 97' 'EINTR 4' 'ENOBUFS 105'; do
    run 'the first attempt fails' connect $error 1
    run 'every attempt fails' connect $error
done
# Compiled for Linux, a connect begins with two calls.
if uses_epoll || uses_io_uring; then
    run 'the first attempt fails' connect ENOBUFS 105 2
    run 'every attempt fails' connect ENOBUFS 105 2+2
fi
run 'the first attempt fails' setsockopt ENOMEM 12 1
run 'every attempt fails' setsockopt ENOMEM 12
uses_epoll && run 'every attempt fails' epoll_ctl ENOSPC 28 '2+'
run 'no thread for the lookup of a connect' clone3,clone EAGAIN 11

# Faults 30, 39 and 40, of a connection that is established. strace counts the calls of each thread for itself; the
# test's server, a thread too, sends nothing where a send fails, and goes on where a call is interrupted.
has_own_calls && run 'the first write of a connection fails' sendto ENOBUFS 105 1
has_own_calls && run 'the first write of a connection fails' sendto ENOMEM 12 1
uses_epoll && has_own_calls && run 'a read that bytes have woken finds nothing' recvfrom EAGAIN 11 2
run 'every other system call is interrupted' recvfrom,sendto,sendmsg,epoll_wait,epoll_pwait EINTR 4 1+2
# Faults 83. The first eventfd is the server's
uses_epoll && run 'the event loop cannot be made' epoll_create1 EMFILE 24 1
uses_epoll && run 'the event loop cannot be made' epoll_create1 ENOMEM 12 1
run 'the event loop has to do with less' eventfd2 EMFILE 24 2+
run 'the event loop has to do with less' timerfd_create EMFILE 24
exit "$failed"
