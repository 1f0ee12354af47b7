// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of detached_thread.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/system/detached_thread.hpp>
#include <uplink/detail/system/platform.hpp>

#include <pthread.h>

#include <csignal>
#include <initializer_list>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL int start_detached_thread(void* (*function)(void*), void* argument) noexcept {
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
