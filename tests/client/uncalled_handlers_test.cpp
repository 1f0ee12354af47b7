// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The context goes before the client: the handlers are destroyed uncalled, and with them what they own. What the
// sanitizers see here is half of the test.
#include "support/client_test.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <memory>
#include <string>

namespace uplink::tests {

namespace {

using client = async_client<>;

/// A handler that owns the client, and something that the test can see, so that it shows when the handler is destroyed
/// uncalled.
struct owning {
    std::shared_ptr<client> owned_client;
    std::shared_ptr<int> owned;
    void (*then)(const owning& handler, error_code ec) = nullptr;

    template <class... Values> void operator()(error_code ec, const Values&...) const {
        if (then != nullptr) then(*this, ec);
    }
    owning without_then() const { return {owned_client, owned}; }
};

void receive_rest(const owning& handler, error_code) {
    handler.owned_client->async_receive(handler.without_then());
}

void start_everything(const owning& handler, error_code ec) {
    if (ec) return;
    client& on = *handler.owned_client;
    const owning last = handler.without_then();
    on.async_send(std::string("x"), last);
    on.async_send(std::string(5'000'000, 'x'), last);
    on.async_shutdown_send(last);
    on.async_drain(last);
    on.async_receive_some(owning{handler.owned_client, handler.owned, receive_rest});
    on.async_close(last);
}

}  // namespace

TEST_CASE_METHOD(same_descriptors, "a context that goes first destroys the handlers uncalled",
                 "[lifetime][context]") {
    for (int steps = 0; steps != 12; ++steps) {
        CAPTURE(steps);
        loopback_server server({server_script().reply("x").until_gone()});
        auto context = std::make_unique<net::io_context>();
        const auto owned = std::make_shared<int>();
        {
            // Handlers own the client: nobody else will destroy it.
            auto last = std::make_shared<client>(*context);
            last->async_connect(server.host(), server.service(), owning{last, owned, start_everything});
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
        last->async_connect("stuck.test", "1", owning{last, owned});
    }
    REQUIRE(lookups.wait_for_calls(1));
    context.reset();
    CHECK(owned.use_count() == 1);
    lookups.release_all();
    CHECK(lookups.wait_for_ended_threads(1));
}

}  // namespace uplink::tests
