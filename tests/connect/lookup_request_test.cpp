// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What stands between a resolver and the operation that asked: one answer, posted, and none after detach().

#include <uplink/detail/connect/lookup_request.hpp>

#include "support/catch.hpp"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

struct asker {
    int answers = 0;
    error_code ec{};
    std::size_t found = 0;
    address_family family{};

    void on_answer(address_family which, uplink::lookup_answer&& answer) {
        ++answers;
        ec = answer.error;
        found = answer.endpoints.size();
        family = which;
    }
};

using executor_type = net::io_context::executor_type;
using request_type = uplink::detail::lookup_request<asker, executor_type>;
const std::vector<net::ip::tcp::endpoint> two{{net::ip::make_address("192.0.2.1"), 80},
                                              {net::ip::make_address("192.0.2.2"), 80}};

}  // namespace

TEST_CASE("an answer is posted, not given within the call, and only the first counts") {
    net::io_context context;
    asker operation;
    const auto request =
        std::make_shared<request_type>(operation, context.get_executor(), address_family::v4);
    request->answer({.endpoints = two});
    request->answer({.error = net::error::host_not_found});
    CHECK(operation.answers == 0);
    context.run();
    CHECK(operation.answers == 1);
    CHECK(operation.found == 2);
    CHECK_FALSE(operation.ec);
    CHECK(operation.family == address_family::v4);
}

TEST_CASE("after refuse_answers() no answer is taken, and it says whether one was before") {
    net::io_context context;
    asker operation;
    const auto answered =
        std::make_shared<request_type>(operation, context.get_executor(), address_family::v4);
    answered->answer({.endpoints = two});
    CHECK_FALSE(answered->refuse_answers());
    const auto refused =
        std::make_shared<request_type>(operation, context.get_executor(), address_family::v4);
    CHECK(refused->refuse_answers());
    refused->answer({.endpoints = two});
    context.run();
    CHECK(operation.answers == 1);
}

TEST_CASE(
    "after detach() an answer reaches neither the operation nor the executor, before or after it was posted") {
    auto context = std::make_unique<net::io_context>();
    auto operation = std::make_unique<asker>();
    auto request = std::make_shared<request_type>(*operation, context->get_executor(), address_family::v6);
    auto late = std::make_shared<request_type>(*operation, context->get_executor(), address_family::v4);
    request->answer({.endpoints = two});  // on its way
    request->detach();
    late->detach();
    operation.reset();
    late->answer({.endpoints = two});
    CHECK(context->run() == 1);  // the one on its way, which finds nobody
    context.reset();
    late->answer({.endpoints = two});
    request->answer({.endpoints = two});
}

TEST_CASE("an answer from another thread arrives on the executor") {
    net::io_context context;
    asker operation;
    const auto work = net::prefer(context.get_executor(), net::execution::outstanding_work.tracked);
    const auto request =
        std::make_shared<request_type>(operation, context.get_executor(), address_family::v4);
    std::thread other([&request] { request->answer({.error = net::error::host_not_found}); });
    context.run_one();
    other.join();
    CHECK(operation.ec == net::error::host_not_found);
}

TEST_CASE("a context that goes with an answer on its way takes the answer along") {
    asker operation;
    auto request =
        std::make_shared<request_type>(operation, net::io_context().get_executor(), address_family::v4);
    std::weak_ptr<request_type> weak;
    {
        net::io_context context;
        request = std::make_shared<request_type>(operation, context.get_executor(), address_family::v4);
        weak = request;
        request->answer({.endpoints = two});
        request->detach();
        request.reset();
        CHECK_FALSE(weak.expired());
    }
    CHECK(weak.expired());
    CHECK(operation.answers == 0);
}

}  // namespace uplink::tests
