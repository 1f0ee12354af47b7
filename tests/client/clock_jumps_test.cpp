// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The system's clock is set ten years forward and back while operations wait (faults 65): nothing may come of it. The
// case is hidden; clock_jumps.sh runs it with a clock that only this process sees, and that a file sets.
#include "support/client_test.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

constexpr auto year = std::chrono::hours(24 * 365);

/// How far the system's clock is from where it was at the start, as against the clock that no one sets.
class set_clock {
public:
    void set(const char* offset) {
        const char* file = std::getenv("UPLINK_CLOCK_FILE");
        REQUIRE(file != nullptr);
        std::ofstream(file) << offset << '\n';
    }
    bool is_off_by(std::chrono::hours amount) const {
        const auto off =
            (std::chrono::system_clock::now() - real_) - (std::chrono::steady_clock::now() - steady_);
        return off > amount - year / 10 && off < amount + year / 10;
    }

private:
    std::chrono::system_clock::time_point real_ = std::chrono::system_clock::now();
    std::chrono::steady_clock::time_point steady_ = std::chrono::steady_clock::now();
};

}  // namespace

TEST_CASE_METHOD(client_test, "clock jumps: neither limits nor counters follow the system's clock", "[.]") {
    loopback_server server({server_script().when_signalled().reply("text").until_gone()});
    set_clock clock;
    async_client client{io, {.idle_timeout = 60s}};
    connect(client, server);
    completion received;
    client.async_receive_exactly(4, 60s, record(received));
    for (const int years : {10, -10, 0}) {
        clock.set(years > 0 ? "+10y" : years < 0 ? "-10y" : "+0");
        REQUIRE(clock.is_off_by(years * year));
        io.restart();
        io.poll();
        CHECK_FALSE(received);
        CHECK(client.stats().connected_for < 1h);
    }
    clock.set("+10y");
    server.signal();
    run_until(received);
    CHECK(received == completed(success));
    completion late;
    client.async_receive_some(20ms, record(late));
    clock.set("-10y");
    run();
    CHECK(late == completed(errc::receive_timeout));
    client.close();
}

}  // namespace uplink::tests
