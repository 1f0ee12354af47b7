// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect with the system's resolver, whose getaddrinfo is interposed: what it answers, and what becomes of
// the operation while it is stuck. Nothing here waits for a stuck lookup, or the test would hang.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/descriptors.hpp"
#include "support/interposed_getaddrinfo.hpp"
#include "support/loopback_server.hpp"

#include <netdb.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using client_type = uplink::async_client<>;
using endpoint_type = net::ip::tcp::endpoint;
using clock_type = std::chrono::steady_clock;

lookup_reply loopback_at(std::uint16_t port) { return addresses({{net::ip::address_v4::loopback(), port}}); }
interposed_lookups always(int result) {
    return interposed_lookups(
        [=](const lookup_request&) { return lookup_reply{.addresses = {}, .result = result}; });
}

class lookup_test : public client_test {
public:
    /// The code of a connect to a name.
    error_code connect_by_name(client_type& client) {
        completion connect;
        client.async_connect("server.test", "80", record(connect));
        CHECK(connect.calls == 0);
        run();
        CHECK(connect.calls == 1);
        CHECK(client.is_open() == !connect.ec);
        return connect.ec;
    }
};

TEST_CASE_METHOD(lookup_test, "faults 1, 2, 3: a failed lookup has its code, and no socket is opened",
                 "[connect]") {
    const std::vector<std::pair<int, error_code>> rows{{EAI_NONAME, net::error::host_not_found},
                                                       {EAI_AGAIN, net::error::host_not_found_try_again},
                                                       {EAI_FAIL, net::error::no_recovery},
                                                       {EAI_MEMORY, net::error::no_memory},
                                                       {0, net::error::host_not_found}};  // a null list
    client_type client(io);
    for (const auto& [result, expected] : rows) {
        const interposed_lookups lookups = always(result);
        CHECK(connect_by_name(client) == expected);
        CHECK(lookups.calls() == 1);
        CHECK(client.last_connect().attempts.empty());
        CHECK(client.last_connect().lookup_error == expected);
    }
    loopback_server server({server_script().expect_eof()});
    const interposed_lookups lookups([&](const lookup_request&) { return loopback_at(server.port()); });
    CHECK_FALSE(connect_by_name(client));
    client.close();
}

TEST_CASE_METHOD(lookup_test,
                 "faults 4: a limit ends a connect whose lookup is stuck, and the late answer is dropped",
                 "[connect]") {
    loopback_server server(loopback_server::echo());
    interposed_lookups lookups([&](const lookup_request&) {
        lookup_reply reply = loopback_at(server.port());
        reply.stuck = true;
        return reply;
    });
    client_type client(io);
    completion connect;
    const auto began = clock_type::now();
    client.async_connect("server.test", "80", 50ms, record(connect));
    run();
    CHECK(clock_type::now() - began >= 50ms);
    CHECK(connect == completed(errc::resolve_timeout));
    CHECK(client.last_connect().lookup_error == error_code(errc::resolve_timeout));
    REQUIRE(lookups.wait_for_calls(1));
    lookups.release_all();
    REQUIRE(lookups.wait_for_ended_threads(1));
    run();
    CHECK(connect.calls == 1);
    CHECK(client.last_connect().attempts.empty());
    CHECK_FALSE(client.is_open());
}

enum class ending { cancel, slot, close, destroy };

struct cancellable {
    using cancellation_slot_type = net::cancellation_slot;
    recorder note;
    net::cancellation_slot slot;

    net::cancellation_slot get_cancellation_slot() const noexcept { return slot; }
    void operator()(error_code ec, const endpoint_type& endpoint) const { note(ec, endpoint); }
};

TEST_CASE_METHOD(lookup_test,
                 "faults 5: cancel, slot, close or destruction ends a connect whose lookup is stuck",
                 "[connect]") {
    int names = 0;  // a name each time, which shares no lookup with one before
    for (const ending how : {ending::cancel, ending::slot, ending::close, ending::destroy}) {
        for (const bool has_begun : {false, true}) {
            INFO("ending " << static_cast<int>(how));
            loopback_server server(loopback_server::echo());
            // A lookup that has not begun may ask when all here is gone.
            interposed_lookups lookups([port = server.port()](const lookup_request&) {
                lookup_reply reply = loopback_at(port);
                reply.stuck = true;
                return reply;
            });
            std::optional<client_type> client(std::in_place, io);
            net::cancellation_signal signal;
            completion connect;
            client->async_connect("server" + std::to_string(++names) + ".test", "80",
                                  cancellable{record(connect), signal.slot()});
            if (has_begun) {
                REQUIRE(lookups.wait_for_calls(1));
                io.poll();
            }
            if (how == ending::cancel) client->cancel();
            if (how == ending::slot) signal.emit(net::cancellation_type::total);
            if (how == ending::close) client->close();
            if (how == ending::destroy) client.reset();
            CHECK(connect.calls == 0);
            run();
            CHECK(connect == completed(aborted));
            lookups.release_all();
            if (has_begun) REQUIRE(lookups.wait_for_ended_threads(1));
            run();
            CHECK(connect.calls == 1);
            if (client) CHECK(client->last_connect().attempts.empty());
        }
    }
}

