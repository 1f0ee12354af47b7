// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A socket that was handed over to a connect, with what is known of it. A value, which owns the socket.
#pragma once

#include <uplink/net.hpp>

#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> struct handed_socket {
    struct facts {
        typename Core::endpoint_type peer{};
        error_code broken{};  ///< it has failed since it was connected
        std::string host{};   ///< what a handshake verifies
    };

    typename Core::socket_type socket;
    facts known;
};

}  // namespace uplink::detail
