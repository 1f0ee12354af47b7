// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Receives across the losses of a reconnecting client's connections: what was read before a loss is delivered after it,
// each receive ends once, and the bytes of two connections are never joined.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class receive_test : public reconnect_test {
public:
    completion line(simulated_reconnect& client, std::chrono::nanoseconds within = 1ms) {
        completion received;
        client.async_receive_until("\n", record(received));
        net.run_for(within);
        client.cancel();  // so that nothing refers to `received` any more
        net.poll();
        return received;
    }
};

}  // namespace

TEST_CASE_METHOD(receive_test, "Reconnect: what was read before a loss is delivered, then its end once") {
    server().accept(1ms).reply("one\ntw").after(10ms).reset().then().accept(1ms).reply("three\n").silent();
    simulated_reconnect client = make();
    client.start();
    net.run_for(100ms);
    CHECK(states() == "connecting preparing connected waiting");
    CHECK(line(client) == completed(success, "one\n"));
    CHECK(client.status().dropped_bytes == 0);
    CHECK(line(client) == completed(errc::connection_lost, ""));
    CHECK(client.status().dropped_bytes == 2);
    CHECK(line(client, 1s) == completed(success, "three\n"));
    CHECK(client.status().dropped_bytes == 2);
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: an orderly end is eof between messages and truncated inside one") {
    server().accept(1ms).reply("one\n").close().then().accept(1ms).reply("tw").close();
    server().then().accept(1ms).reply("three\n").silent();
    simulated_reconnect client = make();
    client.start();
    net.run_for(100ms);
    CHECK(line(client) == completed(success, "one\n"));
    CHECK(line(client) == completed(end_of_stream, ""));
    CHECK(client.status().last_error == end_of_stream);
    net.run_for(1s);
    CHECK(line(client) == completed(errc::truncated, ""));
    CHECK(client.status().dropped_bytes == 2);
    CHECK(line(client, 2s) == completed(success, "three\n"));
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test,
                 "Reconnect: a loss with nothing unread and no receive pending is told to nobody") {
    server().accept(1ms).reply("one\n").after(10ms).reset().then().accept(1ms).reply("two\n").silent();
    simulated_reconnect client = make();
    client.start();
    CHECK(line(client, 5ms) == completed(success, "one\n"));
    net.run_for(100ms);
    CHECK(states() == "connecting preparing connected waiting");
    CHECK(line(client, 2s) == completed(success, "two\n"));
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: halves of two connections are not joined") {
    server().accept(1ms).reply("hel").after(10ms).reset().then().accept(1ms).reply("lo\n").silent();
    simulated_reconnect client = make();
    client.start();
    CHECK(line(client, 100ms) == completed(errc::connection_lost, ""));
    CHECK(client.status().dropped_bytes == 3);
    CHECK(line(client, 2s) == completed(success, "lo\n"));
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: of ended connections only the last one's bytes are kept") {
    server()
        .accept(1ms)
        .reply("old")
        .after(10ms)
        .reset()
        .then()
        .accept(1ms)
        .reply("new\n")
        .after(10ms)
        .reset();
    server().then().accept(1ms).silent();
    simulated_reconnect client = make();
    client.start();
    net.run_for(5s);
    CHECK(client.status().dropped_bytes == 3);
    CHECK(line(client) == completed(success, "new\n"));
    CHECK(line(client) == completed(errc::connection_lost, ""));
    CHECK(client.status().dropped_bytes == 3);
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: a connection lost while preparing pushes no bytes out") {
    server().accept(1ms).reply("keep\n").after(10ms).reset().then().accept(1ms).reply("bad\n").silent();
    simulated_reconnect client = make();
    int hooks = 0;
    client.on_session([&](simulated_client&, const auto& done) {
        done(++hooks == 1 ? error_code() : error_code(net::error::connection_refused));
    });
    client.start();
    net.run_for(5s);
    CHECK(hooks > 2);
    CHECK(client.status().dropped_bytes == 0);
    CHECK(line(client) == completed(success, "keep\n"));
    CHECK(line(client) == completed(errc::connection_lost, ""));
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: at most read_ahead bytes are read before anybody asks") {
    server().accept(1ms).reply("0123456789").after(10ms).reset().then().accept(1ms).silent();
    reconnect_options options = every(1s);
    options.read_ahead = 4;
    simulated_reconnect client = make(options);
    client.start();
    net.run_for(5ms);
    CHECK(net.attempts().back().read == 4);
    net.run_for(1s);
    CHECK(states() == "connecting preparing connected");  // a loss behind unread bytes is not seen
    std::string received;
    for (const std::size_t size : {4U, 3U, 3U}) {
        completion each;
        client.async_receive_exactly(size, record(each));
        net.run_for(1ms);
        CHECK(each == completed(success));
        received += each.text;
    }
    CHECK(received == "0123456789");
    CHECK(line(client) == completed(errc::connection_lost, ""));
    CHECK(states() == "waiting");
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: with read_ahead 0 only receives read, and notice a loss") {
    server().accept(1ms).reply("one\n").after(10ms).reset().then().accept(1ms).silent();
    reconnect_options options = every(1s);
    options.read_ahead = 0;
    simulated_reconnect client = make(options);
    client.start();
    net.run_for(5ms);
    CHECK(net.attempts().back().read == 0);
    CHECK(line(client) == completed(success, "one\n"));
    net.run_for(1s);
    CHECK(states() == "connecting preparing connected");
    CHECK(line(client) == completed(errc::connection_lost, ""));
    CHECK(states() == "waiting");
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: idle_timeout ends the user's receive, which is no loss") {
    server().accept(1ms).silent();
    client_options below;
    below.idle_timeout = 30ms;
    simulated_reconnect client = make(every(1s), below);
    client.start();
    net.run_for(1s);  // the reading ahead is not the user's
    CHECK(states() == "connecting preparing connected");
    completion received;
    client.async_receive_some(record(received));
    net.run_for(29ms);
    CHECK(!received);
    net.run_for(1ms);
    CHECK(received == completed(errc::receive_timeout, ""));
    net.run_for(1s);
    CHECK(states().empty());
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test,
                 "Reconnect: a limit or a cancel of a receive leaves the bytes to the next one") {
    server().accept(1ms).reply("ha").after(100ms).reply("lf\n").silent();
    simulated_reconnect client = make();
    client.start();
    completion limited, cancelled, whole;
    client.async_receive_until("\n", 10ms, record(limited));
    net.run_for(10ms);
    CHECK(limited == completed(errc::receive_timeout, ""));
    client.async_receive_until("\n", record(cancelled));
    client.cancel();
    net.poll();
    CHECK(cancelled == completed(aborted, ""));
    client.async_receive_until("\n", record(whole));
    net.run_for(200ms);
    CHECK(whole == completed(success, "half\n"));
    CHECK(client.status().dropped_bytes == 0);
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: a receive waits over failed attempts, within its limit") {
    server().refuse(1ms).then().refuse(1ms).then().accept(1ms).reply("late\n").silent();
    simulated_reconnect client = make();
    client.start();
    completion limited;
    client.async_receive_until("\n", 500ms, record(limited));
    net.run_for(499ms);
    CHECK(!limited);
    net.run_for(1ms);
    CHECK(limited == completed(errc::receive_timeout, ""));
    CHECK(line(client, 5s) == completed(success, "late\n"));
    client.close();
    net.run();
}

