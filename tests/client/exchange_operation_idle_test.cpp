// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// idle_timeout of an exchange and of sends: what is progress, and from when on a pause is one.

#include <uplink/detail/client/exchange_operation.hpp>

#include "support/exchange_run.hpp"

#include <string>

namespace uplink::tests {

TEST_CASE("an exchange that receives all the time is not idle, though its peer does not read") {
    connected talk(
        [](endpoint& server) {
            server.accept().window(4);
            for (int i = 0; i != 10; ++i) server.after(60ms).reply("x");
            server.expect_bytes(10).close();
        },
        {.idle_timeout = 100ms});
    talk.inbound = {std::string(10, 'x')};
    const operation& exchange = talk.exchange("0123456789");
    talk.run();
    CHECK(exchange == completed(success, 10));
    CHECK(talk.network().elapsed() >= 600ms);
}

TEST_CASE("an exchange that sends all the time is not idle, though nothing comes back") {
    for (const bool at_once : {false, true}) {
        connected talk(
            [](endpoint& server) { server.accept().window(1).latency(20ms).expect_bytes(20).close(); },
            {.idle_timeout = 100ms});
        talk.network().writes_at_once(at_once);
        const operation& exchange = talk.exchange("01234567890123456789");
        talk.run();
        CHECK(exchange == completed(success, 0));
        CHECK(talk.network().elapsed() > 300ms);
    }
}

TEST_CASE("the last byte of a request is progress: the pause before the answer counts from it") {
    connected talk(
        [](endpoint& server) {
            server.accept().window(1).latency(45ms).expect("01").after(90ms).reply("y").close();
        },
        {.idle_timeout = 200ms});
    talk.inbound = {"y"};
    const operation& exchange = talk.exchange("01");
    talk.run();
    CHECK(exchange == completed(success, 1));
    CHECK(talk.network().elapsed() > 200ms);
}

TEST_CASE("an exchange of nothing with a silent peer ends by its idle timeout") {
    for (const bool half_closes : {false, true}) {
        connected talk([](endpoint& server) { server.accept().silent(); }, {.idle_timeout = 100ms});
        const operation& exchange = start_exchange(talk, half_closes, "");
        talk.run();
        CHECK(exchange == completed(errc::receive_timeout));
        CHECK(talk.network().elapsed() == 100ms);
    }
}

TEST_CASE("no pause of an exchange or a send is measured while it waits for earlier ones that go forward") {
    for (const bool exchanges : {false, true}) {
        connected talk(
            [](endpoint& server) { server.accept().window(1).latency(20ms).expect_bytes(23).close(); },
            {.idle_timeout = 100ms});
        talk.send("01234567890123456789");
        const operation& behind = exchanges ? talk.exchange("req") : talk.send("req");
        talk.run();
        CHECK(behind == completed(success));
        CHECK(talk.network().elapsed() > 400ms);
    }
}

TEST_CASE("an empty send that waits for an earlier one has its pauses measured by that one's bytes") {
    connected talk([](endpoint& server) { server.accept().window(1).latency(20ms).expect_bytes(20).close(); },
                   {.idle_timeout = 100ms});
    const operation& before = talk.send("01234567890123456789");
    const operation& behind = talk.send("");
    talk.run();
    CHECK(before == completed(success, 20));
    CHECK(behind == completed(success, 0));
    CHECK(talk.network().elapsed() > 300ms);
}

TEST_CASE("an exchange that waits for an earlier send ends when that one does not go forward") {
    connected talk(deaf_after_four, {.idle_timeout = 100ms});
    const operation& before = talk.send("0123456789");
    const operation& exchange = talk.exchange("request");
    talk.run();
    CHECK(before == completed(errc::send_timeout));
    CHECK(exchange == completed(errc::send_interrupted));
    CHECK(talk.network().elapsed() == 100ms);
}

}  // namespace uplink::tests
