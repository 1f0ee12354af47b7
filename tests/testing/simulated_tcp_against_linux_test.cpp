// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How a connection ends, on the simulated network and over Linux's loopback: the same steps must give the
// same codes, in the same order.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"
#include "support/tcp_rig.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::network;

namespace {

template <class Scenario> std::vector<std::string> same_on_both(const peer_acts& script, Scenario scenario) {
    simulated_rig first(script);
    scenario(first);
#if !defined(ASIO_HAS_IO_URING_AS_DEFAULT) && !defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
    // There completions come in their own time, which this test does not wait for.
    linux_rig second(script);
    scenario(second);
    CHECK(first.told == second.told);
#endif
    return first.told;
}

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("RST with a read and a write pending: the write is told, the read gets a clean eof") {
    CHECK(same_on_both({peer_act::reset}, [](auto& it) {
              it.start_read();
              it.fill();
              it.peer();
              it.remote();
              it.read();
          }) == strings{"write reset", "read eof", "remote unconnected", "read eof"});
}

TEST_CASE("RST with a read pending: the read is told once, then eof and broken_pipe") {
    CHECK(same_on_both({peer_act::reset}, [](auto& it) {
              it.start_read();
              it.peer();
              it.read();
              it.write();
              it.remote();
          }) == strings{"read reset", "read eof", "write pipe", "remote unconnected"});
}

TEST_CASE("RST with nothing pending: data first, then the one who asks first is told") {
    CHECK(same_on_both({peer_act::send, peer_act::reset}, [](auto& it) {
              it.peer();
              it.peer();
              it.read();
              it.read();
              it.read();
              it.read();
              it.shutdown_send();
          }) == strings{"read 3", "read 1", "read reset", "read eof", "shutdown unconnected"});
    CHECK(same_on_both({peer_act::send, peer_act::reset}, [](auto& it) {
              it.peer();
              it.peer();
              it.write();
              it.write();
              it.read();
              it.read();
              it.read();
          }) == strings{"write reset", "write pipe", "read 3", "read 1", "read eof"});
}

TEST_CASE("FIN: data, then eof for ever, and the connection is still there") {
    CHECK(same_on_both({peer_act::send, peer_act::fin, peer_act::take},
                       [](auto& it) {
                           it.peer();
                           it.peer();
                           it.read();
                           it.read();
                           it.read();
                           it.read();
                           it.remote();
                           it.write();
                           it.peer();
                           it.shutdown_send();
                           it.remote();
                       }) == strings{"read 3", "read 1", "read eof", "read eof", "remote 0", "write 5",
                                     "shutdown 0", "remote unconnected"});
}

TEST_CASE("a send after the peer's full close is taken, the next one is not") {
    CHECK(same_on_both({peer_act::close}, [](auto& it) {
              it.peer();
              it.write();
              it.write();
              it.write();
              it.read();
              it.remote();
          }) == strings{"write 5", "write pipe", "write pipe", "read eof", "remote unconnected"});
}

TEST_CASE("a peer that closes with our bytes unread resets, and what it sent before can be read") {
    CHECK(same_on_both({peer_act::send, peer_act::close}, [](auto& it) {
              it.write();
              it.peer();
              it.peer();
              it.read();
              it.read();
              it.read();
              it.read();
          }) == strings{"write 5", "read 3", "read 1", "read reset", "read eof"});
}

TEST_CASE("our half-close: the peer goes on, and at its FIN the connection is gone without a reset") {
    CHECK(same_on_both({peer_act::send, peer_act::fin},
                       [](auto& it) {
                           it.shutdown_send();
                           it.write();
                           it.remote();
                           it.peer();
                           it.read();
                           it.read();
                           it.peer();
                           it.read();
                           it.remote();
                       }) == strings{"shutdown 0", "write pipe", "remote 0", "read 3", "read 1", "read eof",
                                     "remote unconnected"});
}

TEST_CASE("our half-close, then RST: the read is told") {
    CHECK(same_on_both({peer_act::reset}, [](auto& it) {
              it.shutdown_send();
              it.start_read();
              it.peer();
              it.read();
          }) == strings{"shutdown 0", "read reset", "read eof"});
}

TEST_CASE("FIN, then RST with a write pending: broken_pipe, and reads are eof throughout") {
    CHECK(same_on_both({peer_act::fin, peer_act::reset}, [](auto& it) {
              it.peer();
              it.read();
              it.fill();
              it.peer();
              it.read();
              it.remote();
          }) == strings{"read eof", "write pipe", "read eof", "remote unconnected"});
}

TEST_CASE("a read that waits ends at FIN, a write that waits does not") {
    CHECK(same_on_both({peer_act::fin}, [](auto& it) {
              it.fill();
              it.start_read();
              it.peer();
              it.remote();
          }) == strings{"read eof", "remote 0"});
}

TEST_CASE("with reads served first a reset goes to the read, as completion-based backends may do it") {
    network net;
    net.reads_first();
    net.endpoint("192.0.2.1:80").window(1).after(1s).reset();
    simulated_connection link(net);
    REQUIRE(link.wait());
    link.start_write("12");
    net.run_for(0s);
    link.start_write("2");
    link.start_read();
    net.run_for(0s);
    CHECK_FALSE(link.write);
    net.run();
    CHECK(link.read.ec == net::error::connection_reset);
    CHECK(link.write.ec == net::error::broken_pipe);
    CHECK(link.socket.peer_gone());
}

}  // namespace uplink::tests
