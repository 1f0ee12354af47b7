// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The memory below received_bytes where there is none left, and that copies and moves want huge pages likewise.

#include <uplink/received_bytes.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace uplink::tests {

// A sanitizer's allocator takes more address space than can be limited.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UPLINK_TEST_OWN_MALLOC
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UPLINK_TEST_OWN_MALLOC
#endif
#endif

namespace {

void put_all(received_bytes& state, std::string_view bytes) {
    while (!bytes.empty()) {
        const net::mutable_buffer room = state.prepare(bytes.size());
        std::memcpy(room.data(), bytes.data(), room.size());
        state.commit(room.size());
        bytes.remove_prefix(room.size());
    }
}

#if !defined(UPLINK_TEST_OWN_MALLOC)
/// From now on this process gets no block of that many bytes any more.
[[maybe_unused]] void use_up_memory(std::size_t size) {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_AS, &none) != 0) ::_exit(1);
    while (std::malloc(size) != nullptr) {
    }
}
#endif

}  // namespace

#if !defined(UPLINK_TEST_OWN_MALLOC)
TEST_CASE("no memory to outgrow the small block is no error while that has room") {
    // In a process of its own, which has no memory left.
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        received_bytes state;
        put_all(state, std::string(256, 'x'));
        if (state.capacity() != 256) ::_exit(2);
        state.consume(200);  // it has been filled, and has room again once what is left is consumed
        state.consume(56);
        use_up_memory(4096);
        try {
            for (int i = 0; i != 3; ++i) {
                const net::mutable_buffer room = state.prepare(1 << 20);
                if (room.size() == 0 || room.size() > 256) ::_exit(3);
                std::memset(room.data(), 'a' + i, room.size());
                state.commit(room.size());
                if (state.size() != room.size() || state.view().back() != 'a' + i) ::_exit(4);
                state.consume(state.size());
            }
        } catch (const std::bad_alloc&) {
            ::_exit(5);
        }
        // With nothing left of it there is an error, and what is held is intact.
        put_all(state, std::string(256, 'y'));
        try {
            state.prepare(1);
            ::_exit(6);
        } catch (const std::bad_alloc&) {
        }
        if (state.view() != std::string(256, 'y')) ::_exit(7);
        ::_exit(0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
#endif

#if defined(__linux__)
TEST_CASE(
    "what is copied or moved from huge pages is in huge pages too, and what is assigned over is as its source") {
    constexpr std::size_t huge = 2 * 1024 * 1024;
    const std::string bytes(3'000'000, 'x');
    received_bytes state(huge_pages);
    put_all(state, bytes);
    REQUIRE(state.capacity() % huge == 0);
    const received_bytes copy = state;
    CHECK(copy.capacity() % huge == 0);  // whole pages, which only memory in huge pages is
    received_bytes small(huge_pages);
    put_all(small, "little");
    received_bytes grown = small;
    put_all(grown, bytes);
    CHECK(grown.capacity() % huge == 0);
    received_bytes assigned;
    assigned = state;
    CHECK(assigned.capacity() % huge == 0);
    received_bytes moved = std::move(state);
    put_all(moved, bytes);
    CHECK(moved.capacity() % huge == 0);
    // A copy of what does not want them has what it needs, and no more.
    received_bytes usual;
    put_all(usual, bytes);
    const received_bytes usual_copy = usual;
    CHECK(usual_copy.capacity() == bytes.size());
    moved = usual;
    CHECK(moved.capacity() == bytes.size());
}
#endif

TEST_CASE("a copy of little has a small block, not a tiny one") {
    received_bytes state;
    put_all(state, "x");
    const received_bytes copy = state;
    CHECK(copy.capacity() == 256);
    CHECK(copy.view() == "x");
    const received_bytes none = received_bytes();
    CHECK(none.capacity() == 0);
}

}  // namespace uplink::tests
