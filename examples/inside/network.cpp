// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the simulated network, compiled once for all examples.
#include <uplink/testing/src.hpp>
