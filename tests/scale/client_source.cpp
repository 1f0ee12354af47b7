// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the usual client, compiled once for the programs of this room.
#include <uplink/impl/src.hpp>
