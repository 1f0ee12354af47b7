// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/client_test.hpp"

#include <chrono>
#include <cstdint>

namespace uplink::tests {

namespace {

constexpr std::chrono::seconds hang{60};

}  // namespace

same_descriptors::same_descriptors() : before_(open_descriptors()) {}

same_descriptors::~same_descriptors() { CHECK(open_descriptors() == before_); }

void client_test::run() {
    io.restart();
    io.run_for(hang);
    if (!io.stopped()) FAIL("something is still pending");
}

void client_test::run_one() {
    io.restart();
    if (io.run_one_for(hang) == 0) FAIL("it never happened");
}

void client_test::run_until(const completion& result) {
    while (!result) run_one();
}

template void client_test::connect(async_client<>& client, const loopback_server& server);

std::string many_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    std::uint32_t seed = 2463534242;
    for (char& each : bytes) {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        each = static_cast<char>(seed);
    }
    return bytes;
}

}  // namespace uplink::tests
