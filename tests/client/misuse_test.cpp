// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What may not be done now, or not with these arguments, is an error of that operation alone, told to its
// handler (faults 37, 44).
#include "support/both_worlds.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// One of each operation but connect.
struct one_of_each {
    completion results[12];

    template <class Client> explicit one_of_each(Client& on) {
        on.async_send(std::string("x"), record(results[0]));
        on.async_shutdown_send(record(results[1]));
        on.async_drain(record(results[2]));
        on.async_receive(record(results[3]));
        on.async_receive_some(record(results[4]));
        on.async_receive_until("\n", record(results[5]));
        on.async_receive_exactly(1, record(results[6]));
        on.async_receive_message(fixed_size{1}, record(results[7]));
        on.async_exchange(std::string("x"), record(results[8]));
        on.async_close(record(results[9]));
        on.async_read_some(net::buffer(room), record(results[10]));
        on.async_write_some(net::buffer(room), record(results[11]));
    }

    char room[4]{};
};

}  // namespace

TEMPLATE_TEST_CASE("faults 37: before connecting and after closing every operation is not_connected",
                   "[misuse]", simulated_world, loopback_world) {
    TestType world(peer_script().expect_eof().close());
    async_client<typename TestType::stream> client(world.executor());
    for (int round = 0; round != 3; ++round) {
        if (round == 1) {
            world.connect(client);
            client.close();
        }
        if (round == 2) {
            world.connect(client);
            completion ended, closed;
            client.async_shutdown_send(record(ended));
            client.async_close(record(closed));
            world.run();
            CHECK(ended == completed(success));
            CHECK(closed == completed(success));
        }
        one_of_each all(client);
        world.run();
        for (const completion& each : all.results) CHECK(each == completed(net::error::not_connected, 0));
        error_code ec;
        client.local_endpoint(ec);
        CHECK(ec == net::error::not_connected);
        CHECK_THROWS_AS(client.remote_endpoint(), system_error);
        CHECK_FALSE(client.is_open());
        CHECK(client.send_queue_bytes() == 0);
    }
}

TEMPLATE_TEST_CASE("faults 44: a second receive is operation_in_progress and disturbs nothing",
                   "[misuse][receive]", simulated_world, loopback_world) {
    for (const bool whole : {true, false}) {
        TestType world(peer_script().when_signalled().reply("all\n").half_close().expect_eof().close());
        auto client = world.connected();
        completion first, receive, some, exchange, read;
        char room[4];
        if (whole) client.async_receive(record(first));
        else client.async_receive_until("\n", record(first));
        client.async_receive(record(receive));
        client.async_receive_some(record(some));
        client.async_exchange(std::string("x"), record(exchange));
        client.async_read_some(net::buffer(room), record(read));
        CHECK_THROWS_AS(client.take_state(), std::logic_error);
        world.settle();
        for (const completion* each : {&receive, &some, &exchange, &read})
            CHECK(*each == completed(errc::operation_in_progress, 0));
        CHECK_FALSE(first);
        world.signal();
        world.run();
        CHECK(first == (whole ? completed(success, 4) : completed(success, "all\n")));
        CHECK(client.take_state().view() == (whole ? "all\n" : ""));
        client.close();
        CHECK(world.peer_has_ended());
        CHECK(world.peer_got().empty());
    }
}

TEMPLATE_TEST_CASE("faults 37: a send after the half-close, or after async_close, is broken_pipe",
                   "[misuse][send]", simulated_world, loopback_world) {
    TestType world(peer_script().expect("before").expect_eof().close());
    auto client = world.connected();
    completion before, ended, after, written, again, exchanged, late_again;
    client.async_send(std::string("before"), record(before));
    client.async_shutdown_send(record(ended));
    client.async_send(std::string("after"), record(after));
    client.async_write_some(net::buffer("after"), record(written));
    client.async_exchange(std::string("after"), record(exchanged));
    client.async_shutdown_send(record(again));
    world.run();
    CHECK(before == completed(success, 6));
    CHECK(ended == completed(success));
    for (const completion* each : {&after, &written, &exchanged})
        CHECK(*each == completed(net::error::broken_pipe, 0));
    CHECK(again == completed(success));  // it is ended: nothing is wrong with that
    client.async_shutdown_send(record(late_again));
    world.run();
    CHECK(late_again == completed(success));
    CHECK(world.peer_got() == "before");
    client.close();

    world.connect(client);
    completion first, closed, late, late_end;
    client.async_send(std::string("before"), record(first));
    client.async_close(record(closed));
    client.async_send(std::string("late"), record(late));
    client.async_shutdown_send(record(late_end));
    world.run();
    CHECK(first == completed(success, 6));
    CHECK(late == completed(net::error::broken_pipe, 0));
    CHECK(late_end == completed(net::error::broken_pipe));
    CHECK(closed == completed(success));
    CHECK(world.peer_got() == "before");
}

