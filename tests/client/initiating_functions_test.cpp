// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When handlers run: never inside an initiating function, nor inside cancel, close or the destructor.
#include "support/client_test.hpp"
#include "support/tracking.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// Of handlers that note what they see in `log`.
struct initiating_test : client_test {
    initiating_test() {
        noted.and_then = [this] { noting{log}(noted.ec); };
    }

    completion noted{};
    call_log log{};
};

}  // namespace

TEST_CASE_METHOD(initiating_test, "no handler runs inside an initiating function", "[executor]") {
    loopback_server server({server_script().reply("there").until_gone()});
    async_client client{io};
    using initiation = void (*)(async_client<> & client, const loopback_server& server, recorder handler);
    const auto start = [&](initiation initiate) {
        // From inside the event loop, where a dispatch would run at once.
        net::post(io, [&, initiate] {
            const call_log::initiating initiating(log);
            initiate(client, server, record(noted));
        });
        run();
    };
    start([](auto& on, auto&, recorder handler) { on.async_receive(handler); });
    start([](auto& on, auto&, recorder handler) { on.async_connect("", "", handler); });
    start([](auto& on, auto& to, recorder handler) { on.async_connect(to.host(), to.service(), handler); });
    start([](auto& on, auto& to, recorder handler) { on.async_connect(to.host(), to.service(), handler); });
    start([](auto& on, auto&, recorder handler) { on.async_send(std::string(), handler); });
    start([](auto& on, auto&, recorder handler) { on.async_send(std::string("x"), handler); });
    start([](auto& on, auto&, recorder handler) { on.async_drain(handler); });
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    start([](auto& on, auto&, recorder handler) { on.async_receive_exactly(2, handler); });
    start([](auto& on, auto&, recorder handler) { on.async_receive_some(handler); });
    start([](auto& on, auto&, recorder handler) { on.async_receive_exactly(0, handler); });
    start([](auto& on, auto&, recorder handler) { on.async_receive(0s, handler); });
    start([](auto& on, auto&, recorder handler) { on.async_shutdown_send(handler); });
    start([](auto& on, auto&, recorder handler) { on.async_send(std::string("late"), handler); });
    start([](auto& on, auto&, recorder handler) { on.async_close(0s, handler); });
    CHECK(log.calls.size() == 14);
    CHECK(log.inside == 0);
}

TEST_CASE_METHOD(initiating_test, "cancel, close and destruction call no handler themselves", "[executor]") {
    loopback_server server({server_script().silence()});
    enum class ended_by { cancel, close, destruction };
    for (const auto how : {ended_by::cancel, ended_by::close, ended_by::destruction}) {
        auto client = std::make_unique<async_client<>>(io);
        connect(*client, server);
        client->async_receive(record(noted));
        {
            const call_log::initiating initiating(log);
            if (how == ended_by::cancel) client->cancel();
            if (how == ended_by::close) client->close();
            client.reset();
        }
        run();
    }
    CHECK(log.calls.size() == 3);
    CHECK(log.inside == 0);
    for (const auto& each : log.calls) CHECK(each.ec == net::error::operation_aborted);
}

}  // namespace uplink::tests
