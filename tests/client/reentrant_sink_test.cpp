// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A sink of the user's that uses the client while it is given bytes, on a connection that fails at that moment.
#include "support/client_test.hpp"
#include "support/reset_code.hpp"
#include "support/sink_client.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "a sink may send, close and cancel while it is given bytes", "[receive]") {
    enum class act { send, close, cancel };
    for (const auto what : {act::send, act::close, act::cancel}) {
        CAPTURE(what);
        loopback_server server({server_script().reply("abc").when_signalled().reset()});
        std::function<void(std::string_view)> take = [](std::string_view) {};
        std::string got;
        sink_client client{io, {}, function_sink([&](std::string_view bytes) {
                               got += bytes;
                               take(bytes);
                           })};
        connect(client, server);
        completion received, sent;
        take = [&](std::string_view) {
            if (what == act::send) {
                server.signal();
                REQUIRE(server.wait_for_end());
                // One of these meets the reset.
                for (int i = 0; i != 3; ++i) client.async_send(std::string("ack"), record(sent));
            }
            if (what == act::close) client.close();
            if (what == act::cancel) client.cancel();
        };
        client.async_receive(record(received));
        run_until(received);
        CHECK(received == completed(what == act::send ? reset_code(received) : aborted));
        CHECK(got == "abc");
        client.close();
        if (what != act::send) server.signal();
        run();
        CHECK(sent.calls == (what == act::send ? 3 : 0));
        REQUIRE(server.wait_for_end());
        server.take_failures();
    }
}

}  // namespace uplink::tests
