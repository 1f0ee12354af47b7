// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Catch2 2.13 is compiled here, once; Catch2 3 brings its main in a library.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
