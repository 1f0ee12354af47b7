// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue: a total cancellation that part of the send has outrun is not honoured, and leaves no trace:
// what ends the send later is what it ends with.

#include <uplink/detail/connection/sender.hpp>

#include "support/scripted_stream.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("a cancel on the stream itself ends a send, though a total cancellation of it was outrun before") {
    net::cancellation_signal signal;
    completion sent;
    scripted_client<> talk;
    talk.connect();
    talk.script().ends_cancelled_writes = false;
    talk.client.async_send(std::string("0123456789"), with_slot(signal, record(sent)));
    signal.emit(net::cancellation_type::total);
    talk.script().end_write({}, 4);
    talk.run();
    REQUIRE(talk.script().writing() == "456789");
    talk.script().end_write(net::error::operation_aborted, 0);
    talk.run();
    CHECK(sent == completed(aborted, 4));
}

TEST_CASE(
    "a limit ends a send as a timeout, though a total cancellation of it was outrun by the same write") {
    net::cancellation_signal signal;
    completion sent;
    scripted_client<> talk;
    talk.connect();
    talk.script().ends_cancelled_writes = false;
    talk.client.async_send(std::string("0123456789"), 1s, with_slot(signal, record(sent)));
    signal.emit(net::cancellation_type::total);
    talk.net.run_for(1s);
    CHECK_FALSE(sent);
    talk.script().end_write(net::error::operation_aborted, 4);
    talk.run();
    CHECK(sent == completed(errc::send_timeout, 4));
}

}  // namespace uplink::tests
