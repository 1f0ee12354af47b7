// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/support/state_witness.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

struct viewed_state {
    std::string bytes;
    std::string_view view() const { return bytes; }
    std::size_t size() const { return bytes.size(); }
};
/// It does not show its bytes.
struct counting_state {
    std::size_t count = 0;
    std::size_t size() const { return count; }
};

}  // namespace

TEST_CASE("a state witness sees that the user has moved, lengthened or shortened the state") {
    const std::string text(100, 'x');  // longer than what a string holds inside itself
    detail::state_witness witness;
    viewed_state state{text};
    witness.record(state);
    CHECK(witness.is_unchanged(state));
    state.bytes.pop_back();
    CHECK_FALSE(witness.is_unchanged(state));
    witness.record(state);
    CHECK(witness.is_unchanged(state));
    const viewed_state moved{state.bytes};
    CHECK_FALSE(witness.is_unchanged(moved));  // as many bytes, elsewhere
}

TEST_CASE("of a state that does not show its bytes a witness sees the size alone") {
    detail::state_witness witness;
    counting_state state{3};
    witness.record(state);
    CHECK(witness.is_unchanged(counting_state{3}));
    ++state.count;
    CHECK_FALSE(witness.is_unchanged(state));
}

}  // namespace uplink::tests
