// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The throwing form of a function that takes an error_code&. A function only; nothing is owned.
#pragma once

#include <uplink/error.hpp>

#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What `function(ec)` returns, if anything; an error is thrown as a system_error whose text begins with
/// `name`.
template <class Function> auto checked(const char* name, Function function) {
    error_code ec;
    if constexpr (std::is_void_v<decltype(function(ec))>) {
        function(ec);
        if (ec) throw system_error(ec, name);
    } else {
        auto result = function(ec);
        if (ec) throw system_error(ec, name);
        return result;
    }
}

}  // namespace uplink::detail
