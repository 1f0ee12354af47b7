// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// UPLINK_TESTING_DECL stands before the functions of the simulated network that are no templates. They are
// inline, or, if UPLINK_TESTING_SEPARATE_COMPILATION is defined for the whole program, in the one file that
// includes <uplink/testing/src.hpp>.
#pragma once

#if defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#define UPLINK_TESTING_DECL
#else
#define UPLINK_TESTING_DECL inline
#endif
