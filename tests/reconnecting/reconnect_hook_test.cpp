// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The session hook of a reconnecting client: it has the client to itself, and whatever it does, it ends within the rest
// of connect.timeout.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

using done_function = std::function<void(error_code)>;

class hook_test : public reconnect_test {
public:
    /// With a connect.timeout of 50 ms.
    simulated_reconnect make_short(reconnect_options options = every(1s)) {
        client_options below;
        below.connect.timeout = 50ms;
        return make(std::move(options), below);
    }
};

}  // namespace

TEST_CASE_METHOD(hook_test, "Reconnect: the hook has the client to itself before anything queued moves") {
    server().accept(1ms).expect("LOGIN\n").after(10ms).reply("OK\n").expect("queued").silent();
    simulated_reconnect client = make();
    completion login, answer, sent;
    client.on_session([&](simulated_client& session, const done_function& done) {
        session.async_send(std::string("LOGIN\n"), record(login));
        answer.and_then = [&answer, done] { done(answer.ec); };
        session.async_receive_until("\n", record(answer));
    });
    client.async_send(std::string("queued"), record(sent));
    client.start();
    net.run_for(10ms);
    CHECK(states() == "connecting preparing");
    CHECK(!sent);
    net.run_for(10ms);
    CHECK(states() == "connected");
    CHECK(sent == completed(success, 6));
    CHECK(net.failures().empty());
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_test, "Reconnect: what the hook leaves unread is the first that is received") {
    server().accept(1ms).reply("WELCOME\nfirst\nsecond\n").silent();
    simulated_reconnect client = make();
    completion welcome, first, second;
    client.on_session([&](simulated_client& session, const done_function& done) {
        welcome.and_then = [&welcome, done] { done(welcome.ec); };
        session.async_receive_until("\n", record(welcome));
    });
    client.start();
    client.async_receive_until("\n", record(first));
    net.run_for(10ms);
    client.async_receive_until("\n", record(second));
    net.run_for(10ms);
    CHECK(first == completed(success, "first\n"));
    CHECK(second == completed(success, "second\n"));
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_test, "Reconnect: a hook that hangs has the rest of connect.timeout") {
    server().accept(20ms).silent();
    simulated_reconnect client = make_short();
    client.on_session([](simulated_client&, const done_function&) {});
    client.start();
    net.run_for(49ms);
    CHECK(states() == "connecting preparing");
    net.run_for(1ms);
    CHECK(states() == "waiting");
    CHECK(client.status().last_error == errc::handshake_timeout);
    CHECK(client.status().failures == 1);
    CHECK(net.open_sockets() == 0);
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_test, "Reconnect: a hook that fails or throws is a failed attempt with its error") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    const error_code own = net::error::name_too_long;
    struct row {
        const char* name;
        error_code expected;
        std::function<void(const done_function&)> hook;
    };
    const row rows[] = {
        {"fails", own, [&](const done_function& done) { done(own); }},
        {"throws system_error", own, [&](const done_function&) { throw system_error(own); }},
        {"throws system_error without a code", net::error::connection_aborted,
         [](const done_function&) { throw system_error(error_code()); }},
        {"throws bad_alloc", net::error::no_memory, [](const done_function&) { throw std::bad_alloc(); }},
        {"throws another thing", net::error::connection_aborted, [](const done_function&) { throw 1; }},
        {"fails and throws", own,
         [&](const done_function& done) {
             done(own);
             throw 1;
         }},
        {"is done twice", own, [&](const done_function& done) { done(own), done({}); }}};
    for (const row& each : rows) {
        INFO(each.name);
        client.on_session([&](simulated_client&, const done_function& done) { each.hook(done); });
        client.start();
        net.run_for(10ms);
        CHECK(states() == "connecting preparing waiting");
        CHECK(client.status().last_error == each.expected);
        CHECK(client.history().back().error == each.expected);
        client.close();
        net.poll();
        CHECK(states() == "stopped");
    }
}

