// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The version of the library, for the preprocessor. This header includes nothing.
#pragma once

/// 10000 x major + 100 x minor + patch.
#define UPLINK_VERSION 200
/// As text: "major.minor.patch".
#define UPLINK_VERSION_STRING "0.2.0"
