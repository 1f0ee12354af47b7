// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A view that a receive has delivered is no longer valid when the next receive begins. In tests and debug builds it
// must not look as if it were: its bytes are overwritten, if the state can do that.
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
