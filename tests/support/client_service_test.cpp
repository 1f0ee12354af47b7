// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which client was at work last, and the clients of a context that ends.

#include <uplink/detail/support/client_service.hpp>

#include "support/catch.hpp"

#include <memory>
#include <thread>

namespace uplink::tests {

namespace {

using uplink::detail::client_service;
using uplink::detail::turn_of_clients;

class client final : public uplink::detail::registered_client {
public:
    int abandoned = 0;

private:
    void abandon() noexcept override { ++abandoned; }
    std::shared_ptr<registered_client> keep_alive() noexcept override {
        return {std::shared_ptr<void>(), this};  // which owns nothing
    }
};

}  // namespace

TEST_CASE("a client notices that another was at work before it") {
    client one;
    client other;
    turn_of_clients::take(one);
    CHECK_FALSE(turn_of_clients::take(one));
    CHECK(turn_of_clients::take(other));
    CHECK_FALSE(turn_of_clients::take(other));
    CHECK(turn_of_clients::take(one));
    turn_of_clients::leave(one);
}

TEST_CASE("a client that is gone was not another at work") {
    client one;
    client other;
    turn_of_clients::take(other);
    turn_of_clients::leave(other);
    CHECK_FALSE(turn_of_clients::take(one));
    turn_of_clients::leave(one);
}

TEST_CASE("a client at work on another thread is not noticed") {
    client one;
    client other;
    turn_of_clients::take(one);
    std::thread([&other] { turn_of_clients::take(other); }).join();
    CHECK_FALSE(turn_of_clients::take(one));
    turn_of_clients::leave(one);
}

TEST_CASE("a context that ends abandons its clients, and one that outlives it can still leave") {
    std::shared_ptr<uplink::detail::client_registry> registry;
    client one;
    {
        net::io_context io;
        registry = net::use_service<client_service>(static_cast<net::execution_context&>(io)).registry();
        registry->add(one);
    }
    CHECK(one.abandoned == 1);
    registry->remove(one);
}

}  // namespace uplink::tests
