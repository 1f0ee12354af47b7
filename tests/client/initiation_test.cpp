// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An initiation holds the core and not the client, so it can be called later, after the client has moved or gone, and
// more than once. What its handlers may be is in initiation_handlers_test.cpp.

#include <uplink/detail/client/initiation.hpp>

#include "client/initiation_client.hpp"
#include "support/later_token.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

TEST_CASE("an initiation may be called later and more than once, after the client has moved") {
    connected_client one("text text");
    const auto send = one.client.async_send(std::string("twice "), later_token());
    const auto receive = one.client.async_receive_exactly(4, later_token());
    client_type moved = std::move(one.client);
    for (const char* const expected : {"text", " tex"}) {
        completion sent, received;
        send(record(sent));
        receive(record(received));
        one.net.run();
        CHECK(sent == completed(success, 6));
        CHECK(received == completed(success, expected));
    }
    CHECK(one.net.attempts().back().received == "twice twice ");
}

TEST_CASE("an initiation that is called after the client has gone finds it closed") {
    connected_client one;
    const auto receive = one.client.async_receive(later_token());
    { const client_type gone = std::move(one.client); }
    completion received;
    receive(record(received));
    one.net.run();
    CHECK(received == completed(net::error::not_connected));
}

TEST_CASE("a connect that is started after its client has gone is aborted, and makes no attempt") {
    connected_client one;
    const std::size_t attempts = one.net.attempts().size();
    client_type fresh(one.net.get_executor());
    const auto from_fresh = fresh.async_connect(initiation_server, later_token());
    const auto by_name = fresh.async_connect("server.test", "80", later_token());
    const auto from_connected = one.client.async_connect(initiation_server, later_token());
    { const client_type gone = std::move(fresh); }
    { const client_type gone = std::move(one.client); }
    completion fresh_connect, named_connect, second_connect;
    from_fresh(record(fresh_connect));
    by_name(record(named_connect));
    from_connected(record(second_connect));
    for (const completion* each : {&fresh_connect, &named_connect, &second_connect}) CHECK_FALSE(*each);
    one.net.run();
    for (const completion* each : {&fresh_connect, &named_connect, &second_connect})
        CHECK(*each == completed(aborted));
    CHECK(one.net.attempts().size() == attempts);
    CHECK(one.net.lookups().empty());
    CHECK(one.net.open_sockets() == 0);
}

TEST_CASE("an initiation tells the client's executor") {
    using core_type = detail::client_core<testing::socket, received_bytes>;
    using initiation = detail::initiation<core_type, void (*)()>;
    static_assert(std::is_same_v<initiation::executor_type, client_type::executor_type>);
    testing::network net;
    const auto core = std::make_shared<core_type>(net.get_executor(), detail::no_layer_options{},
                                                  client_options{}, received_bytes{});
    CHECK(initiation(core, nullptr).get_executor() == net.get_executor());
}

}  // namespace uplink::tests
