// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A pending operation's handler: its slot and its memory, whichever way it ends (promises 1, 5, 6, 15).

#include <uplink/detail/support/operation.hpp>

#include "support/operation_handlers.hpp"
#include "support/scripted_stream.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace uplink::tests {

namespace {

/// A client of which no operation ends by itself.
struct stuck_client : scripted_client<> {
    stuck_client() : scripted_client({.send_queue = {.low_water = 0}}) {
        connect();
        client.async_send(std::string("stuck"), [](error_code, std::size_t) {});
    }
};

}  // namespace

TEST_CASE("an operation whose handler throws when it is moved frees its memory, and nothing has changed") {
    for (int which = 0; which != one_of_each; ++which) {
        int after_taking = 0;
        bool is_started = false;
        for (int moves = 0; !is_started; ++moves) {
            CAPTURE(which, moves);
            memory_account account;
            int moves_left = moves;
            int calls = 0;
            stuck_client talk;
            const std::size_t queued = talk.client.send_queue_bytes();
            try {
                start_one(which, talk.client, throwing_handler(account, moves_left, calls));
                is_started = true;
            } catch (const moved_once_too_often&) {
                if (account.taken != 0) ++after_taking;
                CHECK(account.live == 0);
                CHECK(talk.client.send_queue_bytes() == queued);
                CHECK_NOTHROW(talk.client.take_state());  // no receive is pending
                CHECK(talk.client.is_open());
            }
            moves_left = 1000;
            talk.client.close();
            talk.run();
            CHECK(calls == (is_started ? 1 : 0));
            CHECK(account.live == 0);
        }
        CHECK(after_taking != 0);
    }
}

TEST_CASE("the slot is free when the handler is called") {
    for (int which = 0; which != one_of_each; ++which) {
        CAPTURE(which);
        net::cancellation_signal signal;
        bool was_free = false;
        completion called;
        called.and_then = [&] { was_free = !signal.slot().has_handler(); };
        stuck_client talk;
        start_one(which, talk.client, slotted_owner(called, signal, nullptr));
        CHECK(signal.slot().has_handler());
        talk.client.close();
        talk.run();
        CHECK(called.calls == 1);
        CHECK(was_free);
    }
}

TEST_CASE("the slot of an operation that is abandoned with its context is free") {
    for (int which = 0; which != one_of_each; ++which) {
        CAPTURE(which);
        net::cancellation_signal signal;
        auto stays = std::make_shared<int>();
        completion connected, sent, called;
        std::optional<testing::network> network(std::in_place);
        const auto scripts = std::make_shared<stream_scripts>();
        scripted_client<>::client_type client(network->get_executor(), scripts,
                                              {.send_queue = {.low_water = 0}});
        const net::ip::tcp::endpoint server(net::ip::make_address("192.0.2.1"), 80);
        network->endpoint(server).accept().silent();
        client.async_connect(server, record(connected));
        network->run();
        client.async_send(std::string("stuck"), record(sent));
        start_one(which, client, slotted_owner(called, signal, stays));
        REQUIRE(signal.slot().has_handler());
        network.reset();
        CHECK_FALSE(called);
        CHECK(stays.use_count() == 1);
        CHECK_FALSE(signal.slot().has_handler());
        signal.emit(net::cancellation_type::terminal);
        for (const auto& each : scripts->all) each->drop();
    }
}

}  // namespace uplink::tests
