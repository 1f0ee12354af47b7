// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The state that collects a response in a string.

#include <uplink/detail/support/string_state.hpp>

#include "support/catch.hpp"

#include <uplink/received_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

namespace uplink::tests {

using uplink::detail::string_state;

static_assert(uplink::receive_state<string_state>);

namespace {

/// As reads of at most `read` bytes would; `most` is what the state may hold.
void fill_string(string_state& state, const std::string& bytes, std::size_t read, std::size_t most) {
    while (state.size() != bytes.size()) {
        const auto room = state.prepare(most - state.size());
        REQUIRE(room.size() >= 1);
        REQUIRE(room.size() <= most - state.size());
        const std::size_t n = std::min({room.size(), read, bytes.size() - state.size()});
        std::memcpy(room.data(), bytes.data() + state.size(), n);
        state.commit(n);
    }
}

std::string counted_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t i = 0; i != count; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251 + i / 65521);
    return bytes;
}

}  // namespace

TEST_CASE("a string state gives back what it was given, in reads of any size") {
    for (const std::size_t count : {0U, 1U, 15U, 16U, 4096U, 4097U, 100'000U, 5'000'000U, 9'000'001U}) {
        for (const std::size_t read : {1U << 30, 65'536U, 1000U}) {
            const std::string bytes = counted_bytes(count);
            string_state state;
            fill_string(state, bytes, read, std::size_t{1} << 30);
            CHECK((state.take() == bytes));
            CHECK(state.size() == 0);
        }
    }
}

TEST_CASE("a string state gives its memory away, and makes no copy") {
    const std::string bytes = counted_bytes(1 << 20);
    string_state state;
    fill_string(state, bytes, bytes.size(), std::size_t{1} << 30);
    const auto* const end = static_cast<const char*>(state.prepare(1).data());
    const std::string taken = state.take();
    CHECK(taken.data() + taken.size() == end);
}

TEST_CASE("a string state takes no memory for more than it may ever hold") {
    for (const std::size_t most : {100U, 5000U, 1'000'000U}) {
        const std::string bytes = counted_bytes(most);
        string_state state;
        fill_string(state, bytes, 1000, most);
        CHECK(state.take().capacity() <= most);
    }
}

TEST_CASE("a string state that is cleared begins anew") {
    string_state state;
    fill_string(state, "before", 10, 100);
    state.clear();
    CHECK(state.size() == 0);
    fill_string(state, "after", 10, 100);
    CHECK(state.take() == "after");
}

}  // namespace uplink::tests
