// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The states that accumulate received bytes, and the memory below them (fault 46).

#include <uplink/received_bytes.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

template <class State> void put(State& state, std::string_view bytes) {
    while (!bytes.empty()) {
        const net::mutable_buffer room = state.prepare(bytes.size());
        REQUIRE(room.size() >= 1);
        REQUIRE(room.size() <= bytes.size());
        std::memcpy(room.data(), bytes.data(), room.size());
        state.commit(room.size());
        bytes.remove_prefix(room.size());
    }
}

struct no_commit {
    net::mutable_buffer prepare(std::size_t);
    std::size_t size() const;
    void clear();
};
struct wrong_commit : no_commit {
    int* commit(std::size_t);
};
struct counts_only : no_commit {
    void commit(std::size_t);
};
struct may_refuse : no_commit {
    error_code commit(std::size_t);
};

}  // namespace

static_assert(uplink::receive_state<received_bytes> && uplink::viewable_state<received_bytes>);
static_assert(uplink::receive_state<uplink::discarded_bytes> &&
              !uplink::viewable_state<uplink::discarded_bytes>);
static_assert(!uplink::receive_state<no_commit> && !uplink::receive_state<wrong_commit>);
static_assert(uplink::receive_state<counts_only> && uplink::receive_state<may_refuse>);
static_assert(!uplink::viewable_state<counts_only>);

TEST_CASE("received_bytes keeps everything in order, in one piece") {
    received_bytes state;
    CHECK(state.empty());
    CHECK(state.view().empty());
    CHECK(state.str().empty());
    CHECK(state.bytes().empty());
    std::string expected;
    for (int i = 0; i != 3000; ++i) {
        const std::string piece(static_cast<std::size_t>(i % 97), static_cast<char>('a' + i % 26));
        put(state, piece);
        expected += piece;
    }
    CHECK(state.size() == expected.size());
    CHECK(state.view() == expected);
    CHECK(state.str() == expected);
    CHECK(state.bytes().size() == expected.size());
    CHECK(static_cast<char>(state.bytes().back()) == expected.back());
}

TEST_CASE("what is consumed stays readable until room is prepared again") {
    received_bytes state;
    put(state, "one two");
    const std::string_view whole = state.view();
    state.consume(4);
    CHECK(state.view() == "two");
    CHECK(whole == "one two");
    state.consume(3);
    CHECK(state.empty());
    CHECK(whole == "one two");
    state.consume(0);
    CHECK(whole == "one two");
}

