// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// many_clients [N]: connects N clients (10,000) at once in this process, has each do an echo while all are connected,
// and prints what one costs in memory and time (faults 86). Each needs a descriptor here and one in the server's
// process.
#include <uplink/async_client.hpp>

#include "measures.hpp"
#include "server.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace net = uplink::net;
using uplink::error_code;
using clock_type = std::chrono::steady_clock;
using client_type = uplink::async_client<>;

/// Of all clients together.
struct progress {
    std::size_t handlers = 0;
    std::size_t failures = 0;
    std::string first_failure{};

    void note(error_code ec) {
        ++handlers;
        if (ec && failures++ == 0) first_failure = ec.message();
    }
};

std::string message_of(std::size_t number) {
    std::string message = "client " + std::to_string(number) + ' ';
    message.resize(100, static_cast<char>('a' + number % 26));
    return message;
}

class crowd {
public:
    crowd(std::size_t count, std::uint16_t port) : count_(count), port_(port) { clients_.reserve(count); }

    void connect_all() {
        for (std::size_t i = 0; i != std::min(count_, at_once); ++i) connect_next();
        run();
    }
    void echo_all() {
        for (std::size_t i = 0; i != count_; ++i) {
            client_type& client = clients_[i];
            client.async_send(message_of(i), [this](error_code ec, std::size_t) { sends.note(ec); });
            client.async_receive_exactly(100, [this, i](error_code ec, std::string_view reply) {
                receives.note(ec);
                right += reply == message_of(i);
            });
        }
        run();
    }
    std::size_t open() const {
        return static_cast<std::size_t>(std::count_if(
            clients_.begin(), clients_.end(), [](const client_type& each) { return each.is_open(); }));
    }

    progress connects{}, sends{}, receives{};
    std::size_t right = 0;

private:
    static constexpr std::size_t at_once =
        1000;  // fewer than a listener's backlog, so that no SYN is dropped

    void connect_next() {
        if (clients_.size() == count_) return;
        clients_.emplace_back(io_).async_connect(
            net::ip::tcp::endpoint(net::ip::address_v4::loopback(), port_),
            [this](error_code ec, const auto&) {
                connects.note(ec);
                connect_next();
            });
    }
    void run() {
        io_.restart();
        io_.run();
    }

    std::size_t count_;
    std::uint16_t port_;
    net::io_context io_{1};
    std::vector<client_type> clients_{};
};

double seconds_since(clock_type::time_point start) {
    return std::chrono::duration<double>(clock_type::now() - start).count();
}

}  // namespace

int main(int argc, char** arguments) {
    auto wanted = static_cast<std::size_t>(scale::argument(argc, arguments, 1, 10'000));
    constexpr std::uint64_t spare = 64;
    const std::uint64_t limit = scale::raise_descriptor_limit();
    if (wanted + spare > limit) {
        std::printf("many_clients: %llu descriptors are allowed, so there are fewer clients\n",
                    static_cast<unsigned long long>(limit));
        wanted = static_cast<std::size_t>(limit - spare);
    }
    const scale::server server(scale::service::echo);
    scale::verdict verdict;
    const std::size_t resident = scale::memory("VmRSS");
    const std::size_t heap = scale::heap_in_use();
    crowd all(wanted, server.port());
    const auto start = clock_type::now();
    all.connect_all();
    const double connecting = seconds_since(start);
    const std::size_t connected_resident = scale::memory("VmRSS") - resident;
    const std::size_t connected_heap = scale::heap_in_use() - heap;
    const std::size_t open = all.open();
    all.echo_all();
    const double whole = seconds_since(start);
    const std::size_t echoed_resident = scale::memory("VmRSS") - resident;
    const std::size_t echoed_heap = scale::heap_in_use() - heap;

    verdict.expect(all.connects.failures == 0, "connecting: " + all.connects.first_failure);
    verdict.expect(all.sends.failures == 0, "sending: " + all.sends.first_failure);
    verdict.expect(all.receives.failures == 0, "receiving: " + all.receives.first_failure);
    verdict.expect(open == wanted && all.open() == wanted, "not all were connected at once");
    verdict.expect(all.connects.handlers == wanted && all.sends.handlers == wanted &&
                       all.receives.handlers == wanted,
                   "a handler was not called once");
    verdict.expect(all.right == wanted, "an echo was not what was sent");
    // What a connection may cost here: a client with its queue, and the least read buffer.
    verdict.expect(!scale::memory_is_bounded || wanted < 1000 || echoed_resident / wanted < 16 * 1024,
                   "a client takes too much memory");
    std::printf(
        "many_clients: %zu connected at once and echoing, in %.2f s (connecting %.2f s); memory of one: "
        "connected %zu bytes (heap %zu), after the echo %zu bytes (heap %zu); of the object itself %zu\n",
        wanted, whole, connecting, connected_resident / wanted, connected_heap / wanted,
        echoed_resident / wanted, echoed_heap / wanted, sizeof(client_type));
    return verdict.exit_code();
}
