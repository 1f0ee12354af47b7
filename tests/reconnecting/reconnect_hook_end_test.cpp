// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The end of a session hook that calls done() before what it has started has ended, or when there is no memory.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

using done_function = std::function<void(error_code)>;

class hook_end_test : public reconnect_test {
public:
    /// A client whose connections have a queue of 10 bytes, and a connect.timeout of 50 ms. Its hook sends twice, as
    /// much as the queue takes, and is done at once.
    simulated_reconnect make_hasty(loss_policy on_loss = loss_policy::fail) {
        client_options below;
        below.send_queue.limit = 10;
        below.connect.timeout = 50ms;
        reconnect_options options = every(1s);
        options.on_loss = on_loss;
        simulated_reconnect made = make(std::move(options), below);
        made.on_session([this](simulated_client& session, const done_function& done) {
            session.async_send(std::string("a long login\n"), record(login));
            session.async_send(std::string("subscribe\n"), record(subscribed));
            done({});
        });
        return made;
    }

    completion login{}, subscribed{};
};

/// The executor of a network, which finds no memory for as many functions as the test says.
class poor_executor {
public:
    poor_executor(const testing::network::executor_type& executor, int& failures) noexcept
        : executor_(executor), failures_(&failures) {}
    net::execution_context& query(net::execution::context_t) const noexcept {
        return net::query(executor_, net::execution::context);
    }
    poor_executor require(net::execution::blocking_t::never_t never) const {
        return {net::require(executor_, never), *failures_};
    }
    template <class Function> void execute(Function&& function) const {
        if (*failures_ != 0) {
            --*failures_;
            throw std::bad_alloc();
        }
        net::any_io_executor(executor_).execute(std::forward<Function>(function));
    }
    [[maybe_unused]] friend bool operator==(const poor_executor& left, const poor_executor& right) noexcept {
        return left.failures_ == right.failures_;
    }

private:
    testing::network::executor_type executor_;
    int* failures_;
};

}  // namespace

TEST_CASE_METHOD(hook_end_test,
                 "Reconnect: what a hook has sent goes before anything queued, also if it is done earlier") {
    server().accept(1ms).window(4).after(10ms).silent();
    simulated_reconnect client = make_hasty(GENERATE(loss_policy::fail, loss_policy::keep_untouched));
    completion first, second, third;
    client.async_send(std::string("first"), record(first));
    client.async_send(std::string("second"), record(second));
    client.start();
    net.run_for(5ms);
    CHECK(states() == "connecting preparing");
    client.async_send(std::string("third"), record(third));
    net.run_for(20ms);
    CHECK(states() == "connected");
    CHECK(login == completed(success, 13));
    CHECK(subscribed == completed(success, 10));
    CHECK(first == completed(success, 5));
    CHECK(second == completed(success, 6));
    CHECK(third == completed(success, 5));
    CHECK(net.attempts().back().received == "a long login\nsubscribe\nfirstsecondthird");
    CHECK(client.status().failures == 0);
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_end_test,
                 "Reconnect: a hook whose bytes are not taken has the rest of connect.timeout") {
    server().accept(20ms).window(4).deaf();
    simulated_reconnect client = make_hasty();
    completion queued;
    client.async_send(std::string("queued"), record(queued));
    client.start();
    net.run_for(49ms);
    CHECK(states() == "connecting preparing");
    net.run_for(1ms);
    CHECK(states() == "waiting");
    CHECK(client.status().last_error == errc::handshake_timeout);
    CHECK(login == completed(aborted, 4));
    CHECK(subscribed == completed(aborted, 0));
    CHECK(!queued);
    client.close();
    net.run();
    CHECK(queued == completed(aborted, 0));
}

