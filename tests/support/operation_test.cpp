// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The memory of a handler, as a resource for what its operation needs besides (promise 5). What becomes of handlers and
// their slots is in connection/operation_handlers_test.cpp.

#include <uplink/detail/support/operation.hpp>

#include "support/catch.hpp"
#include "support/counted_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <memory_resource>
#include <new>

namespace uplink::tests {

TEST_CASE("the memory of a handler serves what the operation needs besides, of any size") {
    memory_account account;
    {
        detail::allocator_resource<counted_memory<char>> resource{counted_memory<char>(account)};
        for (const std::size_t size : {1u, 15u, 16u, 17u, 31u, 100u, 4097u}) {
            auto* memory = static_cast<char*>(resource.allocate(size));
            std::fill_n(memory, size, 'x');  // the sanitizers see where this goes
            CHECK(account.live == 1);
            resource.deallocate(memory, size);
        }
        CHECK_THROWS_AS(resource.allocate(1, 2 * alignof(std::max_align_t)), std::bad_alloc);
        CHECK(resource.is_equal(resource));
        const detail::allocator_resource<counted_memory<char>> other{counted_memory<char>(account)};
        CHECK_FALSE(resource.is_equal(other));
    }
    CHECK(account.live == 0);
}

}  // namespace uplink::tests