TEST_CASE_METHOD(hook_test,
                 "Reconnect: what a hook throws after it has succeeded is ignored, and what it says") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    const bool is_twice = GENERATE(0, 1) != 0;
    client.on_session([=](simulated_client&, const done_function& done) {
        done({});
        if (is_twice) done(net::error::name_too_long);
        else throw 1;
    });
    client.start();
    net.run_for(10ms);
    CHECK(states() == "connecting preparing connected");
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_test, "Reconnect: a hook that is done late says nothing about the next connection") {
    server().accept(1ms).silent();
    simulated_reconnect client = make_short(every(100ms));
    done_function first;
    client.on_session([&](simulated_client&, const done_function& done) {
        if (!first) first = done;
    });
    client.start();
    net.run_for(160ms);
    CHECK(states() == "connecting preparing waiting connecting preparing");
    const error_code late = GENERATE(0, 1) == 0 ? error_code() : net::error::name_too_long;
    first(late);
    net.run_for(1ms);
    CHECK(states().empty());
    client.close();
    net.run();
    first(late);
    net.run();
}

TEST_CASE_METHOD(hook_test, "Reconnect: a hook that is done when all is gone does no harm") {
    done_function done;
    {
        server().accept(1ms).silent();
        simulated_reconnect client = make();
        client.on_session([&](simulated_client&, done_function given) { done = std::move(given); });
        client.start();
        net.run_for(10ms);
    }
    done({});
    net.run();
    done(aborted);
    CHECK(states() == "connecting preparing");  // no callback comes after the destruction
    CHECK(net.open_sockets() == 0);
}

TEST_CASE_METHOD(hook_test, "Reconnect: a loss that the hook does not see is noticed at its end") {
    server().accept(1ms).after(10ms).reset();
    simulated_reconnect client = make();
    done_function done;
    client.on_session([&](simulated_client&, done_function given) { done = std::move(given); });
    client.start();
    net.run_for(50ms);
    CHECK(states() == "connecting preparing");
    done({});
    net.poll();
    CHECK(states() == "waiting");
    CHECK(client.status().last_error == was_reset);
    CHECK(client.status().connections == 0);
    client.close();
    net.run();
}

TEST_CASE_METHOD(hook_test, "Reconnect: the hook closes, stops or destroys the client") {
    server().accept(1ms).silent();
    auto client = std::make_unique<simulated_reconnect>(make());
    completion sent, stopped, hooked;
    enum deed { closes, stops, destroys };
    const int what = GENERATE(0, 1, 2);
    CAPTURE(what);
    client->on_session([&](simulated_client& session, const done_function& done) {
        session.async_receive_some(record(hooked));
        if (what == closes) client->close();
        if (what == stops) client->async_stop(record(stopped));
        if (what == destroys) client.reset();
        CHECK(!hooked);
        done({});
    });
    client->async_send(std::string("queued"), record(sent));
    client->start();
    net.run();
    CHECK(hooked == completed(aborted, ""));
    CHECK(sent == completed(aborted, 0));
    if (what == closes) CHECK(states() == "connecting preparing stopped");
    if (what == stops) CHECK(states() == "connecting preparing stopping stopped");
    if (what == stops) CHECK(stopped == completed(errc::connection_lost));
    // Destroyed in the turn that led to preparing: no callback comes any more.
    if (what == destroys) CHECK(states() == "connecting");
    CHECK(net.open_sockets() == 0);
}

TEST_CASE_METHOD(hook_test, "Reconnect: stop and close cancel what the hook waits for") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    completion hooked, stopped;
    client.on_session([&](simulated_client& session, const done_function& done) {
        hooked.and_then = [&hooked, done] { done(hooked.ec); };
        session.async_receive_some(record(hooked));
    });
    client.start();
    net.run_for(10ms);
    const bool is_stop = GENERATE(0, 1) != 0;
    is_stop ? client.async_stop(record(stopped)) : client.close();
    net.poll();
    CHECK(hooked == completed(aborted, ""));
    CHECK(states() == (is_stop ? "connecting preparing stopping stopped" : "connecting preparing stopped"));
    if (is_stop) CHECK(stopped == completed(success));
}

TEST_CASE_METHOD(hook_test, "Reconnect: a hook may be set and replaced at any time") {
    server().accept(1ms).silent();
    simulated_reconnect client = make(every(100ms));
    int old = 0;
    int fresh = 0;
    client.on_session([&](simulated_client&, const done_function& done) {
        ++old;
        client.on_session([&](simulated_client&, const done_function& other) {
            ++fresh;
            other({});
        });
        done(net::error::connection_refused);
    });
    client.start();
    net.run_for(1s);
    CHECK(old == 1);
    CHECK(fresh == 1);
    CHECK(states() == "connecting preparing waiting connecting preparing connected");
    client.close();
    net.run();
}

}  // namespace uplink::tests
