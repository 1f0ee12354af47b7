// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect where the transport fails or runs out of memory at its n-th operation, for each n: the handler is
// called exactly once, nothing is left open, and the client can connect again.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/handshaking_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

void describe(uplink::testing::network& net) {
    net.host("server.test").v6({"2001:db8::1"}, 10ms).v4({"192.0.2.1", "192.0.2.2"}, 20ms);
    net.endpoint("[2001:db8::1]:80").black_hole();
    net.endpoint("192.0.2.1:80").refuse(5ms);
    net.endpoint("192.0.2.2:80").accept(30ms).expect("hello server.test;").after(1ms).reply("welcome;");
    net.host("again.test").v4({"203.0.113.1"});
    net.endpoint("203.0.113.1:80").accept().expect("hello again.test;").reply("welcome;");
}

/// Returns whether the connect succeeded in spite of what was planned.
template <class Client> bool check(uplink::testing::network& net) {
    Client client(net.get_executor());
    connect_completion connect;
    bool threw = false;
    try {
        client.async_connect("server.test", "80", connect.handler(net));
        CHECK(connect.calls == 0);
    } catch (const std::bad_alloc&) {
        threw = true;
    }
    net.run();
    CHECK(connect.calls == (threw ? 0 : 1));
    const bool succeeded = !threw && !connect.ec;
    CHECK(connect.open == (succeeded ? 1 : 0));
    CHECK(net.open_sockets() == (succeeded ? 1 : 0));
    CHECK(net.pending_operations() == 0);
    CHECK(client.is_open() == succeeded);
    if (!threw) CHECK(client.last_connect().error == connect.ec);
    client.close();
    net.run();
    CHECK(net.open_sockets() == 0);
    net.faults().clear();
    connect_completion again;
    client.async_connect("again.test", "80", again.handler(net));
    net.run();
    CHECK(again == established());
    return succeeded;
}

template <class Client> std::size_t operations() {
    uplink::testing::network net;
    describe(net);
    Client client(net.get_executor());
    connect_completion connect;
    client.async_connect("server.test", "80", connect.handler(net));
    net.run();
    REQUIRE(connect == established());
    return net.operations();
}

template <class Client, class Plan> std::size_t successes(Plan plan, std::size_t but_the_last = 0) {
    const std::size_t count = operations<Client>() - but_the_last;
    std::size_t succeeded = 0;
    for (std::size_t n = 0; n != count; ++n) {
        INFO("operation " << n << " of " << count);
        uplink::testing::network net;
        describe(net);
        plan(net, n);
        if (check<Client>(net)) ++succeeded;
    }
    return succeeded;
}

TEST_CASE("faults 82: no descriptors at any operation") {
    const auto plan = [](auto& net, std::size_t n) { net.fail_operation(n, net::error::no_descriptors); };
    // The v6 lookup, and all of the first two attempts, can be done without.
    CHECK(successes<simulated_client>(plan) >= 5);
    CHECK(successes<handshaking_client>(plan) >= 5);
}

TEST_CASE("faults 15: each error of connect comes out as it is, and the next address is tried") {
    using namespace net::error;
    const std::vector<error_code> errors{error_code(EADDRNOTAVAIL, get_system_category()),
                                         network_down,
                                         error_code(EPERM, get_system_category()),
                                         error_code(EACCES, get_system_category()),
                                         address_family_not_supported,
                                         interrupted,
                                         no_buffer_space,
                                         invalid_argument,
                                         host_unreachable,
                                         network_unreachable,
                                         timed_out,
                                         connection_reset};
    for (const error_code& ec : errors) {
        INFO(ec.message());
        uplink::testing::network net;
        net.endpoint("192.0.2.1:80").fail(ec, 3ms);
        net.endpoint("192.0.2.2:80").accept(4ms);
        simulated_client client(net.get_executor());
        connect_completion connect;
        client.async_connect(std::vector{place("192.0.2.1"), place("192.0.2.2")}, connect.handler(net));
        net.run();
        CHECK(connect == established());
        CHECK(connect.at == 7ms);
        CHECK(net.attempts().size() == 2);  // each on a socket of its own
        CHECK(client.last_connect().attempts.at(0).error == ec);
        client.close();
        connect_completion alone;
        client.async_connect(place("192.0.2.1"), alone.handler(net));
        net.run();
        CHECK(alone == not_established(ec));
    }
}

