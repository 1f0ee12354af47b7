// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The one file that compiles the inside of the clients; see separate_main.cpp.
#include <uplink/impl/src.hpp>
