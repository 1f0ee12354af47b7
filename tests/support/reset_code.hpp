// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The two codes of a connection that the peer has reset.
#pragma once

#include "support/completion.hpp"

namespace uplink::tests {

/// The kernel says broken_pipe or connection_reset, by operation and by what came before. Either is right, so
/// a check expects the one that was seen, and connection_reset where neither was:
///   CHECK(sent == completed(reset_code(sent), 0));
inline error_code reset_code(const completion& seen) {
    const error_code broken_pipe = net::error::broken_pipe;
    return seen.ec == broken_pipe ? broken_pipe : was_reset;
}

}  // namespace uplink::tests