TEST_CASE("consume and clear keep the capacity, and the memory is used again") {
    received_bytes state;
    put(state, std::string(100'000, 'x'));
    const std::size_t capacity = state.capacity();
    CHECK(capacity >= 100'000);
    state.clear();
    CHECK(state.empty());
    CHECK(state.capacity() == capacity);
    put(state, std::string(100'000, 'y'));
    CHECK(state.capacity() == capacity);
    state.consume(state.size());
    CHECK(state.capacity() == capacity);
    // Steady traffic that is consumed as it comes takes no more memory, whatever the sizes.
    for (int i = 0; i != 10'000; ++i) {
        put(state, std::string(static_cast<std::size_t>(1 + i % 5000), 'z'));
        if (state.size() > 6000) state.consume(state.size() - 7);
    }
    CHECK(state.capacity() == capacity);
}

TEST_CASE("a queue that is never quite empty does not grow without bound") {
    received_bytes state;
    put(state, "0123456789");
    for (int i = 0; i != 50'000; ++i) {
        put(state, "abcdefghij");
        state.consume(10);
    }
    CHECK(state.view() == "abcdefghij");
    CHECK(state.capacity() <= 64 * 1024);
}

TEST_CASE("copies are equal and apart, moves leave an empty state that can be used") {
    received_bytes first;
    put(first, "consumed, kept");
    first.consume(10);
    received_bytes copy = first;
    CHECK(copy.view() == "kept");
    put(copy, "!");
    CHECK(copy.view() == "kept!");
    CHECK(first.view() == "kept");
    const received_bytes& itself = copy;
    copy = itself;
    CHECK(copy.view() == "kept!");
    received_bytes moved = std::move(copy);
    CHECK(moved.view() == "kept!");
    CHECK(copy.empty());  // NOLINT: promised
    put(copy, "again");
    CHECK(copy.view() == "again");
    moved = std::move(copy);
    CHECK(moved.view() == "again");
    moved = received_bytes();
    CHECK(moved.empty());
    const received_bytes none = moved;
    CHECK(none.empty());
}

TEST_CASE("little takes little memory, and what fills it is given a usual block") {
    received_bytes state;
    put(state, std::string(64, 'x'));
    CHECK(state.capacity() == 256);
    // A stream that is consumed as it comes fills each read, and would otherwise stay with small ones.
    state.consume(state.size());
    net::mutable_buffer room = state.prepare(1 << 20);
    CHECK(room.size() == 256);
    state.commit(room.size());
    state.consume(state.size());
    room = state.prepare(1 << 20);
    CHECK(room.size() == 16 * 1024);
    state.commit(room.size());
    state.consume(state.size());
    CHECK(state.prepare(1 << 20).size() == 16 * 1024);
}

TEST_CASE("in huge pages the bytes are the same, as they grow, copied, moved and consumed") {
    constexpr std::size_t mebi = 1024 * 1024;
    std::string all;
    received_bytes state(huge_pages);
    for (std::size_t i = 0; all.size() < 20 * mebi; ++i) {
        const std::string piece(100'000, static_cast<char>('a' + i % 26));
        put(state, piece);
        all += piece;
    }
    CHECK((state.view() == all));
    CHECK(state.capacity() == 32 * mebi);
    received_bytes copy = state;
    CHECK((copy.view() == all));
    copy.consume(7);
    put(copy, "end");
    CHECK((copy.view() == all.substr(7) + "end"));
    CHECK((state.view() == all));
    received_bytes moved = std::move(state);
    CHECK((moved.view() == all));
    CHECK(state.empty());  // NOLINT: promised
    put(state, "again");
    CHECK(state.view() == "again");
    moved.clear();
    CHECK(moved.capacity() == 32 * mebi);
    moved = copy;
    CHECK((moved.view() == copy.view()));
    received_bytes usual;
    put(usual, all);
    usual = copy;
    CHECK((usual.view() == copy.view()));
}

#if defined(__linux__)
/// Whether the mapping with this address was advised so, from /proc/self/smaps; nothing where that does not
/// tell.
std::optional<bool> is_in_huge_pages(const void* memory) {
    std::ifstream maps("/proc/self/smaps");
    const auto place = reinterpret_cast<std::uintptr_t>(memory);
    bool is_it = false;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::istringstream words(line);
        if (words >> std::hex >> begin >> dash >> end && dash == '-') is_it = begin <= place && place < end;
        if (is_it && line.starts_with("VmFlags:")) return line.find(" hg") != std::string::npos;
    }
    return std::nullopt;
}

TEST_CASE("huge pages are asked for from 2 MiB on, and only where they are wanted") {
    if (!std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled")) return;
    for (const bool wanted : {true, false}) {
        received_bytes state = wanted ? received_bytes(huge_pages) : received_bytes();
        put(state, std::string(1'000'000, 'x'));
        if (!is_in_huge_pages(state.view().data())) return;
        CHECK(is_in_huge_pages(state.view().data()) == false);
        put(state, std::string(4'000'000, 'x'));
        CHECK(is_in_huge_pages(state.view().data()) == wanted);
    }
}
#endif

TEST_CASE("a huge wish for room is no demand") {
    received_bytes state;
    put(state, "kept");
    for (const std::size_t n :
         {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max() / 2}) {
        CHECK(state.prepare(n).size() >= 1);
        CHECK(state.view() == "kept");
        CHECK(state.capacity() <= 64 * 1024);
    }
}

#if !defined(UPLINK_TEST_OWN_MALLOC)
TEST_CASE("growth beyond what can be had is bad_alloc, and the bytes are intact") {
    const bool huge = GENERATE(false, true);
    // In a process of its own, which may have little memory more than it has now.
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit limit{std::size_t{256} << 20, std::size_t{256} << 20};
        if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(1);
        received_bytes state = huge ? received_bytes(huge_pages) : received_bytes();
        std::size_t filled = 0;
        try {
            for (;;) {
                const net::mutable_buffer room = state.prepare(1 << 20);
                std::memset(room.data(), static_cast<int>('a' + filled % 23), room.size());
                state.commit(room.size());
                filled += room.size();
                if (filled > limit.rlim_cur) ::_exit(2);
            }
        } catch (const std::bad_alloc&) {
        }
        if (state.size() != filled || filled < 1000 || state.view().front() != 'a') ::_exit(3);
        state.consume(filled - 1);  // and it can be used again
        if (state.size() != 1 || state.prepare(100).size() == 0) ::_exit(4);
        ::_exit(0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
#endif

TEST_CASE("discarded_bytes counts and forgets") {
    uplink::discarded_bytes state;
    put(state, std::string(200'000, 'x'));
    CHECK(state.total() == 200'000);
    CHECK(state.size() == 0);
    CHECK(state.prepare(std::numeric_limits<std::size_t>::max()).size() == 64 * 1024);
    CHECK(state.prepare(1).size() == 1);
    state.clear();
    CHECK(state.total() == 0);
}

TEST_CASE("sink_bytes hands over each piece once, in order, and tells what the callable says") {
    std::string all;
    uplink::sink_bytes state([&all](std::string_view piece) { all += piece; });
    static_assert(uplink::receive_state<decltype(state)> && !uplink::viewable_state<decltype(state)>);
    put(state, "one ");
    put(state, "two");
    CHECK(all == "one two");
    CHECK(state.total() == 7);
    CHECK(state.size() == 0);

    uplink::sink_bytes refusing([](std::string_view piece) {
        return piece == "bad" ? error_code(net::error::no_buffer_space) : error_code();
    });
    std::memcpy(refusing.prepare(3).data(), "bad", 3);
    CHECK(refusing.commit(3) == net::error::no_buffer_space);
    CHECK(refusing.total() == 3);  // the piece counts as delivered
    std::memcpy(refusing.prepare(3).data(), "fin", 3);
    CHECK_FALSE(refusing.commit(3));
}

TEST_CASE("sink_bytes takes move-only callables") {
    auto counter = std::make_unique<std::size_t>(0);
    std::size_t* count = counter.get();
    uplink::sink_bytes state(
        [owned = std::move(counter)](std::string_view piece) { *owned += piece.size(); });
    auto moved = std::move(state);
    put(moved, "12345");
    CHECK(*count == 5);
}

}  // namespace uplink::tests
