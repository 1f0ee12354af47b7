// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// many_losses [N]: clients that come back lose N connections (1,000,000) altogether, and the program shows after each
// tenth of them that neither descriptors nor memory grow (faults 104). There are eight clients: under either policy,
// with and without a receive that waits, with a server that ends its side and one that resets.
#include <uplink/reconnecting_client.hpp>

#include "measures.hpp"
#include "server.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace net = uplink::net;
using uplink::error_code;

constexpr std::size_t most_clients = 8;
constexpr std::size_t most_readings = 10;

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

struct reading {
    std::size_t losses;
    std::size_t descriptors;
    std::size_t resident;
    std::size_t heap;
};

class losing {
public:
    losing(std::size_t count, std::uint16_t port) : count_(count) {
        readings.reserve(most_readings);
        for (std::size_t n = 0; n != most_clients; ++n) {
            uplink::reconnect_options options;
            options.backoff = {.base = 1us, .cap = 10us, .floor = 0us};
            if (n % 2 == 0) options.on_loss = uplink::loss_policy::keep_untouched;
            uplink::tcp_client below(io_, {.socket = {.reset_on_close = true}});
            clients_[n] = std::make_unique<client_type>(std::move(below), "127.0.0.1", port, options);
            clients_[n]->on_change([this, n](const uplink::reconnect_status& now) { changed(n, now); });
            clients_[n]->start();
            if (n % 4 < 2) receive(n);
        }
    }

    void run() { io_.run(); }

    std::vector<reading> readings{};
    std::size_t losses = 0;
    std::size_t told = 0;         ///< receives that have ended
    std::size_t sent = 0;         ///< sends that have gone whole
    std::size_t not_sent = 0;     ///< and the others
    std::size_t connections = 0;  ///< by the status of the clients, at the end

private:
    using client_type = uplink::reconnecting_client<>;

    void changed(std::size_t n, const uplink::reconnect_status& now) {
        if (now.state == uplink::reconnect_state::connected) {
            // The second one has no future with this server.
            send(n, n < most_clients / 2 ? "x" : "this is reset");
            send(n, "behind it");
        } else if (now.state == uplink::reconnect_state::waiting && now.connections != connections_[n]) {
            connections_[n] = now.connections;
            if (++losses == count_ * (readings.size() + 1) / most_readings)
                readings.push_back(
                    {losses, open_descriptors(), scale::memory("VmRSS"), scale::heap_in_use()});
            if (losses == count_) stop();
        }
    }
    void send(std::size_t n, std::string bytes) {
        const std::size_t size = bytes.size();
        clients_[n]->async_send(std::move(bytes), [this, size](error_code, std::size_t count) {
            ++(count == size ? sent : not_sent);
        });
    }
    void receive(std::size_t n) {
        clients_[n]->async_receive_some([this, n](error_code, std::string_view) {
            ++told;
            if (losses < count_) receive(n);
        });
    }
    void stop() {
        for (const auto& each : clients_) {
            connections += each->status().connections;
            each->close();
        }
    }

    std::size_t count_;
    net::io_context io_{1};
    std::array<std::unique_ptr<client_type>, most_clients> clients_{};
    std::array<std::uint64_t, most_clients> connections_{};
};

}  // namespace

int main(int argc, char** arguments) {
    const auto count = static_cast<std::size_t>(scale::argument(argc, arguments, 1, 1e6));
    scale::raise_descriptor_limit();
    const scale::server server(scale::service::drop);
    const std::size_t before = open_descriptors();
    scale::verdict verdict;
    const auto start = std::chrono::steady_clock::now();
    {
        losing all(count, server.port());
        all.run();
        verdict.expect(all.losses == count && all.readings.size() == most_readings,
                       "not all connections were lost");
        verdict.expect(all.connections >= count && all.connections <= count + most_clients,
                       "the clients have counted other connections");
        // Each client may have one connection open whenever one looks, and the loop has three descriptors.
        for (const reading& each : all.readings) {
            verdict.expect(each.descriptors <= before + most_clients + 3,
                           "there are more and more descriptors");
            verdict.expect(!scale::memory_is_bounded ||
                               each.resident < all.readings.front().resident + (1 << 20),
                           "the resident memory grows");
            verdict.expect(!scale::memory_is_bounded || each.heap < all.readings.front().heap + (256 << 10),
                           "the heap grows");
            std::printf(
                "many_losses: after %zu losses %zu descriptors, %.1f MiB resident, %.3f MiB of heap\n",
                each.losses, each.descriptors, scale::in_mib(each.resident), scale::in_mib(each.heap));
        }
        std::printf("many_losses: %zu sends gone, %zu not, %zu receives ended\n", all.sent, all.not_sent,
                    all.told);
    }
    verdict.expect(open_descriptors() == before, "descriptors are left over");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("many_losses: %zu lost connections in %.1f s, %.1f us each\n", count, took.count(),
                took.count() * 1e6 / static_cast<double>(count));
    return verdict.exit_code();
}