TEST_CASE_METHOD(client_test, "invalid arguments of a connect are invalid_argument, and reported",
                 "[misuse][connect]") {
    struct row {
        std::string host, service;
    };
    const row rows[] = {{"", "80"},         {"localhost", ""},
                        {"localhost", "0"}, {"localhost", "65536"},
                        {"a b", "80"},      {"localhost", "8 0"},
                        {"a\nb", "80"},     {std::string("a\0b", 3), "80"},
                        {"[::1", "80"},     {std::string(254, 'a'), "80"}};
    for (const row& each : rows) {
        CAPTURE(each.host, each.service);
        async_client client{io};
        completion connected;
        client.async_connect(each.host, each.service, record(connected));
        run();
        CHECK(connected == completed(net::error::invalid_argument));
        CHECK(client.last_connect().error == net::error::invalid_argument);
        CHECK(client.last_connect().attempts.empty());
    }
}

TEST_CASE_METHOD(client_test, "an expired limit ends each operation at once by its own code", "[limit]") {
    loopback_server server({server_script().silence()});
    completion resolve, connect_, send, drain, end, receive, some, exchange, close;
    {
        async_client client{io};
        client.async_connect("never.test", server.service(), 0s, record(resolve));
        client.async_connect("127.0.0.1", server.service(), -1s, record(connect_));
        run();
        connect(client, server);
        client.async_send(std::string("x"), 0s, record(send));
        client.async_drain(-1h, record(drain));
        client.async_shutdown_send(0s, record(end));
        client.async_receive(0s, record(receive));
        client.async_receive_some(0s, record(some));
        client.async_exchange(std::string("x"), 0s, record(exchange));
        run();
        client.async_close(0s, record(close));
        run();
        CHECK_FALSE(client.is_open());
    }
    CHECK(resolve == completed(errc::resolve_timeout));
    CHECK(connect_ == completed(errc::connect_timeout));
    for (const completion* each : {&send, &drain, &end, &exchange})
        CHECK(*each == completed(errc::send_timeout));
    for (const completion* each : {&receive, &some}) CHECK(*each == completed(errc::receive_timeout));
    CHECK(close == completed(errc::close_timeout));
}

TEST_CASE_METHOD(client_test, "a limit that runs out leaves the bytes and a connection that goes on",
                 "[limit]") {
    loopback_server server({server_script().reply("half").when_signalled().reply(" rest").close()});
    async_client client{io};
    connect(client, server);
    completion first, second;
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    client.async_receive(50ms, record(first));
    run();
    CHECK(first == completed(errc::receive_timeout));
    CHECK(client.state().view() == "half");
    server.signal();
    client.async_receive(record(second));
    run();
    CHECK(second == completed(success));
    CHECK(client.state().view() == "half rest");
}

TEST_CASE("a timeout is a timeout, is not the kernel's, and a cancel is a cancel", "[error]") {
    for (const errc each :
         {errc::resolve_timeout, errc::connect_timeout, errc::proxy_timeout, errc::handshake_timeout,
          errc::send_timeout, errc::receive_timeout, errc::close_timeout}) {
        const error_code ec = each;
        CHECK(ec == condition::timeout);
        CHECK(ec == generic_errc::timed_out);
        CHECK(ec != net::error::timed_out);
        CHECK(ec != condition::cancelled);
        CHECK_FALSE(ec.message().empty());
    }
    CHECK(aborted == condition::cancelled);
    CHECK(aborted != condition::timeout);
    const error_code by_kernel = net::error::timed_out;
    CHECK(by_kernel != condition::timeout);
    for (const errc each :
         {errc::truncated, errc::receive_limit, errc::send_queue_full, errc::operation_in_progress}) {
        CHECK(error_code(each) != condition::timeout);
        CHECK(error_code(each) != generic_errc::timed_out);
        CHECK(error_code(each).category() == uplink_category());
    }
}

}  // namespace uplink::tests
