// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client goes, at every moment there is: each handler is called once all the same.
// What the sanitizers see here is half of the test.
#include "support/client_test.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using client = async_client<>;

/// What is in flight at once in these tests, and what became of each.
struct everything {
    std::array<completion, 6> results;

    void start(client& on) {
        on.async_send(std::string("first"), record(results[0]));
        on.async_send(std::string(200'000, 'x'), record(results[1]));
        on.async_drain(record(results[2]));
        on.async_receive(record(results[3]));
        on.async_shutdown_send(record(results[4]));
        on.async_close(record(results[5]));
    }
    bool all_done() const {
        for (const completion& each : results) {
            if (!each) return false;
        }
        return true;
    }
};

}  // namespace

TEST_CASE_METHOD(client_test,
                 "faults 72: destruction, close or cancel after any step: each handler is called once",
                 "[lifetime]") {
    using disturbance = std::function<void(std::unique_ptr<client>&)>;
    const std::vector<disturbance> disturbances{
        [](auto& disturbed) { disturbed.reset(); },
        [](auto& disturbed) { disturbed->close(); },
        [](auto& disturbed) { disturbed->cancel(); },
        [this](auto& disturbed) { disturbed = std::make_unique<client>(io); },
        [this](auto& disturbed) { *disturbed = client(io); },
    };
    for (const disturbance& disturb : disturbances) {
        bool ended_undisturbed = false;
        for (int steps = 0; !ended_undisturbed; ++steps) {
            CAPTURE(steps);
            loopback_server server({server_script().reply("now").until_gone()});
            auto disturbed = std::make_unique<client>(io);
            connect(*disturbed, server);
            everything all;
            all.start(*disturbed);
            for (int step = 0; step != steps && !all.all_done(); ++step) {
                io.restart();
                io.run_one();
            }
            ended_undisturbed = all.all_done();
            disturb(disturbed);
            run();
            for (const completion& each : all.results) REQUIRE(each.calls == 1);
            REQUIRE((!disturbed || !disturbed->is_open()));
        }
    }
}

TEST_CASE_METHOD(client_test, "destruction or close during a connect", "[lifetime][connect]") {
    for (const bool destroy : {false, true}) {
        for (int steps = 0; steps != 6; ++steps) {
            loopback_server server({server_script().until_gone()});
            auto disturbed = std::make_unique<client>(io);
            completion connected;
            disturbed->async_connect(server.host(), server.service(), record(connected));
            for (int step = 0; step != steps && !connected; ++step) {
                io.restart();
                io.run_one();
            }
            const bool was_done = static_cast<bool>(connected);
            if (destroy) disturbed.reset();
            else disturbed->close();
            run();
            CHECK(connected == completed(was_done ? success : aborted));
        }
    }
}

TEST_CASE_METHOD(client_test, "faults 73: a client may be destroyed inside each of its handlers",
                 "[lifetime]") {
    using start = void (*)(client&, completion&);
    const start operations[] = {
        [](client& on, completion& done) { on.async_send(std::string("x"), record(done)); },
        [](client& on, completion& done) { on.async_send(std::string(), record(done)); },
        [](client& on, completion& done) { on.async_shutdown_send(record(done)); },
        [](client& on, completion& done) { on.async_drain(record(done)); },
        [](client& on, completion& done) { on.async_receive_some(record(done)); },
        [](client& on, completion& done) { on.async_receive(record(done)); },
        [](client& on, completion& done) { on.async_exchange(std::string("x"), record(done)); },
        [](client& on, completion& done) { on.async_close(record(done)); },
        [](client& on, completion& done) { on.async_connect("", "", record(done)); },
    };
    for (std::size_t i = 0; i != std::size(operations); ++i) {
        CAPTURE(i);
        loopback_server server({server_script().reply("there").half_close().until_gone()});
        auto destroyed = std::make_unique<client>(io);
        connect(*destroyed, server);
        completion done;
        done.and_then = [&] { destroyed.reset(); };
        operations[i](*destroyed, done);
        run();
        CHECK(done.calls == 1);
        CHECK_FALSE(destroyed);
    }
}

TEST_CASE_METHOD(client_test, "destroyed inside a handler, the other operations end too", "[lifetime]") {
    loopback_server server({server_script().expect("x").until_gone()});
    auto destroyed = std::make_unique<client>(io);
    connect(*destroyed, server);
    completion received, first, sent;
    destroyed->async_receive(record(received));
    first.and_then = [&] {
        destroyed->async_send(std::string("y"), record(sent));
        destroyed.reset();
    };
    destroyed->async_send(std::string("x"), record(first));
    run();
    CHECK(received == completed(aborted));
    CHECK(sent.calls == 1);
}

TEST_CASE_METHOD(client_test, "a moved client goes on, its operations undisturbed", "[lifetime][move]") {
    loopback_server server(loopback_server::echo());
    client first{io};
    connect(first, server);
    completion exchanged;
    first.async_exchange(std::string(500'000, 'x'), half_close, record(exchanged));
    client second = std::move(first);
    client third{io};
    third = std::move(second);
    run();
    CHECK(exchanged == completed(success));
    CHECK(third.state().size() == 500'000);
    third.close();
    connect(third, server);
}

TEST_CASE_METHOD(client_test, "a client that is assigned over is closed", "[lifetime][move]") {
    loopback_server server(
        {server_script().until_gone(), server_script().reply("mine").half_close().until_gone()});
    client first{io};
    client second{io};
    connect(first, server);
    REQUIRE(server.wait_for_connections(1));
    connect(second, server);
    completion of_first, of_second;
    first.async_receive(record(of_first));
    second.async_receive(record(of_second));
    first = std::move(second);
    run();
    CHECK(of_first == completed(aborted));
    CHECK(of_second == completed(success));
    CHECK(first.state().view() == "mine");
    CHECK(server.wait_for_end(0));
}

TEST_CASE_METHOD(client_test, "cancel leaves a connection that goes on", "[lifetime][cancel]") {
    loopback_server server({server_script()
                                .reply("half")
                                .when_signalled()
                                .reply(" rest")
                                .half_close()
                                .expect("x")
                                .expect_eof()});
    client cancelled{io};
    connect(cancelled, server);
    completion first, second, sent;
    cancelled.async_receive(record(first));
    run_until([&] { return cancelled.state().size() == 4; });
    cancelled.cancel();
    run();
    CHECK(first == completed(aborted, 4));
    CHECK(cancelled.is_open());
    server.signal();
    cancelled.async_receive(record(second));
    cancelled.async_send(std::string("x"), record(sent));
    run();
    CHECK(second == completed(success, 5));
    CHECK(cancelled.state().view() == "half rest");
    CHECK(sent == completed(success));
}

}  // namespace uplink::tests
