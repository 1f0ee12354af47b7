// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The execution context goes: before the client, after it, and in a handler that owns the client. What the sanitizers see
// here is half of the test.
#include "support/client_test.hpp"
#include "support/counted_client.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using start_owner = std::function<void(counted_client&, std::shared_ptr<void>)>;

/// Operations whose handler owns the client, behind a send that is complete and whose handler was not called
/// yet.
const std::vector<std::pair<const char*, start_owner>> held_operations{
    {"send",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{std::move(own)});
     }},
    {"drain",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_drain(uncalled_owner{std::move(own)});
     }},
    {"half-close",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_shutdown_send(uncalled_owner{std::move(own)});
     }},
    {"receive",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_receive(uncalled_owner{std::move(own)});
     }},
    {"exchange",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_exchange(std::string("b"), uncalled_owner{std::move(own)});
     }},
    {"close",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_close(uncalled_owner{std::move(own)});
     }},
    {"large send",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(std::string(8 << 20, 'x'), uncalled_owner{std::move(own)});
         on.async_send(net::buffer("b", 1), uncalled_owner{});
     }},
};

}  // namespace

TEST_CASE_METHOD(same_descriptors,
                 "a context that goes first destroys a handler that is the last owner of its client",
                 "[lifetime]") {
    for (const auto& [name, start] : held_operations) {
        for (const bool first_completes : {false, true}) {
            INFO(name << ", " << first_completes);
            doomed all;
            std::weak_ptr<counted_client> watched = all.client;
            counted_client& client = *all.client;
            if (first_completes) client.async_send(net::buffer("a", 1), uncalled_owner{});
            start(client, std::move(all.client));
            CHECK_FALSE(watched.expired());
            all.io.reset();
            CHECK(watched.expired());
            CHECK(counted_socket::alive == 0);
        }
    }
}

TEST_CASE_METHOD(same_descriptors, "a client may be destroyed after its context", "[lifetime]") {
    for (const bool is_connected : {false, true}) {
        doomed all;
        if (!is_connected) {
            all.client->close();
            all.io->run();
        } else {
            all.client->async_receive(uncalled_owner{});
            all.client->async_send(std::string(8 << 20, 'x'), uncalled_owner{});
        }
        all.io.reset();
        CHECK(counted_socket::alive == 0);  // what belonged to the context went with it
        CHECK_FALSE(all.client->is_open());
        all.client->close();
        all.client.reset();
    }
}

}  // namespace uplink::tests
