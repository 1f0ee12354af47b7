// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The parts of the client's options that a connect uses: the settings of its race, and the family that an
// address must have. Functions only; nothing is owned.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/machine/race_step.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/system/system_lookup.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline refusal check_family(address_family wanted, const net::ip::address& literal) {
    const error_code other = net::error::address_family_not_supported;
    if (wanted == address_family::v4 && !literal.is_v4())
        return {other, "host is an IPv6 address, and connect.family is v4"};
    if (wanted == address_family::v6 && !literal.is_v6())
        return {other, "host is an IPv4 address, and connect.family is v6"};
    return {};
}

/// A host that is a literal: its family has to be allowed and, if there are local addresses, to have one.
inline refusal check_literal(const connect_options& options, const net::ip::address& literal) {
    const refusal why = check_family(options.family, literal);
    return why ? why : check_local_address(options, literal);
}

inline race_settings settings_of_race(const connect_options& options) noexcept {
    race_settings settings;
    settings.attempt_delay = options.attempt_delay;
    settings.resolution_delay = options.resolution_delay;
    settings.first_family_count = options.first_family_count;
    settings.max_parallel = options.max_parallel_attempts;
    settings.family = options.family;
    settings.to_bind = family_to_bind(options);
    return settings;
}

/// The family that is raced first, chosen by the system or by the simulated network.
template <class Socket, class Executor> address_family preferred_family(const Executor& executor) {
    if constexpr (requires { Socket::preferred_family(executor); }) {
        return Socket::preferred_family(executor);
    } else {
        return system_preferred_family();
    }
}

/// The settings of the race to a target that may have to be looked up. `apart`: a lookup asks each family by
/// itself.
template <class Core> race_settings settings_of_race(Core& core, const connect_target& target, bool apart) {
    race_settings settings = settings_of_race(core.options().connect);
    if (target.need == lookup_need::nothing) return settings;
    if (target.literal) settings.family = target.literal->is_v4() ? address_family::v4 : address_family::v6;
    settings.families_apart = apart && settings.family == address_family::any;
    if (settings.families_apart)
        settings.preferred = preferred_family<typename Core::socket_type>(core.get_executor());
    return settings;
}

}  // namespace uplink::detail