TEST_CASE_METHOD(same_descriptors, "faults 5: a context is destroyed while a connect's lookup is stuck",
                 "[connect]") {
    for (const bool client_first : {false, true}) {
        interposed_lookups lookups([](const lookup_request&) { return stuck(); });
        const auto owned = std::make_shared<int>();
        int calls = 0;
        auto io = std::make_unique<net::io_context>();
        // As an I/O object of Asio a client must not outlive its context: the handler owns it.
        auto client = std::make_shared<std::optional<client_type>>(std::in_place, *io);
        (*client)->async_connect("server.test", "80",
                                 [client, owned, &calls](error_code, endpoint_type) { ++calls; });
        REQUIRE(lookups.wait_for_calls(1));
        if (client_first) client->reset();
        client.reset();
        CHECK(owned.use_count() == 2);
        io.reset();  // returns, although the lookup is stuck
        CHECK(calls == 0);
        CHECK(owned.use_count() == 1);
        lookups.release_all();
        REQUIRE(lookups.wait_for_ended_threads(1));
        CHECK(calls == 0);
    }
}

TEST_CASE_METHOD(lookup_test, "a stuck lookup holds up neither other connects nor the same client's next",
                 "[connect]") {
    loopback_server server({server_script().expect_eof()});
    interposed_lookups lookups([&](const lookup_request& request) {
        return request.host == "stuck.test" ? stuck() : loopback_at(server.port());
    });
    client_type client(io);
    completion first, second;
    client.async_connect("stuck.test", "80", record(first));
    REQUIRE(lookups.wait_for_calls(1));
    client.cancel();
    run();
    CHECK(first == completed(aborted));
    client.async_connect("server.test", "80", record(second));
    run();
    CHECK(second == completed(success));
    client.close();
}

TEST_CASE_METHOD(lookup_test,
                 "with sixteen lookups stuck a further connect still meets its limit and its cancel",
                 "[connect]") {
    interposed_lookups lookups([](const lookup_request&) { return stuck(); });
    std::list<client_type> stuck_ones;
    std::list<completion> connects;
    for (int i = 0; i != 16; ++i) {
        stuck_ones.emplace_back(io).async_connect("stuck" + std::to_string(i) + ".test", "80",
                                                  record(connects.emplace_back()));
    }
    REQUIRE(lookups.wait_for_calls(16));
    client_type limited(io), cancelled(io);
    completion limit, cancel;
    limited.async_connect("further.test", "80", 20ms, record(limit));
    cancelled.async_connect("further.test", "80", record(cancel));
    cancelled.cancel();
    run_until([&] { return limit && cancel; });
    CHECK(limit == completed(errc::resolve_timeout));
    CHECK(cancel == completed(aborted));
    for (const client_type* waiting : {&limited, &cancelled}) {
        CHECK_FALSE(waiting->last_connect().lookup_began);
        CHECK(to_string(waiting->last_connect()).find("never began") != std::string::npos);
    }
    CHECK(lookups.calls() == 16);
    for (client_type& client : stuck_ones) client.cancel();
    run();
    for (const completion& connect : connects) CHECK(connect == completed(aborted));
    for (const client_type& client : stuck_ones) CHECK(client.last_connect().lookup_began);
    lookups.release_all();
    REQUIRE(lookups.wait_for_ended_threads(16));
    CHECK(lookups.calls() == 16);  // what nobody wanted any more was not asked
}

TEST_CASE_METHOD(lookup_test, "faults 6: no descriptor while looking up is told as that, and passes",
                 "[connect]") {
    client_type client(io);
    completion connect;
    {
        const descriptor_limit none(0);
        client.async_connect("localhost", "http", record(connect));
        run();
    }
    CHECK(connect.calls == 1);
    CHECK(connect.ec == error_code(net::error::no_descriptors));
    CHECK(client.last_connect().lookup_error == error_code(net::error::no_descriptors));
}

TEST_CASE_METHOD(lookup_test, "faults 7: a thousand addresses with duplicates, of both families",
                 "[connect]") {
    const refusing_port refusing;
    const bool has_v6 = loopback_server::has_v6();
    std::vector<endpoint_type> v4, v6;
    for (unsigned i = 0; i != 1000; ++i) {
        v4.push_back({net::ip::address_v4(0x7f000001U + i / 2), refusing.port()});  // each twice
        if (has_v6) v6.push_back({net::ip::address_v6::loopback(), refusing.port()});
    }
    v4.insert(v4.end(), v6.begin(), v6.end());
    const interposed_lookups lookups([&](const lookup_request&) { return addresses(v4); });
    client_type client(io);
    CHECK(connect_by_name(client) == error_code(net::error::connection_refused));
    const auto& attempts = client.last_connect().attempts;
    CHECK(attempts.size() == 500 + (has_v6 ? 1 : 0));
    std::vector<endpoint_type> in_order;
    std::set<endpoint_type> different;
    for (const auto& attempt : attempts) {
        CHECK(attempt.error == error_code(net::error::connection_refused));
        different.insert(attempt.endpoint);
        if (attempt.endpoint.address().is_v4()) in_order.push_back(attempt.endpoint);
    }
    CHECK(different.size() == attempts.size());
    CHECK(std::is_sorted(in_order.begin(), in_order.end()));
}

TEST_CASE_METHOD(lookup_test, "faults 8, 9: getaddrinfo is not called for nonsense and literals",
                 "[connect]") {
    const refusing_port refusing;
    const interposed_lookups lookups = always(EAI_NONAME);
    for (const char* host : {"", "a b", "256.0.0.1", "127.0.0.1", "::ffff:127.0.0.1", "[::1]"}) {
        client_type client(io);
        completion connect;
        client.async_connect(host, refusing.service(), record(connect));
        run();
        CHECK(connect.calls == 1);
        CHECK(connect.ec);
    }
    CHECK(lookups.calls() == 0);
}

}  // namespace

}  // namespace uplink::tests
