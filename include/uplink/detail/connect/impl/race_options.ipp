// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of race_options.hpp.
#pragma once

#include <uplink/detail/connect/race_options.hpp>
#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/machine/race_step.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL refusal check_family(address_family wanted, const net::ip::address& literal) {
    const error_code other = net::error::address_family_not_supported;
    if (wanted == address_family::v4 && !literal.is_v4())
        return {other, "host is an IPv6 address, and connect.family is v4"};
    if (wanted == address_family::v6 && !literal.is_v6())
        return {other, "host is an IPv4 address, and connect.family is v6"};
    return {};
}

UPLINK_DECL refusal check_literal(const connect_options& options, const net::ip::address& literal) {
    const refusal why = check_family(options.family, literal);
    return why ? why : check_local_address(options, literal);
}

UPLINK_DECL race_settings settings_of_race(const connect_options& options) noexcept {
    race_settings settings;
    settings.attempt_delay = options.attempt_delay;
    settings.resolution_delay = options.resolution_delay;
    settings.first_family_count = options.first_family_count;
    settings.max_parallel = options.max_parallel_attempts;
    settings.family = options.family;
    settings.to_bind = family_to_bind(options);
    return settings;
}

}  // namespace uplink::detail
