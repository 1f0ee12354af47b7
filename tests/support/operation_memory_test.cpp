// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The block of memory for one operation at a time, and the allocator that goes elsewhere if the block does
// not serve.
#include <uplink/detail/support/operation_memory.hpp>

#include "support/catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>

namespace uplink::tests {

namespace {

using uplink::detail::operation_allocator;
using uplink::detail::operation_memory;

constexpr std::size_t size = 64;
constexpr std::size_t most_aligned = alignof(std::max_align_t);
using memory = operation_memory<size>;
using allocator = operation_allocator<char, size>;

static_assert(!std::is_copy_constructible_v<memory> && !std::is_copy_assignable_v<memory>);
static_assert(
    std::is_same_v<std::allocator_traits<allocator>::rebind_alloc<int>, operation_allocator<int, size>>);

/// Whether the block is free; it is as it was afterwards.
bool is_free(memory& of) {
    void* const block = of.take(1, 1);
    return block != nullptr && of.give_back(block);
}

}  // namespace

TEST_CASE("the block is for one operation at a time, and for the next once it has been given back") {
    memory block;
    void* const taken = block.take(size, most_aligned);
    REQUIRE(taken != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(taken) % most_aligned == 0);
    CHECK(block.take(1, 1) == nullptr);
    CHECK(block.give_back(taken));
    CHECK(block.take(1, 1) == taken);
}

TEST_CASE(
    "an operation that is too large or too strictly aligned does not get the block, and leaves it free") {
    memory block;
    CHECK(block.take(size + 1, 1) == nullptr);
    CHECK(block.take(1, 2 * most_aligned) == nullptr);
    CHECK(is_free(block));
    CHECK(block.take(size, most_aligned) != nullptr);
}

TEST_CASE("memory from elsewhere is not taken back, and the block stays in use") {
    memory block;
    char elsewhere = 0;
    CHECK_FALSE(block.give_back(nullptr));
    void* const taken = block.take(1, 1);
    CHECK_FALSE(block.give_back(&elsewhere));
    CHECK_FALSE(block.give_back(static_cast<char*>(taken) + 1));
    CHECK_FALSE(is_free(block));
}

TEST_CASE("of several threads one alone has the block at any moment") {
    memory block;
    std::atomic<int> holders{0};
    std::atomic<int> threads{0};
    std::atomic<bool> were_two{false};
    const auto take_often = [&] {
        ++threads;
        while (threads != 2) std::this_thread::yield();
        for (int i = 0; i != 100'000; ++i) {
            void* const taken = block.take(size, 1);
            if (taken == nullptr) continue;
            if (++holders != 1) were_two = true;
            --holders;
            block.give_back(taken);
        }
    };
    std::thread other(take_often);
    take_often();
    other.join();
    CHECK_FALSE(were_two);
    CHECK(is_free(block));
}

TEST_CASE("the allocator takes the block, and gives it back") {
    memory block;
    allocator from(block);
    CHECK(from.memory() == &block);
    char* const taken = from.allocate(size);
    CHECK_FALSE(is_free(block));
    from.deallocate(taken, size);
    CHECK(is_free(block));
    CHECK(from.allocate(1) == taken);
}

TEST_CASE("the allocator goes elsewhere for what is too large, and while the block is in use") {
    memory block;
    allocator from(block);
    char* const large = from.allocate(size + 1);
    CHECK(is_free(block));
    char* const small = from.allocate(1);
    char* const second = from.allocate(1);
    CHECK(second != nullptr);
    CHECK(second != small);
    from.deallocate(second, 1);
    from.deallocate(large, size + 1);
    CHECK_FALSE(is_free(block));
    from.deallocate(small, 1);
    CHECK(is_free(block));
}

TEST_CASE("the allocator counts the bytes of its objects, not their number") {
    memory block;
    operation_allocator<std::uint64_t, size> from(block);
    constexpr std::size_t most = size / sizeof(std::uint64_t);
    std::uint64_t* const too_many = from.allocate(most + 1);
    CHECK(is_free(block));
    std::uint64_t* const as_many_as_fit = from.allocate(most);
    CHECK_FALSE(is_free(block));
    from.deallocate(too_many, most + 1);
    from.deallocate(as_many_as_fit, most);
}

TEST_CASE("allocators are equal if they share a block, whatever their types") {
    memory one;
    memory two;
    const operation_allocator<int, size> converted{allocator(one)};
    CHECK(converted.memory() == &one);
    CHECK(allocator(one) == converted);
    CHECK(allocator(one) != allocator(two));
}

}  // namespace uplink::tests
