// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Edges of simulated time and of chance: what is late or over, timers that go, one step, and what a seed decides.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#endif

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::clock;
using uplink::testing::network;
using uplink::testing::timer;

namespace {

constexpr const char* chance_address = "192.0.2.1:80";

/// What three timers of one instant do, in the order in which it happens.
std::string order_of_ties(std::uint64_t seed, bool shuffled) {
    network net(seed);
    net.shuffle_ties(shuffled);
    std::string order;
    timer timers[] = {timer(net.get_executor(), 1ms), timer(net.get_executor(), 1ms),
                      timer(net.get_executor(), 1ms)};
    for (int i = 0; i != 3; ++i)
        timers[i].async_wait([&order, i](error_code) { order += std::to_string(i); });
    net.run();
    return order;
}

/// The time at which all of a text has come, and how many reads that took.
std::string arrival(std::uint64_t seed, clock::duration jitter, std::size_t random_pieces) {
    network net(seed);
    net.jitter(jitter);
    net.random_pieces(random_pieces);
    net.endpoint(chance_address).accept().split(3).reply("0123456789abcdef").close();
    simulated_connection link(net, chance_address);
    REQUIRE(link.wait());
    std::string all;
    int reads = 0;
    while (!link.read.ec) {
        const std::string part = link.read_all_there_is();
        if (random_pieces != 0) CHECK(part.size() <= random_pieces);
        all += part;
        ++reads;
    }
    CHECK(all == "0123456789abcdef");
    CHECK(net.elapsed() <= jitter);
    return std::to_string(net.elapsed().count()) + ", " + std::to_string(reads);
}

}  // namespace

TEST_CASE("ties are shuffled from the seed, if wanted, and one seed shuffles them one way") {
    std::set<std::string> shuffled;
    for (std::uint64_t seed = 0; seed != 30; ++seed) {
        CHECK(order_of_ties(seed, false) == "012");
        shuffled.insert(order_of_ties(seed, true));
        CHECK(order_of_ties(seed, true) == order_of_ties(seed, true));
    }
    CHECK(shuffled.size() > 3);
}

TEST_CASE("bytes are late by chance and come in pieces by chance, in order, and one seed does it one way") {
    std::set<std::string> late;
    std::set<std::string> pieces;
    for (std::uint64_t seed = 0; seed != 20; ++seed) {
        CHECK(arrival(seed, {}, 0) == arrival(0, {}, 0));
        late.insert(arrival(seed, 10ms, 0));
        pieces.insert(arrival(seed, {}, 4));
        CHECK(arrival(seed, 10ms, 4) == arrival(seed, 10ms, 4));
    }
    CHECK(late.size() > 10);
    CHECK(pieces.size() > 2);
}

TEST_CASE("time does not go back, whatever a network is asked for") {
    network net;
    const clock::time_point start = net.now();
    net.run_for(5ms);
    net.run_until(start);
    CHECK(net.elapsed() == 5ms);
}

TEST_CASE("a wait whose time is over goes behind I/O all the same") {
    network net;
    net.endpoint(chance_address).accept();
    net.run_for(5ms);
    std::string order;
    timer late(net.get_executor());
    late.expires_at(net.now() - 4ms);
    late.async_wait([&](error_code) { order += 't'; });
    uplink::testing::socket socket(net.get_executor());
    socket.async_connect(uplink::testing::detail::parse_endpoint(chance_address),
                         [&](error_code) { order += 'c'; });
    net.run();
    CHECK(order == "ct");
    CHECK(net.elapsed() == 5ms);
}

TEST_CASE("a wait that was cancelled takes no time, however it was cancelled") {
    for (int how = 0; how != 4; ++how) {
        CAPTURE(how);
        network net;
        auto waiting = std::make_unique<timer>(net.get_executor(), 1h);
        error_code result;
        net::cancellation_signal signal;
        waiting->async_wait(net::bind_cancellation_slot(signal.slot(), [&](error_code ec) { result = ec; }));
        signal.emit(net::cancellation_type::none);  // cancels nothing
        CHECK(net.pending_operations() == 1);
        if (how == 0) waiting->cancel();
        if (how == 1) signal.emit(net::cancellation_type::terminal);
        if (how == 2) *waiting = timer(net.get_executor());
        if (how == 3) waiting.reset();
        CHECK(net.pending_operations() == 0);
        net.run();
        CHECK(result == net::error::operation_aborted);
        CHECK(net.elapsed() == 0ms);
        CHECK(net.events() == 0);
    }
}

TEST_CASE("a step runs the handlers that are ready before it looks for the next event") {
    network net;
    timer early(net.get_executor());
    timer late(net.get_executor(), 5ms);
    late.async_wait([](error_code) {});
    net::post(net.get_executor(), [&] {
        early.expires_after(1ms);
        early.async_wait([](error_code) {});
    });
    CHECK(net.step() == 2);
    CHECK(net.elapsed() == 1ms);
    CHECK(net.step() == 1);
    CHECK(net.step() == 0);
    CHECK(net.elapsed() == 5ms);
}

}  // namespace uplink::tests