TEST_CASE("no memory at any operation") {
    const auto plan = [](auto& net, std::size_t n) { net.faults().run_out_of_memory(n); };
    CHECK(successes<simulated_client>(plan) >= 4);
    // The last is the read that the handshake starts itself, and what that throws is for the stream to catch.
    CHECK(successes<handshaking_client>(plan, 1) >= 4);
}

/// The handler's memory: how much there is of it, and whose turn it is not to get any.
struct memory {
    std::size_t allocations = 0;
    std::size_t failing = 0;  ///< by number; from then on all of them
    std::size_t live = 0;
};

template <class T> struct failing_allocator {
    using value_type = T;
    memory* from;

    explicit failing_allocator(memory& where) noexcept : from(&where) {}
    template <class U> failing_allocator(const failing_allocator<U>& other) noexcept : from(other.from) {}
    T* allocate(std::size_t n) {
        if (from->allocations++ >= from->failing) throw std::bad_alloc();
        T* const result = std::allocator<T>().allocate(n);
        ++from->live;
        return result;
    }
    void deallocate(T* pointer, std::size_t n) noexcept {
        --from->live;
        std::allocator<T>().deallocate(pointer, n);
    }
    template <class U> bool operator==(const failing_allocator<U>& other) const noexcept {
        return from == other.from;
    }
};

TEST_CASE("faults 84: no memory from the handler's allocator, from each allocation on") {
    std::size_t succeeded = 0;
    for (std::size_t n = 0; succeeded == 0; ++n) {
        INFO("allocation " << n);
        REQUIRE(n < 50);
        memory from{.failing = n};
        uplink::testing::network net;
        describe(net);
        simulated_client client(net.get_executor());
        connect_completion connect;
        struct handler {
            using allocator_type = failing_allocator<char>;
            memory* from;
            decltype(connect.handler(net)) next;

            allocator_type get_allocator() const noexcept { return allocator_type(*from); }
            void operator()(error_code ec, net::ip::tcp::endpoint endpoint) {
                CHECK(from->live == 0);  // freed before the handler is called
                next(ec, endpoint);
            }
        };
        bool threw = false;
        try {
            client.async_connect("server.test", "80", handler{&from, connect.handler(net)});
        } catch (const std::bad_alloc&) {
            threw = true;
            CHECK(net.operations() == 0);  // and nothing has happened
        }
        net.run();
        CHECK(from.live == 0);
        CHECK(connect.calls == (threw ? 0 : 1));
        // The first attempt needs no more than the operation; where a further one fails, the report says so.
        if (!threw && connect.ec) {
            const auto& attempts = client.last_connect().attempts;
            CHECK((connect == not_established(net::error::no_memory) ||
                   std::any_of(attempts.begin(), attempts.end(),
                               [](const auto& each) { return each.error == net::error::no_memory; })));
        }
        if (!threw && !connect.ec) ++succeeded;
        client.close();
        net.run();
        connect_completion again;
        client.async_connect("again.test", "80", again.handler(net));
        net.run();
        CHECK(again == established());
    }
    CHECK(succeeded == 1);
}

TEST_CASE("no descriptors from some operation on, until there are some again") {
    const std::size_t count = operations<simulated_client>();
    for (std::size_t from = 0; from != count; ++from) {
        uplink::testing::network net;
        describe(net);
        for (std::size_t n = from; n != count; ++n) net.fail_operation(n, net::error::no_descriptors);
        check<simulated_client>(net);
    }
}

}  // namespace

}  // namespace uplink::tests
