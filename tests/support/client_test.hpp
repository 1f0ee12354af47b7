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

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

/// A base, so that everything else of a test is gone when it counts again.
class same_descriptors {
public:
    same_descriptors();
    ~same_descriptors();

private:
    std::size_t before_;
};

class client_test : public same_descriptors {
public:
    net::io_context io{};

    /// Until nothing is left to do.
    void run();
    template <class Predicate> void run_until(Predicate predicate) {
        while (!predicate()) run_one();
    }
    void run_until(const completion& result);

    template <class Client> void connect(Client& client, const loopback_server& server) {
        completion connected;
        client.async_connect(server.host(), server.service(), record(connected));
        run_until(connected);
        REQUIRE(connected == completed(success));
    }

private:
    void run_one();
};

// Compiled once, as what else is not here, in client_fixture.cpp: a file named _test.cpp is a program's.
extern template void client_test::connect(async_client<>& client, const loopback_server& server);

/// Bytes that look like nothing else: neither the same piece again, nor text.
std::string many_bytes(std::size_t count);

/// Strings of megabytes are not for printing.
inline bool same(std::string_view left, std::string_view right) { return left == right; }

}  // namespace uplink::tests
