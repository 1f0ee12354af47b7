// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A scripted client whose state is a test's own type, which calls the test: its inside is compiled once, in
// asking_client.cpp.
#pragma once

#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/received_bytes.hpp>

#include "support/catch.hpp"
#include "support/scripted_stream.hpp"

#include <cstddef>
#include <functional>
#include <string_view>

namespace uplink::tests {

/// Calls `asked` whenever it is to give room, `given` whenever it is given bytes, and gives room for `piece`
/// bytes at most.
struct asking_bytes {
    received_bytes bytes{};
    std::function<void()> asked = [] {};
    std::function<error_code()> given = [] { return error_code(); };
    std::size_t piece = static_cast<std::size_t>(-1);
    int clears = 0;

    auto prepare(std::size_t n) {
        CHECK(n != 0);
        asked();
        return net::buffer(bytes.prepare(n), piece);
    }
    error_code commit(std::size_t n) {
        bytes.commit(n);
        return given();
    }
    void consume(std::size_t n) { bytes.consume(n); }
    void clear() {
        ++clears;
        bytes.clear();
    }
    std::size_t size() const noexcept { return bytes.size(); }
    std::string_view view() const noexcept { return bytes.view(); }
};

using asking_client = scripted_client<asking_bytes>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using asking_core = client_core<tests::scripted_stream<testing::socket>, tests::asking_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, asking_core);

}  // namespace uplink::detail

namespace uplink::tests {

extern template class scripted_client<asking_bytes>;

}  // namespace uplink::tests
