// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Ten thousand connects of all kinds on real sockets, fifty at a time: accepted, refused, into a black hole, by names
// that are found, unknown or stuck, to oneself, without descriptors; each left alone, or interrupted in some way
// after some steps. Every handler is called once, and the descriptors are as many as before.
#include <uplink/async_client.hpp>

#include "support/black_hole.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/descriptors.hpp"
#include "support/interposed_getaddrinfo.hpp"
#include "support/loopback_server.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using client_type = uplink::async_client<>;
using endpoint_type = net::ip::tcp::endpoint;

/// Accepts and closes, for ever.
class door {
public:
    explicit door(net::io_context& io) : acceptor_(io, {net::ip::address_v4::loopback(), 0}) { accept(); }
    endpoint_type endpoint() const { return acceptor_.local_endpoint(); }
    void close() { acceptor_.close(); }

private:
    void accept() {
        acceptor_.async_accept([this](error_code ec, net::ip::tcp::socket socket) {
            if (!acceptor_.is_open()) return;
            error_code ignored;
            if (!ec) socket.close(ignored);
            accept();
        });
    }
    net::ip::tcp::acceptor acceptor_;
};

class soak : public client_test {
public:
    static constexpr std::size_t at_once = 50;

    struct connecting {
        std::optional<client_type> client{};
        net::cancellation_signal signal{};
        completion result{};
    };
    struct cancellable {
        using cancellation_slot_type = net::cancellation_slot;
        recorder note;
        net::cancellation_slot slot;

        net::cancellation_slot get_cancellation_slot() const noexcept { return slot; }
        void operator()(error_code ec, const endpoint_type& endpoint) const { note(ec, endpoint); }
    };

    std::size_t choose(std::size_t count) { return random_() % count; }

    void start(connecting& each) {
        uplink::client_options options{.connect = {.attempt_delay = 10ms},
                                       .socket = {.reset_on_close = true}};
        const std::size_t what = choose(10);
        std::uint16_t own_port = 0;
        if (what == 9) {
            own_port = refusing_.port();  // which is bound: this is address_in_use
            options.connect.local_port = own_port;
        }
        each.client.emplace(io, options);
        each.result = {};
        const cancellable handler{record(each.result), each.signal.slot()};
        const endpoint_type refused(net::ip::address_v4::loopback(), refusing_.port());
        client_type& client = *each.client;
        switch (what) {
        case 0: return client.async_connect(door_.endpoint(), handler);
        case 1: return client.async_connect(refused, handler);
        case 2: return client.async_connect(hole_.endpoint(), 3ms, handler);
        case 3: return client.async_connect(std::vector{hole_.endpoint(), door_.endpoint()}, 30ms, handler);
        case 4:
            return client.async_connect(std::vector{refused, hole_.endpoint(), refused, door_.endpoint()},
                                        30ms, handler);
        case 5: return client.async_connect("good.test", "80", 500ms, handler);
        case 6: return client.async_connect("unknown.test", "80", handler);
        case 7:  // not too many at once, since sixteen that are stuck hold up all others
            return client.async_connect(++stuck_ > 6 ? "unknown.test" : "stuck.test", "80", 3ms, handler);
        case 8: return client.async_connect("", "80", handler);
        default: return client.async_connect(door_.endpoint(), handler);
        }
    }

    void interrupt(connecting& each) {
        if (!each.client) return;
        switch (choose(6)) {
        case 0: each.client->cancel(); break;
        case 1: each.client->close(); break;
        case 2: each.client.reset(); break;
        case 3: each.signal.emit(net::cancellation_type::terminal); break;
        case 4: each.signal.emit(net::cancellation_type::total); break;
        default: break;
        }
    }

    void batch() {
        std::array<connecting, at_once> all{};
        std::optional<descriptor_limit> none;
        if (choose(10) == 0) none.emplace(open_descriptors());  // room for those in between at the most
        for (connecting& each : all) start(each);
        io.restart();
        while (choose(4) != 0) {
            for (std::size_t steps = choose(4); steps != 0; --steps) io.poll_one();
            interrupt(all[choose(at_once)]);
        }
        for (connecting& each : all) run_until(each.result);
        none.reset();
        for (connecting& each : all) {
            CHECK(each.result.calls == 1);
            ++results[each.result.ec.message()];
            if (each.client && each.client->is_open()) CHECK_FALSE(each.result.ec);
        }
        for (; released_ != asked_; ++released_) lookups_.release_one();
        stuck_ = 0;
        connects += at_once;
    }

    void end() {
        door_.close();
        run();
    }

    std::size_t connects = 0;
    std::map<std::string, std::size_t> results{};

private:
    std::mt19937 random_{20210707};
    std::size_t stuck_ = 0;              // of this batch
    std::atomic<std::size_t> asked_{0};  // lookups that are stuck, or were
    std::size_t released_ = 0;           // of those
    black_hole hole_{};
    refusing_port refusing_{};
    door door_{io};
    interposed_lookups lookups_{[this](const lookup_request& request) {
        if (request.host == "stuck.test") {
            ++asked_;
            return stuck();
        }
        if (request.host == "good.test" && request.family == AF_INET) return addresses({door_.endpoint()});
        return lookup_reply{.addresses = {}, .result = EAI_NONAME};
    }};
};

TEST_CASE("ten thousand mixed connects leave as many descriptors as there were", "[connect]") {
    const same_descriptors all_of_it;
    soak test;
    test.batch();
    const std::size_t before = open_descriptors();
    while (test.connects < 10000) {
        test.batch();
        if (test.connects % 1000 == 0) CHECK(open_descriptors() <= before + 1);  // one may be just accepted
    }
    test.end();
    for (const error_code& expected :
         {error_code(), error_code(net::error::operation_aborted), error_code(net::error::connection_refused),
          error_code(net::error::no_descriptors), error_code(net::error::host_not_found),
          error_code(net::error::invalid_argument), error_code(net::error::address_in_use),
          error_code(errc::connect_timeout), error_code(errc::resolve_timeout)}) {
        INFO(expected.message());
        CHECK(test.results[expected.message()] > 20);
    }
}

}  // namespace

}  // namespace uplink::tests
