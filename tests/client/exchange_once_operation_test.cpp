// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The free async_exchange on the simulated network: its one limit, its cancellation and the slot.

#include <uplink/detail/client/exchange_once_operation.hpp>

#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/simulated_whole.hpp"

#include <chrono>

namespace uplink::tests {

using namespace std::chrono_literals;
using testing::network;

namespace {

void describe_slow_lookup(network& network) {
    network.host("server.test").v4({"192.0.2.1"}, 60ms);
    network.endpoint("192.0.2.1:80").accept().expect("request").reply("half");
}

}  // namespace

TEST_CASE("a whole exchange has one limit: what connecting took is not there for the rest") {
    network network;
    describe_slow_lookup(network);
    simulated_whole whole(network);
    whole.start(100ms);
    network.run();
    CHECK(whole == completed(errc::receive_timeout, "half"));
    CHECK(whole.when == 100ms);
    CHECK(network.open_sockets() == 0);
}

TEST_CASE("a whole exchange without a limit ends by idle_timeout, and otherwise not") {
    network network;
    describe_slow_lookup(network);
    simulated_whole whole(network), endless(network);
    whole.start({}, false, {.idle_timeout = 1s});
    endless.start();
    network.run_for(1h);
    CHECK(whole == completed(errc::receive_timeout, "half"));
    CHECK(whole.when == 1060ms);
    CHECK_FALSE(endless);
}

TEST_CASE("the slot of a whole exchange is free when its handler runs, however it ends") {
    for (const bool ends_well : {true, false}) {
        network network;
        network.host("server.test").v4({"192.0.2.1"});
        auto& server = network.endpoint("192.0.2.1:80");
        if (ends_well) server.accept().expect("request").reply("all").close();
        else server.refuse();
        simulated_whole whole(network);
        whole.start();
        CHECK(whole.signal.slot().has_handler());
        network.run();
        const error_code expected = ends_well ? success : error_code(net::error::connection_refused);
        CHECK(whole == completed(expected));
        CHECK(whole.slot_was_free);
        whole.signal.emit(net::cancellation_type::terminal);  // too late
        network.run();
        CHECK(whole == completed(expected));
    }
}

TEST_CASE("a whole exchange that is cancelled before its first step makes no attempt") {
    for (const auto type : {net::cancellation_type::terminal, net::cancellation_type::partial}) {
        network network;
        describe_slow_lookup(network);
        simulated_whole whole(network);
        whole.start();
        whole.signal.emit(type);
        network.run();
        CHECK(whole == completed(aborted));
        CHECK(whole.slot_was_free);
        CHECK(network.attempts().empty());
        CHECK(whole.when == 0ms);
    }
}

TEST_CASE("a whole exchange whose client is gone before its first step does not begin to connect") {
    for (const auto type : {net::cancellation_type::terminal, net::cancellation_type::partial}) {
        network network;
        describe_slow_lookup(network);
        simulated_whole whole(network);
        net::post(network.get_executor(), [&] {  // here the cancel is carried out at once, before that step
            whole.start(1s);
            whole.signal.emit(type);
        });
        network.run();
        CHECK(whole == completed(aborted, ""));
        CHECK(whole.slot_was_free);
        CHECK(network.lookups().empty());
        CHECK(network.attempts().empty());
        CHECK(whole.when == 0ms);
    }
}

TEST_CASE("a whole exchange is cancelled by terminal and partial while it waits, with what had come") {
    for (const auto type :
         {net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total}) {
        network network;
        describe_slow_lookup(network);
        simulated_whole whole(network);
        whole.start(1s);
        network.run_for(100ms);
        whole.signal.emit(type);
        network.run();
        const bool honoured = type != net::cancellation_type::total;
        CHECK(whole == completed(honoured ? aborted : error_code(errc::receive_timeout), "half"));
        CHECK(network.open_sockets() == 0);
    }
}

TEST_CASE("a whole exchange half-closes where it is to, and else not") {
    for (const bool half_closes : {true, false}) {
        network network;
        network.host("server.test").v4({"192.0.2.1"});
        network.endpoint("192.0.2.1:80").accept().expect("request").expect_eof().reply("all").close();
        simulated_whole whole(network);
        whole.start(1s, half_closes);
        network.run();
        if (half_closes) CHECK(whole == completed(success, "all"));
        else CHECK(whole == completed(errc::receive_timeout, ""));
    }
}

}  // namespace uplink::tests
