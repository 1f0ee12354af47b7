// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The turns of a client: how they nest, who else ran meanwhile, and what is done at the end of one.
#include <uplink/detail/support/turn.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::operation_base;
using time_point = std::chrono::steady_clock::time_point;

/// Its time stands still, and its waits never end, or cannot be started.
struct still_timer {
    explicit still_timer(const net::io_context::executor_type&) noexcept {}
    time_point now() const noexcept { return time; }
    void expires_at(time_point) noexcept {}
    void cancel() noexcept {}
    template <class Handler> void async_wait(Handler&&) {
        if (fails) throw std::bad_alloc();
    }
    static inline time_point time{};
    static inline bool fails = false;
};

/// Writes down what its turns call.
struct turning_client final : std::enable_shared_from_this<turning_client>, detail::registered_client {
    using executor_type = net::io_context::executor_type;
    using turn_type = detail::turn<turning_client, still_timer, time_point>;
    struct turn_guard : turn_type::guard {
        explicit turn_guard(turning_client& client) noexcept : turn_type::guard(client.turns) {}
    };

    explicit turning_client(net::io_context& io) : executor(io.get_executor()) {}
    const executor_type& get_executor() const noexcept { return executor; }
    auto& completions() noexcept { return turns.completions(); }
    auto& deadlines() noexcept { return turns.deadlines(); }
    void finish_turn() { turns.finish(); }
    void free_retired() { done += "free "; }
    void resume_deferred() {}
    void let_go_if_done() { done += "let go "; }
    void abandon() noexcept override {}
    std::shared_ptr<detail::registered_client> keep_alive() noexcept override { return shared_from_this(); }

    executor_type executor;
    std::string done{};
    turn_type turns{*this};
};

struct called_operation final : operation_base {
    explicit called_operation(std::function<void()> what) : called(std::move(what)) {}
    void complete() override { called(); }
    void abandon() noexcept override {}
    std::pmr::memory_resource& memory() noexcept override { return *std::pmr::new_delete_resource(); }
    std::function<void()> called;
};

struct limit final : detail::deadline_entry<time_point> {
    void expired() override {}
};

struct turn_test {
    net::io_context io{};
    std::shared_ptr<turning_client> client = std::make_shared<turning_client>(io);
    std::shared_ptr<turning_client> other = std::make_shared<turning_client>(io);
    called_operation a{[this] { client->done += "a "; }};
    called_operation b{[this] { client->done += "b "; }};
    limit idle{};

    turn_test() {
        still_timer::time = {};
        still_timer::fails = false;
        take_turn(*client);
        client->turns.take_other_clients_ran();  // forgets the clients of other tests
    }
    ~turn_test() { client->deadlines().remove(idle); }
    static void take_turn(turning_client& of) { const turning_client::turn_guard guard(of); }
};

struct thrown_by_handler {};

}  // namespace

TEST_CASE_METHOD(turn_test, "a turn goes on until the end of the outermost one") {
    CHECK_FALSE(client->turns.is_going_on());
    {
        const turning_client::turn_guard outer(*client);
        take_turn(*client);
        CHECK(client->turns.is_going_on());
        CHECK_FALSE(other->turns.is_going_on());
    }
    CHECK_FALSE(client->turns.is_going_on());
}

TEST_CASE_METHOD(turn_test, "a client notices once that another one has run on its thread") {
    take_turn(*client);
    CHECK_FALSE(client->turns.take_other_clients_ran());
    take_turn(*other);
    take_turn(*client);
    CHECK(client->turns.take_other_clients_ran());
    CHECK_FALSE(client->turns.take_other_clients_ran());
}

TEST_CASE_METHOD(turn_test, "the outermost turn alone marks its client as the one that runs") {
    {
        const turning_client::turn_guard outer(*client);
        take_turn(*other);
        take_turn(*client);
        CHECK_FALSE(client->turns.take_other_clients_ran());
    }
    take_turn(*client);
    CHECK(client->turns.take_other_clients_ran());
}

TEST_CASE_METHOD(turn_test, "a client that was destroyed is not another one that has run") {
    take_turn(*other);
    other.reset();
    take_turn(*client);
    CHECK_FALSE(client->turns.take_other_clients_ran());
}

TEST_CASE_METHOD(turn_test, "a turn on the event loop calls the handlers, and lets the context go last") {
    client->completions().push(a);
    client->completions().push(b);
    client->turns.finish();
    CHECK(client->done == "free a b let go ");
}

TEST_CASE_METHOD(turn_test, "a handler that throws leaves the rest posted, and the context is let go") {
    called_operation bad([] { throw thrown_by_handler(); });
    client->completions().push(bad);
    client->completions().push(a);
    CHECK_THROWS_AS(client->turns.finish(), thrown_by_handler);
    CHECK(client->done == "free let go ");
    io.run();
    CHECK(client->done == "free let go free a let go ");
}

TEST_CASE_METHOD(turn_test, "any other turn frees connections, and posts the handlers") {
    client->completions().push(a);
    client->turns.finish_call();
    CHECK(client->done == "free ");
    io.run();
    CHECK(client->done == "free free a let go ");
}

TEST_CASE_METHOD(turn_test, "an idle limit begins anew with each restart, if there is a timeout") {
    client->turns.restart_idle(idle, std::nullopt);
    CHECK_FALSE(idle.is_linked());
    for (const std::chrono::seconds now : {0s, 3s}) {
        still_timer::time = time_point(now);
        client->turns.restart_idle(idle, 5s);
        client->turns.restart_idle(idle, std::nullopt);
        CHECK(idle.is_linked());
        CHECK(idle.at == still_timer::time + 5s);
    }
}

TEST_CASE_METHOD(turn_test, "an idle limit beyond the end of time is none") {
    client->turns.restart_idle(idle, 5s);
    still_timer::time = time_point::max() - 4s;
    client->turns.restart_idle(idle, 5s);
    CHECK_FALSE(idle.is_linked());
}

TEST_CASE_METHOD(turn_test, "a pause is not measured if there is no memory for the timer's wait") {
    still_timer::fails = true;
    client->turns.restart_idle(idle, 5s);
    CHECK_FALSE(idle.is_linked());
    still_timer::fails = false;
    client->turns.restart_idle(idle, 5s);
    CHECK(idle.is_linked());
}

}  // namespace uplink::tests
