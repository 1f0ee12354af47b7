// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What nearly every test includes, precompiled for all of them; test files include what they use all the same.
#pragma once

#include "support/catch.hpp"
#include "support/instantiations.hpp"
#include "support/reconnect_instantiations.hpp"
#include "support/recorded_operations.hpp"

#include <uplink.hpp>
#include <uplink/testing/network.hpp>