TEST_CASE_METHOD(receive_test, "Reconnect: in failed the unread bytes and their end come before the error") {
    server().accept(1ms).reply("one\ntw").after(10ms).reset();
    reconnect_options options = every(1s);
    options.max_failures = 1;
    simulated_reconnect client = make(options);
    client.start();
    net.run_for(100ms);
    CHECK(states() == "connecting preparing connected failed");
    CHECK(line(client) == completed(success, "one\n"));
    CHECK(line(client) == completed(errc::connection_lost, ""));
    CHECK(line(client) == completed(was_reset, ""));
    CHECK(client.status().last_error == was_reset);
    CHECK(client.status().dropped_bytes == 2);
}

TEST_CASE_METHOD(receive_test, "Reconnect: stop and close drop the unread bytes, and count them") {
    server().accept(1ms).reply("unread").expect_eof().close();
    const bool is_stopped = GENERATE(true, false);
    simulated_reconnect client = make();
    client.start();
    net.run_for(100ms);
    completion stopped;
    is_stopped ? client.async_stop(record(stopped)) : client.close();
    net.run();
    CHECK(client.status().state == reconnect_state::stopped);
    CHECK(client.status().dropped_bytes == 6);
    CHECK(stopped.calls == (is_stopped ? 1 : 0));
}

TEST_CASE_METHOD(receive_test, "Reconnect: bytes that the hook has left unread count as dropped at a loss") {
    server().accept(1ms).reply("hello\nrest").after(10ms).reset().then().accept(1ms).silent();
    reconnect_options options = every(1s);
    options.read_ahead = 0;
    simulated_reconnect client = make(options);
    client.on_session([](simulated_client& session, auto done) {
        session.async_receive_until("\n",
                                    [done](const error_code& ec, const std::string_view&) { done(ec); });
    });
    client.start();
    net.run_for(5ms);
    CHECK(states() == "connecting preparing connected");
    client.close();
    net.run();
    CHECK(client.status().dropped_bytes == 4);
}

TEST_CASE_METHOD(receive_test, "Reconnect: a second receive is refused, and the first one undisturbed") {
    server().accept(1ms).after(10ms).reply("one\n").silent();
    simulated_reconnect client = make();
    client.start();
    completion first, second;
    client.async_receive_until("\n", record(first));
    client.async_receive_some(record(second));
    net.run_for(1ms);
    CHECK(second == completed(errc::operation_in_progress, ""));
    net.run_for(100ms);
    CHECK(first == completed(success, "one\n"));
    client.close();
    net.run();
}

}  // namespace uplink::tests
