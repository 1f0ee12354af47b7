// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// UPLINK_DECL stands before functions that are compiled once if UPLINK_SEPARATE_COMPILATION is defined for the whole
// program: in the one file that includes <uplink/impl/src.hpp>. Otherwise they are inline.
//
// Of class templates it stands before those functions that a client's handlers reach. Not being inline, they are not
// instantiated, nor is anything behind them, in a file in which `extern template` says that they exist elsewhere. Their
// definitions are visible there all the same, for clients over other streams.
#pragma once

#if defined(UPLINK_SEPARATE_COMPILATION)
#define UPLINK_DECL
#else
#define UPLINK_DECL inline
#endif
