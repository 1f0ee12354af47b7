// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Ports as numbers, of whatever type; and the number of a client.
#include "support/client_test.hpp"

#include <uplink/testing/network.hpp>

#include <cstdint>
#include <set>
#include <utility>

namespace uplink::tests {

namespace {

using numbered_client = async_client<testing::socket>;

template <class Port>
concept takes_as_port = requires(numbered_client client, Port port, completion result) {
    client.async_connect("h", port, record(result));
};

static_assert(takes_as_port<int> && takes_as_port<std::uint16_t> && takes_as_port<long long> &&
              takes_as_port<unsigned long> && takes_as_port<short>);
static_assert(!takes_as_port<bool> && !takes_as_port<char> && !takes_as_port<char16_t> &&
              !takes_as_port<wchar_t> && !takes_as_port<double>);

}  // namespace

TEST_CASE("a port may be a number", "[connect]") {
    testing::network net;
    net.endpoint("192.0.2.1:80").accept();
    numbered_client client{net.get_executor()};
    const auto connect_to = [&](auto port) {
        completion connected;
        client.async_connect("192.0.2.1", port, record(connected));
        net.run();
        client.close();
        return connected;
    };
    CHECK(connect_to(80) == completed(success));
    CHECK(connect_to(std::uint16_t{80}) == completed(success));
    CHECK(connect_to(80ull) == completed(success));
    CHECK(connect_to(65535) == completed(net::error::connection_refused));
    const std::size_t attempts = net.attempts().size();
    for (const long long port : {0ll, -1ll, -80ll, 65536ll, 65616ll, 1ll << 40})
        CHECK(connect_to(port) == completed(net::error::invalid_argument));
    CHECK(net.attempts().size() == attempts);
}

TEST_CASE("each client has a number of its own, which goes with it when it is moved", "[client]") {
    testing::network net;
    std::set<std::uint64_t> numbers;
    for (int i = 0; i != 100; ++i) numbers.insert(numbered_client(net.get_executor()).id());
    CHECK(numbers.size() == 100);
    numbered_client first{net.get_executor()};
    const std::uint64_t number = first.id();
    const numbered_client second(std::move(first));
    CHECK(second.id() == number);
}

}  // namespace uplink::tests
