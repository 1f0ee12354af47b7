// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What connect_options::local_addresses decides: which families can be tried, and which address an attempt is
// bound to. The options have passed check_options(). Pure functions; nothing is owned.
#pragma once

#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The family of an IP literal. A scope id is not looked at, since finding its interface is a system call.
address_family family_of(std::string_view literal) noexcept;
address_family family_of(const net::ip::address& address) noexcept;

/// The only family that has a local address, and so the only one that can be tried; any: both can.
address_family family_to_bind(const connect_options& options) noexcept;

/// The local address of a family; null: there is none.
const std::string* local_address_of(const connect_options& options, address_family family) noexcept;

inline constexpr std::string_view no_local_address =
    "connect.local_addresses has no address of a family that could be tried";

/// Whether this address, of the host or of the proxy, can be tried.
refusal check_local_address(const connect_options& options, const net::ip::address& remote) noexcept;

/// Removes the addresses that cannot be tried because only `family` has a local address. Returns
/// address_family_not_supported if there were some, and none is left.
template <class Endpoint>
error_code keep_family_to_bind(std::vector<Endpoint>& endpoints, address_family family) {
    if constexpr (requires(const Endpoint& endpoint) { endpoint.address().is_v4(); }) {
        if (family == address_family::any || endpoints.empty()) return {};
        std::erase_if(endpoints,
                      [family](const Endpoint& each) { return family_of(each.address()) != family; });
        if (endpoints.empty()) return net::error::address_family_not_supported;
    }
    return {};
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/local_binding.ipp>
#endif
