// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Records the data and the size of a state when a read into its memory begins. So a debug build can notice
// that the user has changed the state meanwhile, which is not allowed. It does not own the state.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class state_witness {
public:
    template <class State> void record(const State& state) noexcept {
        data_ = data_of(state);
        size_ = state.size();
    }
    template <class State> bool is_unchanged(const State& state) const noexcept {
        return data_ == data_of(state) && size_ == state.size();
    }

private:
    /// The address of the bytes, if the state shows them in one piece.
    template <class State> static const char* data_of(const State& state) noexcept {
        if constexpr (requires { state.view().data(); }) {
            return state.view().data();
        } else {
            return nullptr;
        }
    }

    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace uplink::detail
