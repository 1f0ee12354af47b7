// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// socket_options::dead_after on real connections (faults 54, 55, 112, 113): peers that are dead in each way, and one
// that only reads slowly, all at the same time. dead_peers.sh runs this case in a network namespace, from which
// UPLINK_NETWORK_COMMAND takes the peers away; they live in the namespace UPLINK_PEERS_NAMESPACE.
//
// It takes real time, because the clocks are the kernel's. Nobody measures it: each operation has a time limit, which
// would be its result if the kernel had not noticed by then. Timers of Linux are late by up to an eighth of their
// length.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/other_namespace.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using tcp = net::ip::tcp;
using clock_type = std::chrono::steady_clock;

constexpr std::chrono::seconds dead_after = 3s;
constexpr std::chrono::milliseconds noticed_by = std::chrono::milliseconds(dead_after) * 9 / 8;

/// A client and its peer. The kernel of the peer takes the connection and the first bytes; nobody reads unless the test
/// does.
struct pair {
    pair(client_test& test, std::string description, const std::string& address)
        : what(std::move(description)), acceptor(test.io), peer(test.io),
          client(test.io,
                 {.socket = {.dead_after = dead_after, .send_buffer = 262144, .reset_on_close = true}}) {
        const int listening = listen_in_other_namespace(address);
        REQUIRE(listening >= 0);
        acceptor.assign(tcp::v4(), listening);
        completion connected;
        client.async_connect(acceptor.local_endpoint(), 10s, record(connected));
        test.run_until(connected);
        REQUIRE(connected == completed(success));
        peer = acceptor.accept();
    }

    int option(int level, int name) {
        int value = -1;
        socklen_t size = sizeof(value);
        CHECK(::getsockopt(client.stream().native_handle(), level, name, &value, &size) == 0);
        return value;
    }
    auto noting(completion& result) {
        return [this, &result](error_code ec, std::size_t n) {
            result.set(ec, n);
            const auto after =
                std::chrono::duration_cast<std::chrono::milliseconds>(clock_type::now() - began);
            std::cout << what << (&result == &sent ? ", send: " : ", receive: ") << ec.message() << " after "
                      << after.count() << " ms\n";
        };
    }
    void receive() { client.async_receive(noticed_by, noting(received)); }
    void send(std::size_t count) { client.async_send(std::string(count, 'x'), 30s, noting(sent)); }

    std::string what;
    tcp::acceptor acceptor;
    tcp::socket peer;
    async_client<> client;
    completion received{}, sent{};
    clock_type::time_point began = clock_type::now();
};

/// Reads in bursts, with pauses shorter than dead_after, which together are longer.
struct slow_reader {
    explicit slow_reader(pair& of) : reads(of), timer(of.acceptor.get_executor()) { pause(); }

    void pause() {
        timer.expires_after(2s);
        timer.async_wait([this](error_code) { read(); });
    }
    void read() {
        reads.peer.async_read_some(net::buffer(bytes), [this](error_code ec, std::size_t n) {
            total += n;
            if (ec) return;
            const bool is_burst = total / burst != (total - n) / burst;
            if (is_burst && ++bursts < 2) pause();
            else read();
        });
    }

    static constexpr std::size_t burst = 1024 * 1024;
    pair& reads;
    net::steady_timer timer;
    std::vector<char> bytes = std::vector<char>(65536);
    std::size_t total = 0;
    int bursts = 0;
};

}  // namespace

TEST_CASE_METHOD(client_test, "namespaced: a peer that is dead in any way is noticed by dead_after", "[.]") {
    pair silent(*this, "silent and idle", "10.9.1.2");
    pair deaf(*this, "does not acknowledge", "10.9.1.3");
    pair full(*this, "takes nothing", "10.9.1.4");
    pair slow(*this, "reads slowly", "10.9.1.5");
    pair unplugged(*this, "unplugged and idle", "10.9.2.2");
    pair cut(*this, "unplugged while we send", "10.9.2.3");
    const auto all = {&silent, &deaf, &full, &slow, &unplugged, &cut};
    for (pair* each : all) {
        CHECK(each->option(SOL_SOCKET, SO_KEEPALIVE) == 1);
        CHECK(each->option(IPPROTO_TCP, TCP_KEEPIDLE) == 1);
        CHECK(each->option(IPPROTO_TCP, TCP_KEEPINTVL) == 1);
        CHECK(each->option(IPPROTO_TCP, TCP_KEEPCNT) == 2);
        CHECK(each->option(IPPROTO_TCP, TCP_USER_TIMEOUT) == 2500);
    }
    REQUIRE(std::system(from_environment("UPLINK_NETWORK_COMMAND").c_str()) == 0);

    constexpr std::size_t few = 10, many = 8 * 1024 * 1024;
    slow_reader reader(slow);
    for (pair* each : all) {
        each->began = clock_type::now();
        if (each != &slow) each->receive();
    }
    deaf.send(few);
    cut.send(few);
    full.send(many);
    slow.send(many);
    run_until([&] {
        return silent.received && deaf.received && full.received && unplugged.received && cut.received;
    });
    for (pair* each : {&silent, &deaf, &full}) {
        INFO(each->what);
        CHECK(each->received == completed(net::error::timed_out));
    }
    for (pair* each :
         {&unplugged, &cut}) {  // the kernel knows only that nobody answers, or that there is no way
        INFO(each->what);
        CHECK((each->received == completed(net::error::timed_out) ||
               each->received == completed(net::error::host_unreachable)));
    }
    CHECK(deaf.sent == completed(success, few));  // it was with the kernel
    CHECK(cut.sent == completed(success, few));
    CHECK(full.sent.ec == net::error::timed_out);
    CHECK(full.sent.n < many);
    CHECK_FALSE(slow.sent);

    run_until(slow.sent);
    CHECK(slow.sent == completed(success, many));
    CHECK_FALSE(slow.client.probe());
    slow.client.close();
    run();
    CHECK(reader.bursts > 2);
}

}  // namespace uplink::tests
