// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The call of socket_options::before_connect, for real sockets and for simulated ones.
#pragma once

#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Calls the user's hook. Its exceptions become codes: the code of a system_error, no_memory for
/// std::bad_alloc, and connection_aborted ("software caused connection abort") for any other.
template <class Endpoint>
error_code call_before_connect(int handle, const Endpoint& endpoint, const socket_options& options) noexcept {
    if (!options.before_connect) return {};
    try {
        return options.before_connect(handle, net::generic::stream_protocol::endpoint(endpoint));
    } catch (const system_error& ex) {
        if (ex.code()) return ex.code();
    } catch (const std::bad_alloc&) {
        return net::error::no_memory;
    } catch (...) {
    }
    return net::error::connection_aborted;
}

}  // namespace uplink::detail
