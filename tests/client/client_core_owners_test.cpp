// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients that belong to their handlers: destroyed in one of them, or with the context (fault 74).

#include <uplink/detail/client/client_core.hpp>

#include "support/catch.hpp"
#include "support/driven_client.hpp"
#include "support/owning_operations.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using testing::network;

namespace {

const auto remote = uplink::testing::detail::parse_endpoint("192.0.2.1:80");

}  // namespace

TEST_CASE("a client is destroyed in any of its handlers, by the last owner of itself") {
    enum class op { connect, receive, send, drain, shutdown_send, exchange, close };
    for (const auto which :
         {op::connect, op::receive, op::send, op::drain, op::shutdown_send, op::exchange, op::close}) {
        CAPTURE(which);
        network net;
        net.endpoint(remote).accept().reply("text\n").expect("x").expect_eof().close();
        auto client = std::make_shared<client_type>(net.get_executor());
        std::weak_ptr<client_type> weak = client;
        completion connected, ended;
        connected.and_then = [&] {
            const auto last = weak.lock();
            if (which == op::receive) last->async_receive_until("\n", record(ended, last));
            if (which == op::send) last->async_send(std::string("x"), record(ended, last));
            if (which == op::drain) last->async_drain(record(ended, last));
            if (which == op::shutdown_send) last->async_shutdown_send(record(ended, last));
            if (which == op::exchange)
                last->async_exchange(std::string("x"), half_close, record(ended, last));
            if (which == op::close) last->async_close(record(ended, last));
        };
        client->async_connect(remote, record(connected, client));
        client.reset();
        net.run();
        CHECK(connected.calls == 1);
        CHECK(ended.calls == (which == op::connect ? 0 : 1));
        CHECK(weak.expired());
        CHECK(net.open_sockets() == 0);
        CHECK(net.pending_operations() == 0);
    }
}

TEST_CASE("faults 74: a handler that owns its client is destroyed with the context, and nothing leaks") {
    for (const bool connects : {false, true}) {
        std::weak_ptr<client_type> weak;
        {
            network net;
            connects ? net.endpoint(remote).black_hole() : net.endpoint(remote).accept().window(1).deaf();
            auto client = std::make_shared<client_type>(
                net.get_executor(), uplink::client_options{.send_queue = {.low_water = 0}});
            weak = client;
            completion connected, called;
            connected.and_then = [&] {
                const auto own = weak.lock();
                own->async_receive(record(called, own));
                for (int i = 0; i != 3; ++i) own->async_send(std::string("xyz"), record(called, own));
                own->async_drain(1h, record(called, own));
            };
            client->async_connect(remote, record(connected, client));
            client.reset();
            net.run_for(1s);
            CHECK_FALSE(called);
            CHECK_FALSE(weak.expired());
        }
        CHECK(weak.expired());
    }
}

}  // namespace uplink::tests
