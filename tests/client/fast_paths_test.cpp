// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What needs no turn of the event loop takes none: each way around one is seen to be taken.
#include "support/client_test.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "a send that the system takes has left when async_send returns", "[send]") {
    loopback_server server({conversation().expect("abc").close()});
    async_client client{io};
    connect(client, server);
    outcome sent;
    client.async_send(net::buffer("abc", 3), noted_in(sent));
    CHECK(client.stats().bytes_sent == 3);
    CHECK(client.send_queue_bytes() == 0);
    CHECK_FALSE(sent);
    run();
    CHECK(sent.succeeded());
}

TEST_CASE_METHOD(client_test, "some handlers of one step follow each other, and not for ever", "[send]") {
    loopback_server server({conversation().expect_anything_until_eof().close()});
    async_client client{io};
    connect(client, server);
    std::size_t calls = 0;
    std::function<void()> send = [&] {
        client.async_send(net::buffer("x", 1), [&](error_code ec, std::size_t) {
            if (!ec && ++calls != 1000) send();
        });
    };
    send();
    CHECK(calls == 0);
    run_until([&] { return calls != 0; });
    CHECK(calls > 1);
    CHECK(calls < 100);
    run();
    CHECK(calls == 1000);
}

}  // namespace uplink::tests
