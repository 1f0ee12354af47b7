// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion handlers of a connect's children: each tells the operation which child has ended, within a turn of the
// client, and keeps the client alive until then.
#include <uplink/detail/connect/attempt_handler.hpp>

#include "support/catch.hpp"

#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

struct child {
    int number;
};

/// Writes down what its handlers do.
struct written_core : std::enable_shared_from_this<written_core> {
    using executor_type = net::io_context::executor_type;
    struct turn_guard {
        explicit turn_guard(written_core& owner) : core(owner) { core.done += "begin "; }
        ~turn_guard() { core.done += "end "; }
        written_core& core;
    };
    struct queue {
        detail::completion_queue<written_core>::memory_type block{};
        auto& memory() noexcept { return block; }
    };

    written_core(net::io_context& io, std::string& where) : executor(io.get_executor()), done(where) {}
    ~written_core() { done += "destroyed "; }
    const executor_type& get_executor() const noexcept { return executor; }
    queue& completions() noexcept { return completions_; }
    void finish_turn() { done += "finish "; }

    executor_type executor;
    std::string& done;

private:
    queue completions_{};
};

struct written_operation {
    void child_ended(child which, const error_code& ec) {
        core->done += std::to_string(which.number) + (ec ? "-failed " : "-ok ");
    }
    written_core* core;
};

using handler = detail::attempt_handler<written_core, written_operation, child>;
using posted_handler = detail::posted_attempt_handler<written_core, written_operation, child>;

struct handler_test {
    net::io_context io{};
    std::string done{};
    std::shared_ptr<written_core> core = std::make_shared<written_core>(io, done);
    written_operation operation{core.get()};
};

}  // namespace

TEST_CASE("attempt handler: the operation is told within a turn, which is finished afterwards", "[connect]") {
    handler_test test;
    handler first(test.operation, child{1});
    first({});
    CHECK(test.done == "begin 1-ok end finish ");
    test.done.clear();
    handler second(test.operation, child{2});
    second(net::error::connection_refused);
    CHECK(test.done == "begin 2-failed end finish ");
}

TEST_CASE("attempt handler: the client lives until the handler is gone, called or not", "[connect]") {
    handler_test test;
    {
        handler pending(test.operation, child{1});
        test.core.reset();
        CHECK(test.done.empty());
        pending({});
        CHECK(test.done == "begin 1-ok end finish ");
    }
    CHECK(test.done == "begin 1-ok end finish destroyed ");
}

TEST_CASE("attempt handler: one that has been moved from still gives the executor", "[connect]") {
    handler_test test;
    handler first(test.operation, child{1});
    const handler second(std::move(first));
    CHECK(first.get_executor() == test.io.get_executor());  // NOLINT(bugprone-use-after-move)
    CHECK(second.get_executor() == test.io.get_executor());
}

TEST_CASE("posted attempt handler: runs from the event loop, in the client's own block of memory",
          "[connect]") {
    handler_test test;
    posted_handler posted(test.operation, child{3}, net::error::connection_refused);
    CHECK(posted.get_allocator() == posted_handler::allocator_type(test.core->completions().memory()));
    net::post(test.io.get_executor(), std::move(posted));
    CHECK(test.done.empty());
    test.io.run();
    CHECK(test.done == "begin 3-failed end finish ");
}

TEST_CASE("posted attempt handler: one that never runs is destroyed with its share of the client",
          "[connect]") {
    std::string done;
    {
        net::io_context io;
        auto core = std::make_shared<written_core>(io, done);
        written_operation operation{core.get()};
        net::post(io.get_executor(), posted_handler(operation, child{1}, {}));
        core.reset();
        CHECK(done.empty());
    }
    CHECK(done == "destroyed ");
}

}  // namespace uplink::tests
