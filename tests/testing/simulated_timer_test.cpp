// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The timer that goes with a stream, and what a simulated network says of Asio's own timers, sockets and resolvers.

#include "support/catch.hpp"
#include <uplink/async_client.hpp>
#include <uplink/blocking_client.hpp>
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/network.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::clock;
using uplink::testing::faulty_stream;
using uplink::testing::network;
using uplink::testing::timer;
using uplink::testing::timer_for;

namespace {

using simulated = uplink::testing::socket;
using io_executor = net::io_context::executor_type;
using tcp_on_io = net::basic_stream_socket<net::ip::tcp, io_executor>;
using simulated_on_io = uplink::testing::basic_socket<io_executor>;

static_assert(std::is_same_v<timer_for<net::ip::tcp::socket>, net::steady_timer>);
static_assert(std::is_same_v<timer_for<tcp_on_io>::executor_type, io_executor>);
static_assert(std::is_same_v<timer_for<tcp_on_io>::clock_type, std::chrono::steady_clock>);
static_assert(std::is_same_v<timer_for<net::local::stream_protocol::socket>, net::steady_timer>);
static_assert(std::is_same_v<timer_for<faulty_stream<net::ip::tcp::socket>>, net::steady_timer>);
static_assert(std::is_same_v<timer_for<async_client<>>, net::steady_timer>);
static_assert(std::is_same_v<timer_for<simulated>, timer>);
static_assert(std::is_same_v<timer_for<simulated_on_io>, uplink::testing::basic_timer<io_executor>>);
static_assert(std::is_same_v<timer_for<faulty_stream<simulated>>, timer>);
static_assert(std::is_same_v<timer_for<faulty_stream<faulty_stream<simulated>>>, timer>);
static_assert(std::is_same_v<timer_for<async_client<simulated>>, timer>);

// What basic_blocking_client asks before it compiles at all.
static_assert(uplink::detail::runs_in_real_time<async_client<>>);
static_assert(!uplink::detail::runs_in_real_time<async_client<simulated>>);
static_assert(!uplink::detail::runs_in_real_time<async_client<faulty_stream<simulated>>>);

/// Uses what both kinds of timers have; the number of waits that were over.
template <class Stream, class Run> int waits_over(net::io_context& context, Run run) {
    int over = 0;
    const auto note = [&over](error_code ec) { over += !ec; };
    timer_for<Stream> by_context(context);
    timer_for<Stream> by_executor(context.get_executor(), 1ms);
    timer_for<Stream> cancelled(context, 1h);
    CHECK(by_context.expires_after(1ms) == 0);
    CHECK(by_executor.expires_at(by_executor.expiry() + 1ms) == 0);
    by_context.async_wait(note);
    by_executor.async_wait(note);
    cancelled.async_wait([&over](error_code ec) { over += 10 * (ec == net::error::operation_aborted); });
    CHECK(cancelled.cancel() == 1);
    run();
    return over;
}

template <class Object> std::string complaint_of(network& where, const Object&) {
    try {
        where.run();
    } catch (const std::logic_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("the same code waits by the timer of either kind of stream") {
    net::io_context context;
    CHECK(waits_over<net::ip::tcp::socket>(context, [&] { context.run(); }) == 12);
    network net;
    CHECK(waits_over<simulated>(net.context(), [&] { net.run(); }) == 12);
    CHECK(net.elapsed() == 2ms);
}

TEST_CASE("a simulated timer that is made with a duration expires then, and one without end never") {
    network net;
    timer soon(net.get_executor(), 7ms);
    CHECK(soon.expiry() == net.now() + 7ms);
    timer never(net.context(), (clock::duration::max)());
    CHECK(never.expiry() == (clock::time_point::max)());
    bool done = false;
    never.async_wait([&](error_code) { done = true; });
    soon.async_wait([](error_code) {});
    net.run();
    CHECK(net.elapsed() == 7ms);
    CHECK_FALSE(done);
}

TEST_CASE(
    "a real timer, socket or resolver on a simulated network is noticed as soon as nothing else happens") {
    network net;
    const std::string timer_for_it = "timer_for<Stream>";
    SECTION("nothing real") {
        CHECK(complaint_of(net, simulated(net.get_executor())).empty());
        CHECK(complaint_of(net, timer(net.get_executor())).empty());
    }
    SECTION("a timer, made anew while the network runs") {
        timer first(net.get_executor(), 3s);
        std::unique_ptr<net::steady_timer> real;
        first.async_wait([&](error_code) {
            real = std::make_unique<net::steady_timer>(net.get_executor(), 1h);
            real->async_wait([](error_code) {});
        });
        CHECK(complaint_of(net, real).find(timer_for_it) != std::string::npos);
        CHECK(net.elapsed() == 3s);  // everything else has happened
    }
    SECTION("a socket") {
        CHECK(complaint_of(net, net::ip::tcp::socket(net.context())).find(timer_for_it) != std::string::npos);
    }
    SECTION("a resolver") {
        CHECK(complaint_of(net, net::ip::tcp::resolver(net.context())).find(timer_for_it) !=
              std::string::npos);
    }
}

TEST_CASE("each function that runs a network notices a real timer") {
    network net;
    net::steady_timer real(net.get_executor());
    CHECK_THROWS_AS(net.run(), std::logic_error);
    CHECK_THROWS_AS(net.run_for(1s), std::logic_error);
    CHECK_THROWS_AS(net.run_until(net.now() + 1s), std::logic_error);
    CHECK_THROWS_AS(net.run_until([] { return false; }), std::logic_error);
    CHECK_THROWS_AS(net.poll(), std::logic_error);
    CHECK_THROWS_AS(net.step(), std::logic_error);
}

}  // namespace uplink::tests
