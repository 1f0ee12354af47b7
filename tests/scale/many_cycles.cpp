// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// many_cycles [N]: connects and closes N times (1,000,000), and shows at 10, 50 and 100 % that neither descriptors nor
// memory grow (faults 87). Eight clients take turns; one in four cycles echoes something, one in 64 closes gracefully
// (it leaves its port in TIME-WAIT, hence so few; the others reset), one in 128 makes the client anew.
#include <uplink/async_client.hpp>

#include "measures.hpp"
#include "server.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace net = uplink::net;
using uplink::error_code;
using client_type = uplink::async_client<>;

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

struct reading {
    std::size_t cycles;
    std::size_t descriptors;
    std::size_t resident;
    std::size_t heap;
};

class cycling {
public:
    cycling(std::size_t count, std::uint16_t port)
        : count_(count), endpoint_(net::ip::address_v4::loopback(), port) {}

    void run() {
        for (std::size_t lane = 0; lane != lanes_.size(); ++lane) start(lane);
        io_.run();
    }

    std::vector<reading> readings{};
    std::size_t ended = 0;
    std::size_t failures = 0;
    std::string first_failure{};

private:
    void start(std::size_t lane) {
        if (started_ == count_) return lanes_[lane].reset();
        const std::size_t number = started_++;
        const bool is_graceful = number % 64 == 63;
        if (!lanes_[lane] || number % 128 > 120 || was_graceful_[lane] != is_graceful)
            lanes_[lane].emplace(io_, uplink::client_options{.socket = {.reset_on_close = !is_graceful}});
        was_graceful_[lane] = is_graceful;
        lanes_[lane]->async_connect(endpoint_, [this, lane, number, is_graceful](error_code ec, const auto&) {
            if (ec) return fail(lane, "connecting: ", ec);
            if (is_graceful) {
                lanes_[lane]->async_close([this, lane](error_code failure) {
                    failure ? fail(lane, "closing: ", failure) : end(lane);
                });
            } else if (number % 4 == 0) {
                echo(lane);
            } else {
                lanes_[lane]->close();
                end(lane);
            }
        });
    }
    void echo(std::size_t lane) {
        lanes_[lane]->async_send(std::string("echo"), [](error_code, std::size_t) {});
        lanes_[lane]->async_receive_exactly(4, [this, lane](error_code ec, std::string_view reply) {
            if (ec || reply != "echo") return fail(lane, "echoing: ", ec);
            lanes_[lane]->close();
            end(lane);
        });
    }
    void fail(std::size_t lane, const char* what, error_code ec) {
        if (failures++ == 0) first_failure = what + ec.message();
        end(lane);
    }
    void end(std::size_t lane) {
        ++ended;
        if (ended == count_ / 10 || ended == count_ / 2 || ended == count_)
            readings.push_back({ended, open_descriptors(), scale::memory("VmRSS"), scale::heap_in_use()});
        start(lane);
    }

    std::size_t count_;
    std::size_t started_ = 0;
    net::ip::tcp::endpoint endpoint_;
    net::io_context io_{1};
    std::array<std::optional<client_type>, 8> lanes_{};
    std::array<bool, 8> was_graceful_{};
};

}  // namespace

int main(int argc, char** arguments) {
    const auto count = static_cast<std::size_t>(scale::argument(argc, arguments, 1, 1e6));
    scale::raise_descriptor_limit();
    const scale::server server(scale::service::echo);
    const std::size_t before = open_descriptors();
    scale::verdict verdict;
    const auto start = std::chrono::steady_clock::now();
    {
        cycling all(count, server.port());
        all.run();
        verdict.expect(all.failures == 0,
                       std::to_string(all.failures) + " cycles failed, first: " + all.first_failure);
        verdict.expect(all.ended == count && all.readings.size() == 3, "not all cycles ended");
        // Eight connections may be open, or just being closed, whenever one looks, and the loop has three.
        constexpr std::size_t most_descriptors = 8 + 3;
        for (const reading& each : all.readings) {
            verdict.expect(each.descriptors <= before + most_descriptors,
                           "there are more and more descriptors");
            verdict.expect(!scale::memory_is_bounded ||
                               each.resident < all.readings.front().resident + (1 << 20),
                           "memory grows");
            std::printf(
                "many_cycles: after %zu cycles %zu descriptors, %.1f MiB resident, %.2f MiB of heap\n",
                each.cycles, each.descriptors, scale::in_mib(each.resident), scale::in_mib(each.heap));
        }
    }
    verdict.expect(open_descriptors() == before, "descriptors are left");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("many_cycles: %zu cycles in %.1f s, %zu failures\n", count, seconds, verdict.failures());
    return verdict.exit_code();
}
