// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The parts of the client's options that a connect uses: the settings of its race, and the family that an
// address must have. Functions only; nothing is owned.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/race_step.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/system/system_lookup.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

refusal check_family(address_family wanted, const net::ip::address& literal);

/// A host that is a literal: its family has to be allowed and, if there are local addresses, to have one.
refusal check_literal(const connect_options& options, const net::ip::address& literal);

race_settings settings_of_race(const connect_options& options) noexcept;

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

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/connect/impl/race_options.ipp>
#endif
