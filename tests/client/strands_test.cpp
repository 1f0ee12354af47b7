// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Threads: clients of one context that eight threads run, each on a strand of its own. What it proves under TSan is that
// nothing of the library is shared behind the user's back.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/context_strand.hpp"
#include "support/loopback_server.hpp"
#include "support/on_threads.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(same_descriptors,
                 "threads: clients of one context, each on its strand, come and go on eight threads") {
    loopback_server server(loopback_server::echo());
    net::io_context io;
    std::atomic<int> ended{0};
    for (int i = 0; i != 40; ++i) {
        const net::any_io_executor strand = strand_of(io);
        net::post(strand, [&, strand, i] {
            auto client = std::make_shared<uplink::async_client<>>(strand);
            client->async_connect(
                server.host(), server.service(), [&, client, i](error_code ec, const auto&) {
                    if (ec || i % 4 == 0) {
                        client->close();
                        ++ended;
                        return;
                    }
                    client->async_exchange(std::string("hello"), uplink::half_close,
                                           [&, client](error_code, std::size_t) { ++ended; });
                    if (i % 4 == 1) client->cancel();
                    if (i % 4 == 2) client->close();
                });
        });
    }
    on_threads(thread_count, [&](std::size_t) { io.run(); });
    CHECK(ended == 40);
}

}  // namespace uplink::tests
