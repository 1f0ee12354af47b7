// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of the client share: a fixture with an io_context, which also checks that a test leaves as many
// descriptors open as it found, and one type of handler that notes what it was called with.
#pragma once

#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"
#include "support/loopback_server.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

/// What became of one operation. It must outlive the operation.
struct outcome {
    int calls = 0;
    int turn = 0;  ///< the number of this call, among all
    error_code ec{};
    std::size_t count = 0;
    std::string text{};
    net::ip::tcp::endpoint endpoint{};

    explicit operator bool() const noexcept { return calls != 0; }
    bool succeeded() const noexcept { return calls == 1 && !ec; }
    bool failed_with(const error_code& error) const noexcept { return calls == 1 && ec == error; }
    bool is_aborted() const noexcept { return failed_with(net::error::operation_aborted); }
};

/// The handler of every operation.
class noted_in {
public:
    explicit noted_in(outcome& result) noexcept : result_(&result) {}

    void operator()(error_code ec) const {
        static std::atomic<int> turns{0};
        result_->turn = ++turns;
        ++result_->calls;
        result_->ec = ec;
    }
    void operator()(error_code ec, std::size_t count) const {
        (*this)(ec);
        result_->count = count;
    }
    void operator()(error_code ec, std::string_view text) const {
        (*this)(ec);
        result_->text = text;
    }
    void operator()(error_code ec, const std::string& text) const { (*this)(ec, std::string_view(text)); }
    void operator()(error_code ec, const net::ip::tcp::endpoint& endpoint) const {
        (*this)(ec);
        result_->endpoint = endpoint;
    }
    void operator()(error_code ec, const net::local::stream_protocol::endpoint&) const { (*this)(ec); }

private:
    outcome* result_;
};

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
    void run_until(const outcome& result) {
        run_until([&] { return static_cast<bool>(result); });
    }

    template <class Client> void connect(Client& client, const loopback_server& server) {
        outcome connected;
        client.async_connect(server.host(), server.service(), noted_in(connected));
        run_until(connected);
        INFO(connected.ec.message());
        REQUIRE(connected.succeeded());
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
