// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Handlers that own the memory of their operations: whether an operation completes or is destroyed with the context, at
// whichever step, its memory is given back before the handler is destroyed.
#include <uplink/async_client.hpp>
#include <uplink/async_exchange.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/owned_memory.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using simulated_client = async_client<testing::socket>;
using start_operation = std::function<void(simulated_client&, arena_record&)>;

const std::vector<std::pair<const char*, start_operation>> operations{
    {"connect", [](simulated_client& on,
                   arena_record& record) { on.async_connect("other.test", "80", memory_owner(record)); }},
    {"send", [](simulated_client& on,
                arena_record& record) { on.async_send(std::string("abc"), memory_owner(record)); }},
    {"half-close",
     [](simulated_client& on, arena_record& record) { on.async_shutdown_send(memory_owner(record)); }},
    {"drain",
     [](simulated_client& on, arena_record& record) {
         on.async_send(std::string("abc"), memory_owner(record));
         on.async_drain(memory_owner(record));
     }},
    {"receive",
     [](simulated_client& on, arena_record& record) { on.async_receive_some(memory_owner(record)); }},
    {"exchange", [](simulated_client& on,
                    arena_record& record) { on.async_exchange(std::string("abc"), memory_owner(record)); }},
    {"close", [](simulated_client& on, arena_record& record) { on.async_close(memory_owner(record)); }},
};

void describe(testing::network& net) {
    net.host("server.test").v4({"192.0.2.1"});
    net.host("other.test").v6({"2001:db8::2"}).v4({"192.0.2.2"});
    net.endpoint("192.0.2.1:80").accept().reply("welcome").expect("abc").reply("bye").close();
    net.endpoint("192.0.2.2:80").accept().reply("welcome").close();
    net.writes_at_once(false);
}

/// The context and the client, in either order, go after so many events. True if nothing was left to happen.
bool stop_after(std::size_t steps, const start_operation& start, bool is_connected, bool context_first,
                arena_record& record) {
    auto net = std::make_unique<testing::network>();
    describe(*net);
    std::optional<simulated_client> client(std::in_place, net->get_executor(),
                                           client_options{.send_queue = {.low_water = 0}});
    if (is_connected) {
        completion connected;
        client->async_connect("server.test", "80", tests::record(connected));
        net->run_until([&] { return bool(connected); });
    }
    start(*client, record);
    bool is_over = false;
    for (std::size_t i = 0; i != steps && !is_over; ++i) {
        const std::size_t before = net->events();
        net->step();
        is_over = net->events() == before;
    }
    if (context_first) net.reset();
    client.reset();
    net.reset();
    return is_over;
}

void check(const arena_record& record) {
    CHECK(record.made != 0);
    CHECK(record.gone == record.made);
    CHECK(record.blocks != 0);
    CHECK(record.blocks_when_gone == 0);
}

}  // namespace

TEST_CASE("the memory of an operation is given back before the handler that owns it is destroyed",
          "[lifetime]") {
    for (const auto& [name, start] : operations) {
        for (const bool context_first : {false, true}) {
            int calls = 0;
            bool is_over = false;
            for (std::size_t steps = 0; !is_over; ++steps) {
                CAPTURE(name, context_first, steps);
                arena_record record;
                is_over = stop_after(steps, start, std::string(name) != "connect", context_first, record);
                check(record);
                calls += record.calls;
            }
            CAPTURE(name, context_first);
            CHECK(calls != 0);
        }
    }
}

TEST_CASE("the memory of a free exchange is given back before the handler that owns it is destroyed",
          "[lifetime][async_exchange]") {
    // Not before the first handler: what is posted to a strand has a block that Asio gives back after the handler.
    for (const int handlers : {1, 2, 3, 4, 100}) {
        CAPTURE(handlers);
        arena_record record;
        {
            net::io_context io;
            uplink::async_exchange(io, "127.0.0.1", "1", "abc", memory_owner(record));
            for (int i = 0; i != handlers; ++i) {
                if (io.run_one() == 0) break;
            }
        }
        check(record);
        if (handlers == 100) CHECK(record.calls == 1);
    }
}

}  // namespace uplink::tests
