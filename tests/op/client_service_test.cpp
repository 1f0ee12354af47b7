// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which client was at work last.

#include <uplink/detail/support/client_service.hpp>

#include <support/catch.hpp>

#include <memory>

namespace {

using uplink::detail::client_service;
namespace net = uplink::net;

class client final : public uplink::detail::registered_client {
    void abandon() noexcept override {}
    std::shared_ptr<registered_client> keep_alive() noexcept override { return nullptr; }
};

}  // namespace

TEST_CASE("a client notices that another was at work before it") {
    net::io_context io;
    auto& service = net::use_service<client_service>(static_cast<net::execution_context&>(io));
    client one;
    client other;
    CHECK_FALSE(service.takes_turn(one));
    CHECK_FALSE(service.takes_turn(one));
    CHECK(service.takes_turn(other));
    CHECK_FALSE(service.takes_turn(other));
    CHECK(service.takes_turn(one));
}

TEST_CASE("a client that is gone was not another at work") {
    net::io_context io;
    auto& service = net::use_service<client_service>(static_cast<net::execution_context&>(io));
    client one;
    client other;
    service.add(one);
    service.add(other);
    service.takes_turn(other);
    service.remove(other);
    CHECK_FALSE(service.takes_turn(one));
    service.remove(one);
}
