// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the usual clients, compiled once for all examples.
#include <uplink/impl/src.hpp>
