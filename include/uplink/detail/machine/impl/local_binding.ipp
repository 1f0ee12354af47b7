// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of local_binding.hpp.
#pragma once

#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL address_family family_of(std::string_view literal) noexcept {
    return literal.find(':') != std::string_view::npos ? address_family::v6 : address_family::v4;
}

UPLINK_DECL address_family family_of(const net::ip::address& address) noexcept {
    return address.is_v4() ? address_family::v4 : address_family::v6;
}

UPLINK_DECL address_family family_to_bind(const connect_options& options) noexcept {
    return options.local_addresses.size() == 1 ? family_of(options.local_addresses.front())
                                               : address_family::any;
}

UPLINK_DECL const std::string* local_address_of(const connect_options& options,
                                                address_family family) noexcept {
    for (const std::string& each : options.local_addresses)
        if (family_of(each) == family) return &each;
    return nullptr;
}

UPLINK_DECL refusal check_local_address(const connect_options& options,
                                        const net::ip::address& remote) noexcept {
    const address_family only = family_to_bind(options);
    if (only == address_family::any || only == family_of(remote)) return {};
    return {net::error::address_family_not_supported, no_local_address};
}

}  // namespace uplink::detail
