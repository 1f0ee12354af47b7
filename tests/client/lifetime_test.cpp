// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client goes, at every moment there is: each handler is called once all the same, unless the context goes first.
// What the sanitizers see here is half of the test.
#include "support/client_test.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <array>
#include <cstddef>
#include <functional>
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

/// Owns something that the test can see, so that a handler that is destroyed uncalled shows.
struct owning {
    std::shared_ptr<void> what;
    template <class... Values> void operator()(Values&&...) const {}
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
    const std::vector<std::function<void(client&, std::function<void(error_code)>)>> operations{
        [](client& on, auto done) {
            on.async_send(std::string("x"), [done](error_code ec, std::size_t) { done(ec); });
        },
        [](client& on, auto done) {
            on.async_send(std::string(), [done](error_code ec, std::size_t) { done(ec); });
        },
        [](client& on, auto done) { on.async_shutdown_send(done); },
        [](client& on, auto done) { on.async_drain(done); },
        [](client& on, auto done) {
            on.async_receive_some([done](error_code ec, std::string_view) { done(ec); });
        },
        [](client& on, auto done) { on.async_receive([done](error_code ec, std::size_t) { done(ec); }); },
        [](client& on, auto done) {
            on.async_exchange(std::string("x"), [done](error_code ec, std::size_t) { done(ec); });
        },
        [](client& on, auto done) { on.async_close(done); },
        [](client& on, auto done) {
            on.async_connect("", "", [done](error_code ec, const auto&) { done(ec); });
        },
    };
    for (std::size_t i = 0; i != operations.size(); ++i) {
        CAPTURE(i);
        loopback_server server({server_script().reply("there").half_close().until_gone()});
        auto destroyed = std::make_unique<client>(io);
        connect(*destroyed, server);
        int calls = 0;
        operations[i](*destroyed, [&](error_code) {
            ++calls;
            destroyed.reset();
        });
        run();
        CHECK(calls == 1);
        CHECK_FALSE(destroyed);
    }
}

TEST_CASE_METHOD(client_test, "destroyed inside a handler, the other operations end too", "[lifetime]") {
    loopback_server server({server_script().expect("x").until_gone()});
    auto destroyed = std::make_unique<client>(io);
    connect(*destroyed, server);
    completion received, sent;
    destroyed->async_receive(record(received));
    destroyed->async_send(std::string("x"), [&](error_code, std::size_t) {
        destroyed->async_send(std::string("y"), record(sent));
        destroyed.reset();
    });
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

TEST_CASE_METHOD(same_descriptors, "a context that goes first destroys the handlers uncalled",
                 "[lifetime][context]") {
    for (int steps = 0; steps != 12; ++steps) {
        CAPTURE(steps);
        loopback_server server({server_script().reply("x").until_gone()});
        auto context = std::make_unique<net::io_context>();
        const auto owned = std::make_shared<int>();
        {
            // Handlers own the client, directly and through each other: nobody else will destroy it.
            auto last = std::make_shared<client>(*context);
            const owning handler{
                std::make_shared<std::pair<std::shared_ptr<client>, std::shared_ptr<int>>>(last, owned)};
            last->async_connect(server.host(), server.service(), [last, handler](error_code ec, const auto&) {
                if (ec) return;
                last->async_send(std::string("x"), handler);
                last->async_send(std::string(5'000'000, 'x'), handler);
                last->async_shutdown_send(handler);
                last->async_drain(handler);
                last->async_receive_some(
                    [last, handler](error_code, std::string_view) { last->async_receive(handler); });
                last->async_close(handler);
            });
        }
        for (int step = 0; step != steps && owned.use_count() != 1; ++step) context->run_one();
        context.reset();
        CHECK(owned.use_count() == 1);
    }
}

TEST_CASE_METHOD(same_descriptors, "a context that goes first, while a name is looked up",
                 "[lifetime][context]") {
    interposed_lookups lookups([](const lookup_request&) { return stuck(); });
    auto context = std::make_unique<net::io_context>();
    const auto owned = std::make_shared<int>();
    {
        auto last =
            std::make_shared<client>(*context, client_options{.connect = {.family = address_family::v4}});
        last->async_connect("stuck.test", "1", [last, owned](error_code, const auto&) {});
    }
    REQUIRE(lookups.wait_for_calls(1));
    context.reset();
    CHECK(owned.use_count() == 1);
    lookups.release_all();
    CHECK(lookups.wait_for_ended_threads(1));
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
