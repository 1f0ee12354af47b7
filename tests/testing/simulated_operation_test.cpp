// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Operations of simulated sockets and timers as Asio's rules want them: posted, on the handler's executor,
// in the handler's memory, cancellable, and destroyed with the context.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/strand.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/strand.hpp>
#endif

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::network;

namespace {

constexpr net::cancellation_type every_type[] = {
    net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total};

/// Counts what is allocated and not yet freed.
template <class T> struct counting_allocator {
    using value_type = T;
    std::size_t* live;

    explicit counting_allocator(std::size_t& count) : live(&count) {}
    template <class U> counting_allocator(const counting_allocator<U>& other) : live(other.live) {}
    T* allocate(std::size_t n) {
        ++*live;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* memory, std::size_t n) {
        --*live;
        std::allocator<T>().deallocate(memory, n);
    }
    template <class U> bool operator==(const counting_allocator<U>& other) const {
        return live == other.live;
    }
};

/// A move-only handler with every association.
struct associated_handler {
    using allocator_type = counting_allocator<char>;
    using executor_type = net::strand<net::io_context::executor_type>;
    using cancellation_slot_type = net::cancellation_slot;

    std::size_t* live;
    executor_type ex;
    net::cancellation_slot slot;
    completion* result;
    std::unique_ptr<int> move_only = std::make_unique<int>(1);

    allocator_type get_allocator() const noexcept { return allocator_type(*live); }
    executor_type get_executor() const noexcept { return ex; }
    cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }

    void operator()(error_code ec, std::size_t n = 0) {
        CHECK(*live == 0);
        CHECK(ex.running_in_this_thread());
        CHECK_FALSE(*result);
        result->set(ec, n);
    }
};

/// Starts each kind of operation in turn, so that it stays pending.
enum class pending_kind { connect, read, write, wait };
constexpr pending_kind every_kind[] = {pending_kind::connect, pending_kind::read, pending_kind::write,
                                       pending_kind::wait};

struct pending_operation {
    explicit pending_operation(network& where) : link(where), timer(where.get_executor()) {}

    template <class Handler> void start(pending_kind kind, Handler handler) {
        if (kind == pending_kind::connect) {
            link.socket.close();
            link.socket.async_connect(uplink::testing::detail::parse_endpoint("192.0.2.2:80"),
                                      std::move(handler));
        } else if (kind == pending_kind::read) {
            link.socket.async_read_some(net::buffer(bytes), std::move(handler));
        } else if (kind == pending_kind::write) {
            link.start_write("first");
            link.network.run();
            link.socket.async_write_some(net::buffer(bytes), std::move(handler));
        } else {
            timer.expires_at(uplink::testing::clock::time_point::max());
            timer.async_wait(std::move(handler));
        }
    }

    simulated_connection link;
    uplink::testing::timer timer;
    std::array<char, 10> bytes{};
};

void describe(network& net) {
    net.endpoint("192.0.2.1").window(5).deaf();
    net.endpoint("192.0.2.2").black_hole();
}

}  // namespace

TEST_CASE(
    "every operation honours a slot of any type, cancel() and close(), posted to the handler's executor") {
    for (const pending_kind kind : every_kind) {
        for (int action = 0; action != 5; ++action) {
            CAPTURE(static_cast<int>(kind), action);
            network net;
            describe(net);
            pending_operation pending(net);
            REQUIRE(pending.link.wait());
            std::size_t live = 0;
            completion result;
            net::cancellation_signal signal;
            pending.start(kind, associated_handler{&live, net::make_strand(net.get_executor()), signal.slot(),
                                                   &result});
            net.run();
            REQUIRE_FALSE(result);
            CHECK(live == 1);
            if (action < 3) signal.emit(every_type[action]);
            if (action == 3) pending.timer.cancel(), pending.link.socket.cancel();
            if (action == 4) pending.timer.cancel(), pending.link.socket.close();
            CHECK_FALSE(result);
            net.run();
            CHECK(result.ec == net::error::operation_aborted);
            CHECK(live == 0);
            CHECK(net.pending_operations() == 0);
            signal.emit(net::cancellation_type::terminal);  // too late, and harmless
            net.run();
        }
    }
}

TEST_CASE("no handler runs inside a function of the socket or the timer, not even called from a handler") {
    network net;
    net.endpoint("192.0.2.1").echo();
    simulated_connection link(net);
    uplink::testing::timer waiting(net.get_executor());
    std::array<char, 10> bytes{};
    bool inside = false;
    int calls = 0;
    const auto handler = [&](error_code, std::size_t = 0) {
        ++calls;
        CHECK_FALSE(inside);
    };
    REQUIRE(link.wait());
    waiting.async_wait([&](error_code) {
        inside = true;
        waiting.async_wait(handler);
        link.socket.async_write_some(net::buffer("hello", 5), handler);
        link.socket.async_read_some(net::buffer(bytes), handler);
        link.socket.async_read_some(net::mutable_buffer(), handler);
        link.socket.cancel();
        waiting.cancel();
        link.socket.async_read_some(net::buffer(bytes), handler);
        link.socket.close();
        link.socket.async_connect(link.remote, handler);
        link.socket.async_connect(link.remote, handler);
        inside = false;
    });
    net.run();
    CHECK(calls == 7);
}

