// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The size of the next read of ciphertext.

#include <uplink/detail/tls/ciphertext_sizes.hpp>

#include "support/catch.hpp"

#include <cstddef>

namespace uplink::tests {

using detail::ciphertext_read_size;

TEST_CASE(
    "TLS: reads that are filled double up to the most, and those that are not wanted halve down to the least") {
    ciphertext_read_size size;
    CHECK(size.next() == 1024);
    std::size_t expected = 1024;
    for (int i = 0; i != 10; ++i) {
        size.read(size.next());
        expected = expected == ciphertext_read_size::most ? expected : 2 * expected;
        CHECK(size.next() == expected);
    }
    CHECK(size.next() == ciphertext_read_size::most);
    size.read(size.next() / 4);
    CHECK(size.next() == ciphertext_read_size::most);
    size.read(size.next() - 1);
    CHECK(size.next() == ciphertext_read_size::most);
    for (int i = 0; i != 10; ++i) size.read(0);
    CHECK(size.next() == ciphertext_read_size::least);
}

TEST_CASE("TLS: after a read that was filled more is expected, until one was not") {
    ciphertext_read_size size;
    CHECK_FALSE(size.has_more());
    size.read(size.next());
    CHECK(size.has_more());
    size.read(size.next() - 1);
    CHECK_FALSE(size.has_more());
}

}  // namespace uplink::tests
