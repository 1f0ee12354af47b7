// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A state of the user's that uses the client while it is being asked, on a connection that fails at that moment.
#include "support/asking_socket_client.hpp"
#include "support/client_test.hpp"
#include "support/reset_code.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

void wait_for_bytes(client_test& test, asking_socket_client& client, std::size_t count) {
    while (client.lowest_layer().available() < count) {
        completion readable;
        client.lowest_layer().async_wait(net::socket_base::wait_read, record(readable));
        test.run_until(readable);
    }
}

/// A client whose server has sent a text and then reset the connection, which the client does not know yet.
struct reset_behind_text {
    explicit reset_behind_text(client_test& test) : client(test.io) {
        test.connect(client, server);
        server.signal();
        REQUIRE(server.wait_for_end());
    }

    loopback_server server{{server_script().reply("too late").when_signalled().reset()}};
    asking_socket_client client;
};

}  // namespace

TEST_CASE_METHOD(client_test, "a state may cancel, close and send while it is asked for room", "[receive]") {
    enum class act { cancel, close, send };
    for (const auto what : {act::cancel, act::close, act::send}) {
        CAPTURE(what);
        loopback_server server({what == act::send ? server_script().reply("abc").expect("now").close()
                                                  : server_script().reply("abc").until_gone()});
        asking_socket_client client{io};
        connect(client, server);
        completion first, sent, second;
        int times = 0;
        client.state().asked = [&] {
            if (++times != 1) return;
            if (what == act::cancel) client.cancel();
            if (what == act::close) client.close();
            if (what == act::send) client.async_send(std::string("now"), record(sent));
        };
        wait_for_bytes(*this, client, 3);
        client.async_receive_exactly(3, record(first));
        run_until(first);
        CHECK(times == 1);
        if (what == act::send) {
            CHECK(first == completed(success, "abc"));
            run_until(sent);
            CHECK(sent == completed(success));
        } else {
            CHECK(first == completed(aborted));
            CHECK(client.stats().bytes_received == 0);  // nothing reads for a receive that has ended
        }
        if (what == act::cancel) {
            client.async_receive_exactly(3, record(second));
            run_until(second);
            CHECK(second == completed(success, "abc"));
        }
        client.close();
        run();
        CHECK(first.calls == 1);
    }
}

TEST_CASE_METHOD(client_test,
                 "what had come is kept where the connection fails while the state is asked for room",
                 "[receive]") {
    for (const auto spin : {0us, 10us}) {
        loopback_server server({server_script().reply("abc").when_signalled().reset()});
        asking_socket_client client{io, {.receive_spin = spin}};
        connect(client, server);
        completion received, sent;
        int times = 0;
        client.state().asked = [&] {
            if (++times == 1) client.async_send(std::string("ack"), record(sent));
        };
        server.signal();
        REQUIRE(server.wait_for_end());
        client.async_receive(record(received));
        run();
        CHECK(times > 1);
        CHECK(sent == completed(reset_code(sent)));
        CHECK(received == completed(reset_code(received), 3));
        CHECK(client.state().view() == "abc");
    }
}

TEST_CASE_METHOD(client_test, "a state that is given the rest of a failed exchange may close the client",
                 "[exchange]") {
    reset_behind_text failed(*this);
    auto& client = failed.client;
    completion exchanged;
    int times = 0;
    client.state().asked = [&] {
        ++times;
        client.close();
    };
    client.async_exchange(std::string("request"), record(exchanged));
    run();
    CHECK(times == 1);
    CHECK(exchanged == completed(reset_code(exchanged)));
    CHECK(client.state().size() == 0);  // closed before there was room
}

TEST_CASE_METHOD(client_test, "a state that refuses the rest of a failed exchange is given no more of it",
                 "[exchange]") {
    reset_behind_text failed(*this);
    auto& client = failed.client;
    completion exchanged;
    client.state().piece = 3;
    client.state().given = [] { return error_code(net::error::message_size); };
    client.async_exchange(std::string("request"), record(exchanged));
    run();
    CHECK(exchanged == completed(net::error::message_size));
    CHECK(client.state().view() == "too");
}

TEST_CASE_METHOD(client_test, "a state that is given the rest of a failed connection may start a receive",
                 "[receive]") {
    reset_behind_text failed(*this);
    auto& client = failed.client;
    completion sent, received;
    client.async_send(std::string("request"), record(sent));
    run();
    CHECK(sent == completed(reset_code(sent)));
    int times = 0;
    int refused = 0;
    completion again;
    again.and_then = [&] { refused += again.ec ? 1 : 0; };
    client.state().asked = [&] {
        if (++times == 100) throw std::length_error("again and again");
        client.async_receive(record(again));
    };
    client.async_receive(record(received));
    run();
    CHECK(times == 2);  // for the rest, and to see that there is no more
    CHECK(refused == times);
    CHECK(received == completed(sent.ec));
    CHECK(client.state().view() == "too late");
}

TEST_CASE_METHOD(client_test, "the byte that was one too many does not come after the client is closed",
                 "[receive]") {
    loopback_server server({server_script().reply("abcd").until_gone()});
    asking_socket_client client{io, {.max_receive = 3}};
    connect(client, server);
    completion full, second;
    client.async_receive(record(full));
    run_until(full);
    CHECK(full == completed(errc::receive_limit));
    client.state().consume(3);
    client.state().asked = [&] { client.close(); };
    client.async_receive(record(second));
    run();
    CHECK(second == completed(aborted));
    CHECK(client.state().size() == 0);
}

TEST_CASE_METHOD(client_test,
                 "a state that throws when it is given the rest of a failed connection ends the receive",
                 "[receive]") {
    reset_behind_text failed(*this);
    auto& client = failed.client;
    completion exchanged;
    client.state().asked = [] { throw std::length_error("full"); };
    client.async_exchange(std::string("request"), record(exchanged));
    run();
    CHECK(exchanged == completed(net::error::no_memory));
}

}  // namespace uplink::tests
