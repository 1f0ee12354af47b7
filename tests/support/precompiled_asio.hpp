// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of the lower rooms include, precompiled for all of them: they do not use the client, and reading a
// small precompiled file takes less time than a large one.
#pragma once

#include "support/any_executor.hpp"
#include "support/catch.hpp"

#include <uplink/net.hpp>
