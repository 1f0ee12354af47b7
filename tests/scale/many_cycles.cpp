// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// many_cycles [N]: connects and closes N times (1,000,000), and shows at 10, 50 and 100 % that neither descriptors nor
// memory grow (faults 87). Eight clients take turns; one in four cycles echoes something, one in 64 closes gracefully
// (it leaves its port in TIME-WAIT, hence so few; the others reset), one in 128 makes the client anew.
//
// many_tls_cycles [N], made of the same source, does so over TLS (50,000), with one context for all clients; those that
// echo are given tickets, which others use up.
#if defined(UPLINK_SCALE_OVER_TLS)
#include "tls_server.hpp"

#include <uplink/tls.hpp>
#else
#include <uplink/async_client.hpp>
#endif

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
#include <utility>
#include <vector>

namespace {

namespace net = uplink::net;
using uplink::error_code;

#if defined(UPLINK_SCALE_OVER_TLS)
constexpr const char* program = "many_tls_cycles";
constexpr double usual_count = 5e4;
using client_type = uplink::tls_client;

struct peer {
    scale::tls_server server{};
    uplink::tls_context context{{.ca_pem = server.root_pem()}};

    std::uint16_t port() const { return server.port(); }
    void make(std::optional<client_type>& client, net::io_context& io, uplink::client_options options) const {
        client.emplace(io, context, std::move(options));
    }
};
bool is_resumed(const client_type& client) { return client.last_connect().tls.resumed; }
#else
constexpr const char* program = "many_cycles";
constexpr double usual_count = 1e6;
using client_type = uplink::async_client<>;

struct peer {
    scale::server server{scale::service::echo};

    std::uint16_t port() const { return server.port(); }
    void make(std::optional<client_type>& client, net::io_context& io, uplink::client_options options) const {
        client.emplace(io, std::move(options));
    }
};
bool is_resumed(const client_type&) { return false; }
#endif

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
    cycling(std::size_t count, const peer& other)
        : count_(count), peer_(other), endpoint_(net::ip::address_v4::loopback(), other.port()) {}

    void run() {
        for (std::size_t lane = 0; lane != lanes_.size(); ++lane) start(lane);
        io_.run();
    }

    std::vector<reading> readings{};
    std::size_t ended = 0;
    std::size_t resumed = 0;
    std::size_t failures = 0;
    std::string first_failure{};

private:
    void start(std::size_t lane) {
        if (started_ == count_) return lanes_[lane].reset();
        const std::size_t number = started_++;
        const bool is_graceful = number % 64 == 63;
        if (!lanes_[lane] || number % 128 > 120 || was_graceful_[lane] != is_graceful)
            peer_.make(lanes_[lane], io_, {.socket = {.reset_on_close = !is_graceful}});
        was_graceful_[lane] = is_graceful;
        lanes_[lane]->async_connect(endpoint_, [this, lane, number, is_graceful](error_code ec, const auto&) {
            if (ec) return fail(lane, "connecting: ", ec);
            if (is_resumed(*lanes_[lane])) ++resumed;
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
    const peer& peer_;
    net::ip::tcp::endpoint endpoint_;
    net::io_context io_{1};
    std::array<std::optional<client_type>, 8> lanes_{};
    std::array<bool, 8> was_graceful_{};
};

}  // namespace

int main(int argc, char** arguments) {
    const auto count = static_cast<std::size_t>(scale::argument(argc, arguments, 1, usual_count));
    scale::raise_descriptor_limit();
    const peer other;
    const std::size_t before = open_descriptors();
    scale::verdict verdict;
    const auto start = std::chrono::steady_clock::now();
    {
        cycling all(count, other);
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
            std::printf("%s: after %zu cycles %zu descriptors, %.1f MiB resident, %.2f MiB of heap\n",
                        program, each.cycles, each.descriptors, scale::in_mib(each.resident),
                        scale::in_mib(each.heap));
        }
        if (all.resumed != 0) std::printf("%s: %zu sessions resumed\n", program, all.resumed);
    }
    verdict.expect(open_descriptors() == before, "descriptors are left");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%s: %zu cycles in %.1f s, %zu failures\n", program, count, seconds, verdict.failures());
    return verdict.exit_code();
}
