// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The peer that a handshake is made with, as the connect operation tells it to a stream such as TLS. A value.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct handshake_target {
    std::string host{};     ///< the name or the IP literal that the server has to prove, as the user typed it
    std::string service{};  ///< empty for a socket that was handed over: no earlier session is taken up again
    std::string route{};    ///< the proxy in between, without credentials; empty: none
};

}  // namespace uplink::detail
