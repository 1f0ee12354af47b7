// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The sockets of a connect race: fresh ones in memory from the operation, and what a connection is worth.
#include <uplink/detail/connect/attempt_sockets.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <string>

namespace uplink::tests {

using sockets = uplink::detail::attempt_sockets<uplink::testing::socket>;

namespace {

class counting_resource final : public std::pmr::memory_resource {
public:
    std::size_t live = 0;
    std::size_t allocations = 0;

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        live += bytes;
        ++allocations;
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }
    void do_deallocate(void* pointer, std::size_t bytes, std::size_t alignment) override {
        live -= bytes;
        std::pmr::new_delete_resource()->deallocate(pointer, bytes, alignment);
    }
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
        return this == &other;
    }
};

std::size_t attempt_number_comparisons = 0;

struct counted_attempt_number {
    std::size_t value = 0;
    friend bool operator==(counted_attempt_number left, counted_attempt_number right) noexcept {
        ++attempt_number_comparisons;
        return left.value == right.value;
    }
};

struct rig {
    uplink::testing::network network{};
    counting_resource memory{};
    uplink::client_options options{};

    net::ip::tcp::endpoint at(const std::string& address) const {
        return {net::ip::make_address(address), 80};
    }
    /// Opens and connects; gives the result of the check.
    error_code connect(sockets& all, const std::string& address, net::ip::tcp::endpoint& remote) {
        uplink::detail::refusal why;
        auto& socket = all.open(0, network.get_executor(), at(address), options, why);
        if (why) return why.error;
        error_code connected;
        socket.async_connect(at(address), [&](error_code result) { connected = result; });
        network.run();
        return connected ? connected : all.check_connected(0, remote);
    }
};

}  // namespace

}  // namespace uplink::tests

template <> struct std::hash<uplink::tests::counted_attempt_number> {
    std::size_t operator()(uplink::tests::counted_attempt_number number) const noexcept {
        return number.value;
    }
};

namespace uplink::tests {

namespace {

using counted_sockets = uplink::detail::attempt_sockets<uplink::testing::socket, counted_attempt_number>;

/// How many comparisons so many attempts take that are open at once, or that fail while `open` others wait.
std::size_t comparisons_of_attempts(std::size_t count, std::size_t open) {
    rig test;
    uplink::detail::refusal why;
    counted_sockets all(test.memory);
    attempt_number_comparisons = 0;
    for (std::size_t i = 0; i != count; ++i) {
        all.open({i}, test.network.get_executor(), test.at("192.0.2.1"), test.options, why);
        if (!all.is_open({i})) FAIL("not found");
        if (i >= open) all.close({i - open});
    }
    for (std::size_t i = 0; i != count; ++i) all.close({i});
    CHECK(test.network.open_sockets() == 0);
    return attempt_number_comparisons;
}

}  // namespace

TEST_CASE("attempt sockets: what many attempts take grows no faster than their number") {
    const auto check = [](const char* what, auto open_of) {
        const std::size_t few = comparisons_of_attempts(250, open_of(250));
        const std::size_t many = comparisons_of_attempts(4'000, open_of(4'000));
        INFO(what << ": " << few << " comparisons for 250 attempts, " << many << " for 4,000");
        CHECK(many < 16 * few * 2);  // the square would be 16 times that
    };
    check("all open at once", [](int count) { return static_cast<std::size_t>(count); });
    check("each fails before the next", [](int) { return std::size_t{0}; });
    check("five are open", [](int) { return std::size_t{5}; });
}

TEST_CASE("attempt sockets: they live in the operation's memory and give all of it back") {
    rig test;
    {
        sockets all(test.memory);
        uplink::detail::refusal why;
        for (std::size_t i = 0; i != 20; ++i)
            all.open(i, test.network.get_executor(), test.at("192.0.2.1"), test.options, why);
        CHECK(test.memory.allocations != 0);
        CHECK(test.network.open_sockets() == 20);
        for (std::size_t i = 0; i != 25; ++i) all.close(i);  // those that there are not are passed over
        CHECK(test.network.open_sockets() == 0);
    }
    CHECK(test.memory.live == 0);
}

