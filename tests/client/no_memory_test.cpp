// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// operator new fails once, at each allocation of a conversation in turn: every operation that was started is told
// once, one that was not started throws, and the client can be used again.
#include "support/client_test.hpp"
#include "support/failing_new.hpp"

#include <cstddef>
#include <new>
#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "faults 84: no memory for any one allocation of a conversation", "[send]") {
    const bool sends_more = GENERATE(true, false);
    const std::string bytes = many_bytes(2 << 20);
    bool failed = true;
    std::size_t nth = 0;
    for (; failed; ++nth) {
        INFO("allocation " << nth);
        loopback_server server({conversation().expect_anything_until_eof().reply("abc").close(),
                                conversation().expect_anything_until_eof().reply("abc").close()});
        async_client client{io};
        connect(client, server);
        outcome received, sent, behind, ended, last;
        int started = 0;
        {
            const failing_new memory(nth);
            try {
                client.async_receive(noted_in(received));
                ++started;
                client.async_send(net::buffer(bytes), noted_in(sent));
                ++started;
                if (sends_more) {
                    client.async_send(std::string("behind"), noted_in(behind));
                    ++started;
                    client.async_shutdown_send(noted_in(ended));
                    ++started;
                }
            } catch (const std::bad_alloc&) {
                client.close();
            }
            if (started >= 2) run_until(sent);
            failed = memory.has_failed();
        }
        client.async_shutdown_send(noted_in(last));
        run();
        CHECK(received.calls + sent.calls + behind.calls + ended.calls == started);
        if (!failed) {
            CHECK(received.succeeded());
            CHECK(sent.succeeded());
            CHECK(behind.succeeded() == sends_more);
            CHECK(client.state().view() == "abc");
        }
        client.close();
        connect(client, server);
        outcome exchanged;
        client.async_exchange(std::string("again"), noted_in(exchanged));
        run();
        CHECK(exchanged.succeeded());
    }
    CHECK(nth > 1);  // the memory of the queue has failed; what Asio needs is not always from operator new
}

}  // namespace uplink::tests
