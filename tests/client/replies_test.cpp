// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_receive until the end: whatever was sent arrives, all of it, once, and its end is not lost either.
#include "support/client_test.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "a reply of any size is received whole", "[receive]") {
    for (const std::size_t size : {0u, 1u, 2u, 255u, 256u, 257u, 512u, 65'537u, 64u << 20}) {
        CAPTURE(size);
        const std::string reply = many_bytes(size);
        loopback_server server({server_script().reply(reply).half_close().expect_eof()});
        async_client client{io};
        connect(client, server);

        completion received;
        client.async_receive(record(received));
        run();
        CHECK(received == completed(success, size));
        CHECK(same(client.state().view(), reply));
        CHECK(client.stats().bytes_received == size);
    }
}

TEST_CASE_METHOD(client_test, "every value of a byte survives, in both directions", "[receive][send]") {
    std::string all;
    for (int value = 0; value != 256; ++value) all.push_back(static_cast<char>(value));
    loopback_server server({server_script().expect(all).reply(all).half_close().expect_eof()});
    async_client client{io};
    connect(client, server);

    completion sent, received;
    client.async_send(net::buffer(all), record(sent));
    client.async_receive(record(received));
    run();
    CHECK(sent == completed(success, 256));
    CHECK(received == completed(success));
    CHECK(client.state().str() == all);
}

TEST_CASE_METHOD(client_test, "a UTF-8 character that two reads share is not damaged", "[receive]") {
    const std::string euro = "\xE2\x82\xAC";
    loopback_server server({server_script()
                                .reply("12 \xE2")
                                .when_signalled()
                                .reply("\x82")
                                .when_signalled()
                                .reply("\xAC!")
                                .half_close()
                                .expect_eof()});
    async_client client{io};
    connect(client, server);

    completion received;
    client.async_receive(record(received));
    run_until([&] { return client.state().size() == 4; });
    server.signal();
    run_until([&] { return client.state().size() == 5; });
    server.signal();
    run();
    CHECK(received == completed(success));
    CHECK(client.state().view() == "12 " + euro + "!");
}

TEST_CASE_METHOD(client_test, "bytes that come one by one are all there, in order", "[receive]") {
    loopback_server server(
        {server_script().reply_in_pieces("once upon a time", 1).half_close().expect_eof()});
    async_client client{io};
    connect(client, server);

    completion received;
    client.async_receive(record(received));
    run();
    CHECK(received == completed(success));
    CHECK(client.take_state().view() == "once upon a time");
    CHECK(client.state().empty());
}

TEST_CASE_METHOD(client_test, "the empty reply of a second session is empty", "[receive][reuse]") {
    loopback_server server({server_script().reply("first").half_close().expect_eof(),
                            server_script().half_close().expect_eof()});
    async_client client{io};
    for (const char* const reply : {"first", ""}) {
        connect(client, server);
        completion received;
        client.async_receive(record(received));
        run();
        CHECK(received == completed(success, std::string_view(reply).size()));
        CHECK(client.state().view() == reply);
        client.close();
    }
}

TEST_CASE_METHOD(client_test, "a further receive after the end succeeds with nothing", "[receive]") {
    loopback_server server({server_script().reply("all").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);

    completion first, second;
    client.async_receive(record(first));
    run();
    client.async_receive(record(second));
    run();
    CHECK(first == completed(success, 3));
    CHECK(second == completed(success, 0));
    CHECK(client.state().view() == "all");
}

TEST_CASE_METHOD(client_test, "a server that answers only after our half-close is answered",
                 "[receive][send]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()});
    async_client client{io};
    connect(client, server);

    completion sent, ended, received;
    client.async_receive(record(received));
    client.async_send(std::string("question"), record(sent));
    client.async_shutdown_send(record(ended));
    run();
    CHECK(sent == completed(success));
    CHECK(ended == completed(success));
    CHECK(received == completed(success));
    CHECK(client.state().view() == "answer");
}

}  // namespace uplink::tests
