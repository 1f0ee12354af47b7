// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Starts a thread that nobody joins, for work in a system function that cannot be interrupted and can be
// stuck for minutes, so that nothing may wait for it. The thread must own everything that it needs.
//
// It uses pthread_create(3) and not std::thread: a failure to start is a number here and not an exception,
// and the thread is detached from its first instruction on.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/system/platform.hpp>

#include <pthread.h>

#include <csignal>
#include <initializer_list>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Returns 0 or the system's error number (EAGAIN: too many threads). The thread blocks all signals, so that
/// the program's signal handlers do not run on it. Signals that a fault in the thread itself raises are not
/// blocked, because blocking them would bypass the program's crash handler.
inline int start_detached_thread(void* (*function)(void*), void* argument) noexcept {
    pthread_attr_t attributes;
    if (const int error = ::pthread_attr_init(&attributes); error != 0) return error;
    ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);

    sigset_t blocked;
    sigset_t before;
    sigfillset(&blocked);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
        sigdelset(&blocked, fault);
    ::pthread_sigmask(SIG_SETMASK, &blocked, &before);  // a new thread inherits its creator's mask
    pthread_t thread{};
    const int error = ::pthread_create(&thread, &attributes, function, argument);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);

    ::pthread_attr_destroy(&attributes);
    return error;
}

}  // namespace uplink::detail
