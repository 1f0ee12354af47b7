// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Whether a client's options allow a connect, before any system call. A function; it refers to the client's
// core.
#pragma once

#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A layer such as TLS checks its own options.
template <class Core>
inline constexpr bool layer_checks_itself = requires(const Core& core, std::string& words) {
    core.layer_options().check(std::string_view(), words);
};
struct no_words {};
/// The memory of a reason; a client without a layer has reasons of static text alone.
template <class Core>
using refusal_words = std::conditional_t<layer_checks_itself<Core>, std::string, no_words>;

/// Checks the client's options, and those of a layer such as TLS with the host that it has to verify; an
/// empty host: a connect to endpoints. The client's options never change, so one successful check of them is
/// enough. `words` keeps the reason of a refusal.
template <class Core>
refusal check_options_of(Core& core, [[maybe_unused]] std::string_view host,
                         [[maybe_unused]] refusal_words<Core>& words) {
    if (!core.has_good_options()) {
        const std::string_view reason = check_options(core.options(), Core::is_tcp);
        if (!reason.empty()) return {net::error::invalid_argument, reason};
        core.note_good_options();
    }
    if constexpr (layer_checks_itself<Core>) {
        if (const error_code ec = core.layer_options().check(host, words)) return {ec, words};
    }
    return {};
}

}  // namespace uplink::detail