TEST_CASE("destroying the network destroys pending handlers uncalled, also those that own their socket") {
    for (const pending_kind kind : every_kind) {
        for (const bool is_aborted : {false, true}) {
            auto witness = std::make_shared<int>();
            {
                network net;
                describe(net);
                auto pending = std::make_shared<pending_operation>(net);
                REQUIRE(pending->link.wait());
                auto* raw = pending.get();
                raw->start(kind, [owner = std::move(pending), witness](auto...) { FAIL("called"); });
                net.run_for(1s);
                CHECK(net.pending_operations() == 1);
                if (is_aborted) raw->link.socket.close(), raw->timer.cancel();  // posted, and never run
            }
            CHECK(witness.use_count() == 1);
        }
    }
}

TEST_CASE("a socket, a timer and a resolver that outlive their network are inert") {
    auto net = std::make_unique<network>();
    describe(*net);
    auto pending = std::make_unique<pending_operation>(*net);
    REQUIRE(pending->link.wait());
    const auto resolver = uplink::testing::socket::default_resolver(net->get_executor());
    resolver->resolve({"a.test", "80", uplink::address_family::v4}, [](auto...) { FAIL("called"); });
    pending->start(pending_kind::read, [](auto...) { FAIL("called"); });
    net.reset();
    error_code ec;
    pending->link.socket.cancel(ec);
    pending->link.socket.close();
    pending->timer.cancel();
    pending.reset();
}

TEST_CASE("a read or write without room completes with nothing, and without a socket it fails") {
    network net;
    describe(net);
    simulated_connection link(net);
    REQUIRE(link.wait());
    link.start_read(0);
    link.start_write("");
    CHECK_FALSE(link.read);
    net.run();
    CHECK(link.read == completed(success, 0));
    CHECK(link.write == completed(success, 0));
    link.socket.close();
    link.start_read();
    link.start_write("x");
    net.run();
    CHECK(link.read.ec == net::error::bad_descriptor);
    CHECK(link.write.ec == net::error::bad_descriptor);
    error_code ec;
    link.socket.remote_endpoint(ec);
    CHECK(ec == net::error::bad_descriptor);
    CHECK_THROWS(link.socket.local_endpoint());
    CHECK_FALSE(link.socket.open_socket(link.remote, {}, {}));
    link.start_read();
    link.start_write("x");
    net.run();
    CHECK(link.read.ec == net::error::not_connected);
    CHECK(link.write.ec == net::error::broken_pipe);
}

TEST_CASE("a second connect is refused, the first undisturbed") {
    network net;
    net.endpoint("192.0.2.1").accept(10ms);
    simulated_connection link(net);
    completion second;
    completion third;
    link.socket.async_connect(link.remote, [&](error_code ec) { second.set(ec); });
    REQUIRE(link.wait());
    link.socket.async_connect(link.remote, [&](error_code ec) { third.set(ec); });
    net.run();
    CHECK(second.ec == net::error::already_started);
    CHECK(third.ec == net::error::already_connected);
}

TEST_CASE("buffers scatter and gather, and sockets move with what is pending") {
    network net;
    net.endpoint("192.0.2.1").echo();
    simulated_connection link(net);
    REQUIRE(link.wait());
    std::array<char, 2> first{};
    std::array<char, 9> second{};
    completion read;
    link.socket.async_read_some(
        std::array<net::mutable_buffer, 3>{net::buffer(first), {}, net::buffer(second)},
        [&](error_code ec, std::size_t n) { read.set(ec, n); });
    uplink::testing::socket moved(std::move(link.socket));
    CHECK_FALSE(link.socket.is_open());
    moved.async_write_some(std::array<net::const_buffer, 3>{net::buffer("abc", 3), {}, net::buffer("def", 3)},
                           [](error_code, std::size_t n) { CHECK(n == 6); });
    net.run();
    CHECK(read.n == 6);
    CHECK(std::string(first.data(), 2) + std::string(second.data(), 4) == "abcdef");
    link.start_read();
    net.run();
    CHECK(link.read.ec == net::error::bad_descriptor);
    link.socket = std::move(moved);
    CHECK(link.socket.is_open());
    CHECK(net.open_sockets() == 1);
}

}  // namespace uplink::tests