TEST_CASE_METHOD(hook_end_test,
                 "Reconnect: a loss before the bytes of the hook have gone is a failed attempt") {
    server().accept(1ms).window(4).after(10ms).reset().then().accept(1ms).silent();
    simulated_reconnect client = make_hasty();
    int failures = 0;
    client.on_failure([&](const error_code& ec, const auto&) {
        CHECK(ec == was_reset);
        ++failures;
        return retry_verdict::retry();
    });
    completion queued;
    client.async_send(std::string("queued"), record(queued));
    client.start();
    net.run_for(500ms);
    CHECK(states() == "connecting preparing waiting");
    CHECK(failures == 1);
    CHECK(client.status().connections == 0);
    CHECK(!queued);
    net.run_for(2s);
    CHECK(queued == completed(success, 6));
    CHECK(net.attempts().back().received == "a long login\nsubscribe\nqueued");
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_end_test,
                 "Reconnect: stop, close and destruction while the bytes of the hook still go") {
    server().accept(1ms).window(4).deaf();
    auto client = std::make_unique<simulated_reconnect>(make_hasty());
    completion queued, stopped;
    client->async_send(std::string("queued"), record(queued));
    client->start();
    net.run_for(10ms);
    CHECK(states() == "connecting preparing");
    const std::string what = GENERATE("stop", "close", "destroy");
    CAPTURE(what);
    if (what == "stop") client->async_stop(record(stopped));
    if (what == "close") client->close();
    if (what == "destroy") client.reset();
    net.run();
    CHECK(login == completed(aborted, 4));
    CHECK(queued == completed(aborted, 0));
    if (what == "stop") CHECK(stopped == completed(errc::connection_lost));
    if (what == "stop") CHECK(states() == "stopping stopped");
    if (what == "close") CHECK(states() == "stopped");
    CHECK(net.open_sockets() == 0);
}

TEST_CASE_METHOD(hook_end_test, "Reconnect: a receive that the hook leaves pending ends the connection") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    completion hooked;
    client.on_session([&](simulated_client& session, const done_function& done) {
        session.async_receive_some(record(hooked));
        done({});
    });
    client.start();
    net.run_for(10ms);
    CHECK(states() == "connecting preparing connected waiting");
    CHECK(client.status().last_error == errc::operation_in_progress);
    CHECK(hooked == completed(aborted, ""));
    client.close();
    net.run();
}

/// The client's executor finds no memory as often as `failures` says.
class poor_hook_test : public hook_end_test {
public:
    simulated_reconnect make_poor(const client_options& below = {}) {
        simulated_reconnect client(simulated_client(poor_executor(net.get_executor(), failures), below),
                                   "server.test", 80, every(1s));
        watch(client);
        return client;
    }

    int failures = 0;
};

TEST_CASE_METHOD(poor_hook_test, "Reconnect: without memory done() does not throw, and the session begins") {
    const error_code with = GENERATE(error_code(), error_code(net::error::name_too_long));
    server().accept(1ms).silent();
    simulated_reconnect client = make_poor();
    done_function done;
    client.on_session([&](simulated_client&, done_function given) { done = std::move(given); });
    client.start();
    net.run_for(10ms);
    CHECK(states() == "connecting preparing");
    failures = 1;
    CHECK_NOTHROW(done(with));
    CHECK(failures == 0);
    // The next step of any kind finds it.
    client.reconnect_now();
    net.run_for(10ms);
    CHECK(states() == (with ? "waiting" : "connected"));
    CHECK(client.status().last_error == with);
    client.close();
    net.run();
}

TEST_CASE_METHOD(poor_hook_test,
                 "Reconnect: without memory for done() the limit of the hook says what it said") {
    const error_code with = GENERATE(error_code(), error_code(net::error::name_too_long));
    server().accept(1ms).silent();
    client_options below;
    below.connect.timeout = 50ms;
    simulated_reconnect client = make_poor(below);
    done_function done;
    client.on_session([&](simulated_client&, done_function given) { done = std::move(given); });
    client.start();
    net.run_for(10ms);
    failures = 1;
    CHECK_NOTHROW(done(with));
    CHECK(failures == 0);
    net.run_for(50ms);
    CHECK(states() == std::string("connecting preparing ") + (with ? "waiting" : "connected"));
    CHECK(client.status().last_error == with);
    client.close();
    net.run();
}

TEST_CASE_METHOD(poor_hook_test, "Reconnect: a hook that throws without memory has failed, once") {
    server().accept(1ms).silent();
    simulated_reconnect client = make_poor();
    client.on_session([&](simulated_client&, const done_function&) {
        failures = 1;
        throw std::bad_alloc();
    });
    client.start();
    CHECK_NOTHROW(net.run_for(10ms));
    CHECK(failures == 0);
    CHECK(states() == "connecting preparing waiting");
    CHECK(client.status().last_error == net::error::no_memory);
    CHECK(client.status().failures == 1);
    client.close();
    net.run();
}

}  // namespace uplink::tests
