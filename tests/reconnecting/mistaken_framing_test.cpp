// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A framing that throws, or gives offsets that make no sense, ends the receive with the same code in a client and in a
// reconnecting client, and the bytes stay.
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"

#include <new>
#include <string_view>

namespace uplink::tests {

namespace {

enum class mistake { no_memory, exception, offsets };

struct mistaken_framing {
    mistake what;

    parse_result parse(std::string_view pending) const {
        if (pending.empty()) return parse_result::need_more();
        if (what == mistake::no_memory) throw std::bad_alloc();
        if (what == mistake::exception) throw 1;
        return parse_result::message(0, pending.size() + 1, pending.size() + 1);
    }
};

}  // namespace

TEST_CASE_METHOD(reconnect_test, "Reconnect: a mistake of a framing is the code that it is for a client") {
    for (const mistake what : {mistake::no_memory, mistake::exception, mistake::offsets}) {
        const error_code expected = what == mistake::no_memory ? error_code(net::error::no_memory)
                                                               : error_code(errc::malformed_message);
        server().clear().accept().reply("abc");
        completion connected, received, carried, rest;
        simulated_client plain(net.get_executor());
        plain.async_connect("server.test", 80, record(connected));
        net.poll();
        plain.async_receive_message(mistaken_framing{what}, record(received));
        net.poll();
        CHECK(received == completed(expected, ""));
        CHECK(plain.state().view() == "abc");
        simulated_reconnect client = make();
        client.start();
        client.async_receive_message(mistaken_framing{what}, record(carried));
        net.poll();
        CHECK(carried == completed(expected, ""));
        client.async_receive_some(record(rest));
        net.poll();
        CHECK(rest == completed(success, "abc"));
    }
}

}  // namespace uplink::tests
