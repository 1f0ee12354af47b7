// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where decided operations wait for their handlers: the order, what a handler that throws leaves, and an executor that
// has no memory to post with.

#include <uplink/detail/support/completion_queue.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <memory_resource>
#include <new>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using uplink::detail::completion_queue;
using uplink::detail::operation_base;

/// Keeps what is posted, or has no memory to.
struct posts {
    std::deque<std::function<void()>> waiting{};
    int failures = 0;
    std::size_t tries = 0;
};

class posting_executor {
public:
    posting_executor(net::io_context& context, posts& to) noexcept : context_(&context), posts_(&to) {}
    net::execution_context& query(net::execution::context_t) const noexcept { return *context_; }
    posting_executor require(net::execution::blocking_t::never_t) const noexcept { return *this; }
    template <class Function> void execute(Function&& function) const {
        ++posts_->tries;
        if (posts_->failures != 0) {
            --posts_->failures;
            throw std::bad_alloc();
        }
        auto kept = std::make_shared<std::decay_t<Function>>(std::forward<Function>(function));
        posts_->waiting.emplace_back([kept] { (*kept)(); });
    }
    [[maybe_unused]] friend bool operator==(const posting_executor& left,
                                            const posting_executor& right) noexcept {
        return left.posts_ == right.posts_;
    }

private:
    net::io_context* context_;
    posts* posts_;
};

struct queue_owner : std::enable_shared_from_this<queue_owner> {
    struct no_deadlines {
        void cancel_idle_timer() noexcept {}
    };
    const posting_executor& get_executor() const noexcept { return executor; }
    completion_queue<queue_owner>& completions() noexcept { return queue; }
    no_deadlines& deadlines() noexcept { return none; }
    void resume_deferred() noexcept { ++flushes; }
    void finish_turn() { queue.run(); }

    net::io_context io{};
    posts posted{};
    posting_executor executor{io, posted};
    no_deadlines none{};
    int flushes = 0;
    completion_queue<queue_owner> queue{*this};
};

struct noted_operation final : operation_base {
    explicit noted_operation(std::function<void()> what) : called(std::move(what)) {}
    void complete() override { called(); }
    void abandon() noexcept override { ++abandoned; }
    std::pmr::memory_resource& memory() noexcept override { return *std::pmr::new_delete_resource(); }
    std::function<void()> called;
    int abandoned = 0;
};

struct completion_queue_test {
    std::shared_ptr<queue_owner> owner = std::make_shared<queue_owner>();
    std::string order{};
    std::deque<noted_operation> operations{};

    ~completion_queue_test() { owner->posted.waiting.clear(); }
    void push(
        char name, std::function<void()> then = [] {}) {
        operations.emplace_back([this, name, then] {
            order += name;
            then();
        });
        owner->queue.push(operations.back());
    }
    /// What was posted, one after the other.
    void run_posted() {
        while (!owner->posted.waiting.empty()) {
            const auto next = std::move(owner->posted.waiting.front());
            owner->posted.waiting.pop_front();
            next();
        }
    }
};

struct thrown_by_operation {};

}  // namespace

TEST_CASE_METHOD(completion_queue_test,
                 "operations complete in the order decided, by one function posted for all") {
    for (const char name : {'a', 'b', 'c'}) {
        push(name);
        owner->queue.post();
    }
    CHECK(order.empty());
    CHECK(owner->queue.is_waiting());
    CHECK(owner->posted.waiting.size() == 1);
    run_posted();
    CHECK(order == "abc");
    CHECK_FALSE(owner->queue.is_waiting());
    push('d');
    owner->queue.post();
    run_posted();
    CHECK(order == "abcd");
}

TEST_CASE_METHOD(completion_queue_test,
                 "faults 84: where there is no memory to post with, the next step posts again") {
    push('a');
    owner->posted.failures = 2;
    owner->queue.post();
    owner->queue.post();
    CHECK(owner->posted.waiting.empty());
    CHECK(owner->queue.is_waiting());
    push('b');
    owner->queue.post();
    CHECK(owner->posted.tries == 3);
    REQUIRE(owner->posted.waiting.size() == 1);
    run_posted();
    CHECK(order == "ab");
}

TEST_CASE_METHOD(completion_queue_test, "faults 84: a step of I/O calls what could not be posted") {
    push('a');
    owner->posted.failures = 1;
    owner->queue.post();
    owner->finish_turn();
    CHECK(order == "a");
    CHECK(owner->posted.waiting.empty());
}

TEST_CASE_METHOD(completion_queue_test,
                 "what a handler decides is called in the same step or posted, never lost") {
    int more = 100;
    std::function<void()> again = [&] {
        if (--more != 0) push('x', again);
        owner->queue.post();
    };
    push('x', again);
    owner->queue.post();
    run_posted();
    CHECK(order == std::string(100, 'x'));
    CHECK(owner->posted.tries > 1);
    CHECK(owner->posted.tries < 100);
    CHECK(owner->flushes > 0);
}

TEST_CASE_METHOD(completion_queue_test,
                 "a handler that throws leaves the rest posted, and one within another's too") {
    push('a', [] { throw thrown_by_operation(); });
    push('b', [this] {
        push('c');
        owner->finish_turn();  // as a handler that runs the context does
        order += '.';
    });
    owner->queue.post();
    CHECK_THROWS_AS(run_posted(), thrown_by_operation);
    CHECK(order == "a");
    REQUIRE(owner->posted.waiting.size() == 1);
    run_posted();
    CHECK(order == "abc.");
    CHECK_FALSE(owner->queue.is_waiting());
}

TEST_CASE_METHOD(completion_queue_test, "what waits is shown in order, and abandoned uncalled") {
    for (const char name : {'a', 'b'}) push(name);
    std::size_t shown = 0;
    owner->queue.for_each([&](operation_base& each) { CHECK(&each == &operations[shown++]); });
    CHECK(shown == 2);
    owner->queue.post();
    owner->queue.abandon();
    run_posted();
    CHECK(order.empty());
    for (const noted_operation& each : operations) CHECK(each.abandoned == 1);
}

}  // namespace uplink::tests
