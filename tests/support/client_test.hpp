// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of the client share: a fixture with an io_context, which also checks that a test leaves as many
// descriptors open as it found.
#pragma once

#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/descriptors.hpp"
#include "support/loopback_server.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::tests {

/// A base, so that everything else of a test is gone when it counts again.
class same_descriptors {
public:
    same_descriptors() : before_(open_descriptors()) {}
    ~same_descriptors() { CHECK(open_descriptors() == before_); }

private:
    std::size_t before_;
};

class client_test : public same_descriptors {
public:
    net::io_context io{};

    /// Until nothing is left to do.
    void run() {
        io.restart();
        io.run_for(hang);
        if (!io.stopped()) FAIL("something is still pending");
    }
    template <class Predicate> void run_until(Predicate predicate) {
        while (!predicate()) {
            io.restart();
            if (io.run_one_for(hang) == 0) FAIL("it never happened");
        }
    }
    void run_until(const completion& result) {
        run_until([&] { return static_cast<bool>(result); });
    }

    template <class Client> void connect(Client& client, const loopback_server& server) {
        completion connected;
        client.async_connect(server.host(), server.service(), record(connected));
        run_until(connected);
        REQUIRE(connected == completed(success));
    }

private:
    static constexpr std::chrono::seconds hang{60};
};

/// Bytes that look like nothing else: neither the same piece again, nor text.
inline std::string many_bytes(std::size_t count) {
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

/// Strings of megabytes are not for printing.
inline bool same(std::string_view left, std::string_view right) { return left == right; }

}  // namespace uplink::tests
