// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The connections of one client, without any operation: which one is current, what each way to end it leaves, and what
// the observer is told then.
#include <uplink/detail/client/client_connections.hpp>

#include <uplink/detail/client/client_core.hpp>

#include "support/catch.hpp"
#include "support/observed_events.hpp"
#include "support/simulated_connection.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using core_type = detail::client_core<testing::socket, received_bytes>;
using lines = std::vector<std::string>;

const error_code was_lost = net::error::connection_reset;

struct connections_test {
    connections_test() { net.endpoint("192.0.2.1:80").accept().silent(); }
    ~connections_test() {
        all.close();
        all.free_given_back();
        CHECK(all.is_empty());
        net.run();
        CHECK(net.open_sockets() == 0);
    }

    void establish() {
        simulated_connection connected(net);
        REQUIRE(connected.wait());
        all.establish(core->make_connection(std::move(connected.socket)));
    }
    lines told() { return std::exchange(events->lines, {}); }

    testing::network net{};
    std::shared_ptr<observed_events> events = std::make_shared<observed_events>();
    std::shared_ptr<core_type> core =
        std::make_shared<core_type>(net.get_executor(), detail::layer_options_of_t<testing::socket>(),
                                    client_options{.observer = events}, received_bytes());
    detail::client_connections<core_type>& all = core->connections();
};

}  // namespace

TEST_CASE_METHOD(connections_test,
                 "without a connection a client has an idle stream, and counts of nothing") {
    CHECK(all.current() == nullptr);
    CHECK(all.is_empty());
    CHECK(all.is_lost());
    CHECK_FALSE(all.is_usable(false));
    CHECK_FALSE(all.is_usable(true));
    CHECK_FALSE(all.has_retired());
    CHECK_FALSE(all.stream().is_open());
    CHECK(all.stats().connected_for == 0s);
    CHECK(all.send_queue_bytes() == 0);
    all.close();
    CHECK(all.is_empty());
    CHECK(told().empty());
}

TEST_CASE_METHOD(connections_test,
                 "an established connection is usable until it fails, and current until it is closed") {
    establish();
    auto* const current = all.current();
    REQUIRE(current != nullptr);
    CHECK_FALSE(all.is_empty());
    CHECK_FALSE(all.is_lost());
    CHECK(all.is_usable(false));
    CHECK(all.stream().is_open());
    current->fail(was_lost);
    CHECK(all.current() == current);
    CHECK(all.is_lost());
    CHECK_FALSE(all.is_usable(false));
    CHECK_FALSE(all.is_usable(true));
    CHECK(told() == lines{"connection: " + was_lost.message()});
    all.close();  // its end has been told
    CHECK(told().empty());
}

TEST_CASE_METHOD(connections_test,
                 "a closed connection is kept until it is given back, and its counts until the next") {
    establish();
    net.run_for(3s);
    all.close();
    CHECK(all.current() == nullptr);
    CHECK(all.has_retired());
    CHECK_FALSE(all.is_empty());
    CHECK_FALSE(all.stream().is_open());
    CHECK(told() == lines{"connection: ok"});
    net.run_for(1s);
    all.free_given_back();
    CHECK_FALSE(all.has_retired());
    CHECK(all.is_empty());
    CHECK(all.stats().connected_for == 3s);
    establish();
    CHECK(all.stats().connected_for == 0s);
}

TEST_CASE_METHOD(connections_test, "the result of an async_close is told if it is a time that has run out") {
    struct row {
        error_code result;
        std::string told;
    };
    const row rows[] = {{{}, "ok"},
                        {net::error::operation_aborted, "ok"},
                        {errc::close_timeout, error_code(errc::close_timeout).message()}};
    for (const row& each : rows) {
        establish();
        all.close(&each.result);
        CHECK(told() == lines{"connection: " + each.told});
    }
}

TEST_CASE_METHOD(connections_test,
                 "a socket that is given away stays open, and its client has no connection") {
    establish();
    testing::socket socket = all.give_away();
    CHECK(socket.is_open());
    CHECK(all.current() == nullptr);
    CHECK(told() == lines{"connection: ok"});
    error_code ec;
    socket.close(ec);
}

TEST_CASE_METHOD(connections_test, "when the context ends nothing is left, and nothing more is told") {
    establish();
    all.abandon();
    CHECK(all.current() == nullptr);
    CHECK(all.has_retired());
    CHECK(told() == lines{"connection: ok"});
    all.let_go();
    CHECK(all.is_empty());
    all.close();
    CHECK(told().empty());
}

}  // namespace uplink::tests
