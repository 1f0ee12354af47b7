// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The operations that wait for a shorter send queue: in which order they complete, each once, and their time
// limit.
#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/support/deadline_heap.hpp>
#include <uplink/options.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <memory_resource>
#include <string>
#include <tuple>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::drain_list;
using uplink::detail::drain_operation;

/// A core with one connection, which is its list of drains. It writes down what it delivers.
struct draining_core {
    using time_point = std::chrono::steady_clock::time_point;
    struct limits : detail::deadline_heap<time_point> {
        void remove(detail::deadline_entry<time_point>& limit) noexcept {
            if (limit.is_linked()) deadline_heap::remove(limit);
        }
    };
    struct named_drain final : drain_operation<draining_core> {
        named_drain(draining_core& owner, char its_name) : name(its_name) { core = &owner; }
        void complete() override {}
        void abandon() noexcept override { core->abandoned += name; }
        std::pmr::memory_resource& memory() noexcept override { return *std::pmr::new_delete_resource(); }
        const char name;
    };

    limits& deadlines() noexcept { return limits_of_drains; }
    draining_core& connections() noexcept { return *this; }
    void stop_drain(drain_operation<draining_core>& drain, const error_code& ec) { drains.end(drain, ec); }
    void deliver(detail::operation_base& operation) {
        delivered += static_cast<named_drain&>(operation).name;
    }
    void receive_delivered() noexcept {}
    const client_options& options() const noexcept { return all_options; }

    client_options all_options{};
    limits limits_of_drains{};
    drain_list<draining_core> drains{};
    std::string delivered{};
    std::string abandoned{};
};

struct drain_list_test {
    draining_core core{};
    draining_core::named_drain a{core, 'a'};
    draining_core::named_drain b{core, 'b'};
    draining_core::named_drain c{core, 'c'};

    void add_all() {
        for (auto* each : {&a, &b, &c}) {
            each->limit.at = draining_core::time_point(10s);
            core.limits_of_drains.add(each->limit);
            core.drains.add(*each);
        }
    }
};

}  // namespace

TEST_CASE_METHOD(drain_list_test, "all drains end with one error, in the order in which they were started") {
    add_all();
    CHECK(core.drains.end_all(net::error::connection_reset) == 3);
    CHECK(core.delivered == "abc");
    for (const auto* each : {&a, &b, &c})
        CHECK(each->result() == std::tuple(error_code(net::error::connection_reset)));
    CHECK(core.limits_of_drains.empty());
    CHECK(core.drains.end_all({}) == 0);
    CHECK(core.delivered == "abc");
}

TEST_CASE_METHOD(drain_list_test, "an empty list ends no drain") {
    CHECK(core.drains.end_all({}) == 0);
    core.drains.abandon();
    CHECK(core.delivered.empty());
    CHECK(core.abandoned.empty());
}

TEST_CASE_METHOD(drain_list_test, "one drain ends from any place, and the others wait on with their limits") {
    add_all();
    CHECK(core.drains.end(b, {}));
    CHECK(core.delivered == "b");
    CHECK(std::get<0>(b.result()) == error_code());
    CHECK_FALSE(b.limit.is_linked());
    CHECK(a.limit.is_linked());
    CHECK(c.limit.is_linked());
    CHECK(core.drains.end_all({}) == 2);
    CHECK(core.delivered == "bac");
}

TEST_CASE_METHOD(drain_list_test,
                 "a drain that was never added or has ended keeps its result, and is not delivered") {
    CHECK_FALSE(core.drains.end(a, {}));
    add_all();
    CHECK(core.drains.end(a, errc::send_timeout));
    CHECK_FALSE(core.drains.end(a, net::error::operation_aborted));
    CHECK(a.error == errc::send_timeout);
    CHECK(core.delivered == "a");
}

TEST_CASE_METHOD(drain_list_test, "a drain whose time limit passes ends with send_timeout") {
    add_all();
    c.limit.expired();
    CHECK(core.delivered == "c");
    CHECK(c.error == errc::send_timeout);
    CHECK_FALSE(c.limit.is_linked());
}

TEST_CASE_METHOD(drain_list_test,
                 "drains that are abandoned leave the list in their order, and are not delivered") {
    add_all();
    for (auto* each : {&a, &b, &c}) core.deadlines().remove(each->limit);
    core.drains.abandon();
    CHECK(core.abandoned == "abc");
    CHECK(core.delivered.empty());
    CHECK_FALSE(core.drains.end(a, {}));
}

}  // namespace uplink::tests
