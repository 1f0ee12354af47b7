// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/tls/ciphertext.hpp>
#include <uplink/detail/tls/spare_ciphertext.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace uplink::tests {

namespace {

using detail::ciphertext;
using detail::spare_ciphertext;

constexpr std::size_t large = 100'000;

/// The block that a queue leaves behind, if it has had room for so many bytes.
const char* used_and_left(spare_ciphertext& spare, std::size_t size) {
    ciphertext queue(&spare);
    const char* const bytes = queue.prepare(size);
    queue.shrink(detail::kept_ciphertext);
    return bytes;
}

}  // namespace

TEST_CASE("Spare ciphertext: a queue takes the large block that another one has left") {
    spare_ciphertext spare;
    const char* const left = used_and_left(spare, large);
    ciphertext other(&spare);
    CHECK(other.prepare(large) == left);
    CHECK(other.capacity() == large);
}

TEST_CASE("Spare ciphertext: a queue without it keeps to itself") {
    spare_ciphertext spare;
    const char* const left = used_and_left(spare, large);
    ciphertext other;
    CHECK(other.prepare(large) != left);
    other.shrink();
    CHECK(spare.take(1).bytes.get() == left);
    CHECK(spare.take(1).bytes == nullptr);
}

TEST_CASE("Spare ciphertext: a block is used by one queue at a time") {
    spare_ciphertext spare;
    used_and_left(spare, large);
    ciphertext first(&spare), second(&spare);
    CHECK(first.prepare(large) != second.prepare(large));
}

TEST_CASE("Spare ciphertext: a block that is too small is not taken") {
    spare_ciphertext spare;
    const char* const left = used_and_left(spare, large);
    ciphertext other(&spare);
    CHECK(other.prepare(100 * large) != left);
    CHECK(other.capacity() == 100 * large);
}

TEST_CASE("Spare ciphertext: bytes of a queue that grows into such a block stay in order") {
    spare_ciphertext spare;
    used_and_left(spare, large);
    ciphertext queue(&spare);
    queue.append("abc", 3);
    queue.consume(1);
    queue.prepare(large / 2);
    CHECK(queue.view() == "bc");
}

TEST_CASE("Spare ciphertext: a queue goes back to its small block, and allocates none when it waits again") {
    spare_ciphertext spare;
    ciphertext queue(&spare);
    const char* const small = queue.prepare(1'000);
    for (int round = 0; round != 3; ++round) {
        queue.append("abc", 3);
        queue.prepare(large);
        CHECK(queue.view() == "abc");
        queue.consume(3);
        queue.shrink(detail::kept_ciphertext);
        CHECK(queue.capacity() == 1'000);
        CHECK(queue.prepare(1'000) == small);
    }
    queue.prepare(large);
    queue.shrink();
    CHECK(queue.capacity() == 0);
}

TEST_CASE("Spare ciphertext: small blocks and very large ones are not kept, nor more than two") {
    spare_ciphertext spare;
    used_and_left(spare, 1'000);
    used_and_left(spare, 10'000'000);
    CHECK(spare.take(1).bytes == nullptr);
    {
        std::array<ciphertext, 3> queues{ciphertext(&spare), ciphertext(&spare), ciphertext(&spare)};
        for (ciphertext& each : queues) each.prepare(large);
        for (ciphertext& each : queues) each.shrink();
    }
    CHECK(spare.take(large).bytes != nullptr);
    CHECK(spare.take(large).bytes != nullptr);
    CHECK(spare.take(1).bytes == nullptr);
}

TEST_CASE("Spare ciphertext: it belongs to an execution context, and outlives it where a connection does") {
    std::optional<net::io_context> first(std::in_place);
    net::io_context second;
    const std::shared_ptr<spare_ciphertext> spare = detail::spare_ciphertext_of(first->get_executor());
    CHECK(spare == detail::spare_ciphertext_of(net::make_strand(*first)));
    CHECK(spare != detail::spare_ciphertext_of(second.get_executor()));
    const char* const left = used_and_left(*spare, large);
    first.reset();
    CHECK(used_and_left(*spare, large) == left);
}

TEST_CASE("Spare ciphertext: threads use it at once") {
    spare_ciphertext spare;
    std::vector<std::thread> threads;
    for (int i = 0; i != 3; ++i) {
        threads.emplace_back([&spare] {
            for (int j = 0; j != 1'000; ++j) used_and_left(spare, large);
        });
    }
    for (std::thread& each : threads) each.join();
    CHECK(spare.take(large).bytes != nullptr);
}

}  // namespace uplink::tests
