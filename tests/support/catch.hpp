// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Catch2, whichever major version is installed: 3.x is preferred, Debian 12's 2.13 works too. An exception in the
// expression of a check ends its test case, which takes a tenth less time to compile than to go on after it.
#pragma once

#if !defined(CATCH_CONFIG_FAST_COMPILE)
#define CATCH_CONFIG_FAST_COMPILE
#endif

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
