// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The executor of the client itself: one that is not type-erased, and a strand. Strands of a thread pool:
// thread_pool_test.cpp.
#include "support/client_test.hpp"
#include "support/executor_clients.hpp"

#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "a client works on an executor that is not type-erased", "[executor]") {
    loopback_server server(loopback_server::echo());
    client_on<context_executor> client{io};
    connect(client, server);
    completion exchanged;
    client.async_exchange(std::string("ping"), half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(client.state().view() == "ping");
    CHECK(client.get_executor() == io.get_executor());
}

TEST_CASE_METHOD(client_test, "a client on a strand runs its handlers in the strand", "[executor]") {
    loopback_server server(loopback_server::echo());
    client_on<strand_executor> client{net::make_strand(io)};
    completion connected;
    bool inside = false;
    connected.and_then = [&] { inside = client.get_executor().running_in_this_thread(); };
    client.async_connect(server.host(), server.service(), record(connected));
    run();
    CHECK(connected == completed(success));
    CHECK(inside);
}

}  // namespace uplink::tests
