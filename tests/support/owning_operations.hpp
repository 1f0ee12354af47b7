// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handler that records its completion and owns something, as handlers do that keep their client alive; and the
// operations of a simulated client with it, compiled once in owning_operations.cpp. See recorded_operations.hpp.
#pragma once

#include "support/recorded_operations.hpp"

#include <memory>
#include <utility>

namespace uplink::tests {

/// Gives up what it owns when it is called, and has recorded that, or when it is destroyed.
class owning_recorder : public recorder {
public:
    owning_recorder(completion& to, std::shared_ptr<void> owned) noexcept
        : recorder(to), owned_(std::move(owned)) {}
    template <class... Args> void operator()(const error_code& ec, const Args&... args) {
        recorder::operator()(ec, args...);
        owned_.reset();
    }

private:
    std::shared_ptr<void> owned_;
};
inline owning_recorder record(completion& to, std::shared_ptr<void> owned) noexcept {
    return {to, std::move(owned)};
}

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_HANDLED_OPERATIONS(extern, tests::owning_recorder, simulated_core);

}  // namespace uplink::detail
