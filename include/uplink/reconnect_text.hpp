// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Status and history of a reconnecting client as text for people: why has it been down for an hour?
#pragma once

#include <uplink/reconnect_options.hpp>

#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {}  // namespace uplink