TEST_CASE(
    "attempt sockets: what is closed gives its memory back, so that many addresses take that of the open ones") {
    rig test;
    uplink::detail::refusal why;
    sockets all(test.memory);
    const auto open = [&](std::size_t i) {
        all.open(i, test.network.get_executor(), test.at("192.0.2.1"), test.options, why);
    };
    for (std::size_t i = 0; i != 5; ++i) open(i);
    const std::size_t of_five = test.memory.live;
    for (std::size_t i = 5; i != 1000; ++i) {
        all.close(i - 4);  // the first stays open
        open(i);
    }
    CHECK(test.memory.live == of_five);
    all.close(0);
    CHECK_FALSE(all.is_open(0));
    CHECK(all.is_open(999));
    CHECK_FALSE(all.is_open(995));
    CHECK(all.is_open(996));
    CHECK_FALSE(all.is_open(1000));
}

TEST_CASE("attempt sockets: addresses that are refused one after the other need no memory at all") {
    rig test;
    uplink::detail::refusal why;
    sockets all(test.memory);
    for (std::size_t i = 0; i != 1000; ++i) {
        all.open(i, test.network.get_executor(), test.at("192.0.2.1"), test.options, why);
        all.close(i);
    }
    CHECK(test.memory.allocations == 0);
}

TEST_CASE("attempt sockets: with io_uring one is closed when what is in flight on it has come back") {
    rig test;
    test.network.endpoint("192.0.2.1:80").accept().silent();
    uplink::detail::refusal why;
    uplink::detail::attempt_sockets<uplink::testing::socket, std::size_t, true> all(test.memory);
    const auto index = GENERATE(std::size_t{0}, std::size_t{1});
    for (std::size_t i = 0; i != 2; ++i)
        all.open(i, test.network.get_executor(), test.at("192.0.2.1"), test.options, why);
    bool has_come_back = false;
    all[index].async_connect(test.at("192.0.2.1"), [&](error_code) {
        has_come_back = true;
        all.set_in_flight(index, false);
    });
    all.set_in_flight(index, true);
    SECTION("given up before") {
        all.close(index);
        CHECK_FALSE(all.is_open(index));
        CHECK(test.network.open_sockets() == 2);
        test.network.run();
        CHECK(has_come_back);
        CHECK(test.network.open_sockets() == 1);
    }
    SECTION("closed afterwards") {
        test.network.run();
        CHECK(all.is_open(index));
        all.close(index);
        CHECK(test.network.open_sockets() == 1);
    }
    CHECK_FALSE(all.is_open(index));
    CHECK(all.is_open(1 - index));
}

TEST_CASE("attempt sockets: one that cannot be opened gives its error") {
    rig test;
    test.network.endpoint("192.0.2.1:80").cannot_open(net::error::no_descriptors);
    sockets all(test.memory);
    net::ip::tcp::endpoint remote;
    CHECK(test.connect(all, "192.0.2.1", remote) == net::error::no_descriptors);
}

TEST_CASE("attempt sockets: a connection is judged by its ends") {
    rig test;
    sockets all(test.memory);
    net::ip::tcp::endpoint remote;
    SECTION("a good one tells the remote end") {
        test.network.endpoint("192.0.2.1:80").accept().silent();
        CHECK_FALSE(test.connect(all, "192.0.2.1", remote));
        CHECK(remote == test.at("192.0.2.1"));
    }
    SECTION("one to itself is none") {
        test.network.endpoint("192.0.2.1:80").self_connect();
        CHECK(test.connect(all, "192.0.2.1", remote) == uplink::errc::self_connect);
    }
    SECTION("one that was reset meanwhile is a reset") {
        test.network.endpoint("192.0.2.1:80").accept().reset();
        CHECK(test.connect(all, "192.0.2.1", remote) == net::error::connection_reset);
    }
}

}  // namespace uplink::tests
