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

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Returns 0 or the system's error number (EAGAIN: too many threads). The thread blocks all signals, so that
/// the program's signal handlers do not run on it. Signals that a fault in the thread itself raises are not
/// blocked, because blocking them would bypass the program's crash handler.
int start_detached_thread(void* (*function)(void*), void* argument) noexcept;

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/system/impl/detached_thread.ipp>
#endif
