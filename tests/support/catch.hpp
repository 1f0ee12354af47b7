// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Catch2, whichever major version is installed: 3.x is preferred, Debian 12's 2.13 works too.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
