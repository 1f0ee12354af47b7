// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The settings and the actions of the connect race, and the failures that say least. Plain values, passed
// between the connect race and its driver.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct race_settings {
    std::chrono::nanoseconds attempt_delay = std::chrono::milliseconds(250);  ///< clamped to 10 ms .. 2 s
    std::chrono::nanoseconds min_gap = std::chrono::milliseconds(10);  ///< between starts without a failure
    std::chrono::nanoseconds resolution_delay = std::chrono::milliseconds(50);
    std::size_t first_family_count = 1;
    std::size_t max_parallel = 64;
    address_family family = address_family::any;    ///< which families are looked up
    address_family preferred = address_family::v6;  ///< the first family if both are looked up: v4 or v6
    /// If one family alone has a local address: that family. Addresses of the other are not tried; its answer
    /// only explains the error.
    address_family to_bind = address_family::any;
    /// Each family is looked up by itself. If not, one answer has both, and the family of its first address
    /// goes first.
    bool families_apart = false;
    /// The resolution delay holds for either family: all addresses are wanted, rather than the first one
    /// soon.
    bool waits_for_both = false;

    /// The family that is tried first.
    address_family first_family() const noexcept {
        return to_bind != address_family::any ? to_bind : preferred;
    }
};

enum class race_action_kind {
    look_up,  ///< ask for the addresses of `family`; answered() is expected
    start,    ///< open a socket for attempt `index` and connect it to endpoint(index)
    close,    ///< attempt `index` has lost: close its socket; its later events are ignored
    wait,     ///< for the next event, or until `until` if that is earlier
    finish,   ///< the race is over: with `error`, or with a winner in the report
};

struct race_action {
    race_action_kind kind = race_action_kind::wait;
    address_family family = address_family::any;                         ///< of look_up
    std::size_t index = 0;                                               ///< of start and close
    std::chrono::nanoseconds until = (std::chrono::nanoseconds::max)();  ///< of wait; max(): no time matters
    error_code error{};                                                  ///< of finish
};

/// Removes the addresses of a family that was not asked for: a resolver of the user may answer more than the
/// question.
template <class Endpoints> void drop_other_family(Endpoints& endpoints, address_family asked) {
    if (asked == address_family::any) return;
    std::erase_if(endpoints, [asked](const auto& each) {
        return each.address().is_v4() != (asked == address_family::v4);
    });
}

/// A failure that says only that this host has no route to the address. If IPv6 is off, Linux reports
/// "address not available" for each IPv6 address. Each error is compared in both forms: with Asio's own
/// category, which does not equal the generic conditions before 1.38, and with the category that a caller's
/// hook may use.
inline bool is_merely_unreachable(const error_code& ec) noexcept {
    return ec == net::error::network_unreachable || ec == generic_errc::network_unreachable ||
           ec == net::error::host_unreachable || ec == generic_errc::host_unreachable ||
           ec == net::error::network_down || ec == generic_errc::network_down ||
           ec == net::error::address_family_not_supported ||
           ec == generic_errc::address_family_not_supported ||
           ec == error_code(EADDRNOTAVAIL, net::error::get_system_category()) ||
           ec == generic_errc::address_not_available;
}

}  // namespace uplink::detail
