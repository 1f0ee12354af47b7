// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection: what an end of stream and a reset mean (faults 47, 48, 50 to 53).

#include <uplink/detail/connection/receiver.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

TEST_CASE("faults 47, 48: an orderly end is success, whatever came before it, and so is asking again") {
    for (const std::string text : {"", "x", "all of it"}) {
        connected talk([&](endpoint& server) { server.accept().reply(text).close(); });
        talk.inbound = {text};
        operation& received = talk.receive();
        talk.run();
        CHECK(received == completed(success, text.size()));
        CHECK(talk.held() == text);
        operation& again = talk.receive();
        talk.run();
        CHECK(again == completed(success, 0));
        CHECK(talk.client()->is_open());
    }
}

TEST_CASE("faults 50: an end behind a reset that somebody else was told is a reset") {
    for (const bool half_closed : {false, true}) {
        connected talk([](endpoint& server) { server.accept().after(10ms).reset(); });
        if (half_closed) talk.shutdown_send();
        talk.network().run_for(1s);
        char byte = 0;
        error_code seen;
        talk.client()->stream().read_some(net::buffer(&byte, 1), seen);
        CHECK(seen == was_reset);  // and from now on the kernel says that it was an end
        operation& received = talk.receive();
        talk.run();
        // After our own half-close the kernel can't be asked any more: it may have been an end.
        CHECK(received == completed(half_closed ? success : was_reset));
    }
}

TEST_CASE("faults 51: a server that closes with our bytes unread: its reply is kept, the end is a reset") {
    connected talk([](endpoint& server) { server.accept().expect("GET").reply("reply").after(1ms).close(); });
    talk.inbound = {"reply"};
    talk.send("GET");
    talk.send("more that nobody reads");
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(was_reset, 5));
    CHECK(talk.held() == "reply");
}

TEST_CASE("faults 52: after our half-close the peer's answer and its end come as always") {
    connected talk([](endpoint& server) { server.accept().expect_eof().after(1s).reply("answer").close(); });
    talk.inbound = {"answer"};
    talk.shutdown_send();
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(success, 6));
}

TEST_CASE("faults 53: after the peer's half-close sends go on until there is an error") {
    connected talk(
        [](endpoint& server) { server.accept().reply("done").half_close().expect("0123456789").silent(); });
    talk.inbound = {"done"};
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(success, 4));
    operation& sent = talk.send("0123456789");
    talk.run();
    CHECK(sent == completed(success, 10));
    CHECK(talk.peer_got() == "0123456789");
}

}  // namespace uplink::tests
