// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Writes that need no turn of the event loop, on a network that grants them.

#include "support/catch.hpp"
#include "support/connected.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;
using uplink::testing::operation_kind;

namespace {

class at_once : public connected {
public:
    explicit at_once(const describe& server, client_options options = {})
        : connected(server, std::move(options)) {
        network().writes_at_once();
    }
    std::size_t writes() {
        const auto& log = network().faults().log();
        return static_cast<std::size_t>(std::count_if(
            log.begin(), log.end(), [](const auto& each) { return each.kind == operation_kind::write; }));
    }
    std::size_t sent() { return client()->stats().bytes_sent; }
};

void takes_all(endpoint& server) { server.accept().silent(); }

}  // namespace

TEST_CASE("a send is written at once, and its handler called later") {
    at_once talk(takes_all);
    operation& send = talk.send("abc");
    CHECK(talk.sent() == 3);
    CHECK_FALSE(send);
    talk.run();
    CHECK(send == completed(success, 3));
    CHECK(talk.writes() == 1);
}

TEST_CASE("sends queue up while a completion waits to be told, and leave together") {
    at_once talk(takes_all);
    for (int i = 0; i != 10; ++i) talk.send("0123456789");
    CHECK(talk.sent() == 10);
    CHECK(talk.client()->send_queue_bytes() == 90);
    talk.run();
    CHECK(talk.peer_got().size() == 100);
    CHECK(talk.writes() == 2);
}

TEST_CASE("what a full window does not take waits for room") {
    at_once talk([](endpoint& server) { server.accept().window(4).latency(1ms).expect_bytes(10).silent(); });
    operation& send = talk.send("0123456789");
    CHECK(talk.sent() == 4);
    talk.run();
    CHECK(send == completed(success, 10));
    CHECK(talk.peer_got() == "0123456789");
}

TEST_CASE("an error of a write at once is latched, and told like any other") {
    at_once talk(takes_all);
    talk.network().fail_operation(talk.network().faults().log().size() + 1, net::error::connection_reset);
    operation& receive = talk.receive();
    operation& send = talk.send("abc");
    CHECK_FALSE(send);
    talk.run();
    CHECK(send == completed(was_reset, 0));
    CHECK(receive == completed(was_reset));
}

TEST_CASE("a send that is held back counts for the limit only behind the first") {
    at_once talk(takes_all, {.send_queue = {.limit = 10}});
    talk.send("x");
    talk.send(std::string(100, 'a'));  // into an empty queue, though it is held back
    operation& fits = talk.send("0123456789");
    operation& refused = talk.send("y");
    talk.run();
    CHECK(fits == completed(success, 10));
    CHECK(refused == completed(errc::send_queue_full, 0));
}

TEST_CASE("a send that is held back can be cancelled without trace, by every type") {
    for (const auto type : every_type) {
        at_once talk(takes_all);
        talk.send("x");
        operation& held = talk.send("held");
        talk.emit(held.index, type);
        talk.send("more");
        talk.run();
        CHECK(held == completed(aborted, 0));
        CHECK(talk.peer_got() == "xmore");
    }
}

TEST_CASE("a half-close goes behind sends that are held back") {
    at_once talk([](endpoint& server) { server.accept().expect_eof().close(); });
    talk.send("x");
    talk.send("held");
    talk.shutdown_send();
    talk.run();
    CHECK(talk.peer_got() == "xheld");
    for (const operation& each : talk.operations()) CHECK(each == completed(success));
}

}  // namespace uplink::tests
