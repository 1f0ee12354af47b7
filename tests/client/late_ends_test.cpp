// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What ends late: an exchange on a connection that has been reset, a connect while an earlier connection is still to be
// put away, and a receive whose view is on its way when its client goes.
#include "support/client_test.hpp"
#include "support/reset_code.hpp"
#include "support/tokens.hpp"

#include <memory>
#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "an exchange whose request meets a reset keeps what had come before",
                 "[exchange]") {
    loopback_server server({server_script().reply("too late").when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    server.signal();
    REQUIRE(server.wait_for_end());
    completion exchanged;
    client.async_exchange(std::string("request"), record(exchanged));
    run();
    CHECK(exchanged == completed(reset_code(exchanged)));
    CHECK(client.state().view() == "too late");
}

TEST_CASE_METHOD(client_test, "a connect that fails at once does so though an earlier connection has failed",
                 "[connect]") {
    loopback_server server({server_script().when_signalled().reset()});
    async_client client{io, {.socket = {.before_connect = [n = 0](auto, const auto&) mutable {
                                 return ++n == 1 ? error_code() : error_code(net::error::access_denied);
                             }}}};
    connect(client, server);
    server.signal();
    completion received;
    client.async_receive(record(received));
    run();
    CHECK(received == completed(was_reset));
    completion again;
    client.async_connect(server.host(), server.service(), record(again));
    run();
    CHECK(again == completed(net::error::access_denied));
}

TEST_CASE_METHOD(client_test, "a view on its way to another executor outlives the client", "[lifetime]") {
    loopback_server server({server_script().reply("abc").expect_eof()});
    net::io_context elsewhere;
    auto client = std::make_unique<async_client<>>(io);
    connect(*client, server);
    completion received;
    client->async_receive_exactly(3, net::bind_executor(elsewhere.get_executor(), record(received)));
    run_until([&] { return client->stats().receives == 1; });
    CHECK_FALSE(received);
    client.reset();
    while (io.poll_one() != 0) {
    }
    elsewhere.run();
    CHECK(received == completed(success, "abc"));
    run();
}

}  // namespace uplink::tests
