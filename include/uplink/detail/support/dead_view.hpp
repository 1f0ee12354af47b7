// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A view that a receive has delivered becomes invalid when the next receive begins. Tests and debug builds
// make a later use of it visible: its bytes are overwritten, if the state can do that. The state owns the
// bytes.
#pragma once

#include <uplink/detail/support/stream_traits.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Stream, class State> void overwrite_dead_view(State& state) noexcept {
    if constexpr (requires { state.overwrite_consumed(); }) {
#if defined(NDEBUG)
        if constexpr (is_for_testing_v<Stream>) state.overwrite_consumed();
#else
        state.overwrite_consumed();
#endif
    }
}

}  // namespace uplink::detail
