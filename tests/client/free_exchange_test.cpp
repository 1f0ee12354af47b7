// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// uplink::async_exchange: connect, exchange and close in one call.
#include "support/client_test.hpp"
#include "support/once_operations.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "the whole job in one call gives the response", "[async_exchange]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()});
    completion plain, limited, with_options, with_both;
    async_exchange(io, server.host(), server.service(), "question", half_close, record(plain));
    async_exchange(io.get_executor(), server.host(), server.service(), "question", half_close, 30s,
                   record(limited));
    async_exchange(io, server.host(), server.service(), "question", half_close,
                   client_options{.max_receive = 100}, record(with_options));
    async_exchange(io, server.host(), server.service(), "question", half_close, client_options{}, 30s,
                   record(with_both));
    CHECK_FALSE(plain);
    run();
    for (const completion* each : {&plain, &limited, &with_options, &with_both})
        CHECK(*each == completed(success, "answer"));
}

TEST_CASE_METHOD(client_test, "the whole job with a large request and response", "[async_exchange]") {
    loopback_server server(loopback_server::echo());
    const std::string bytes = many_bytes(5 << 20);
    completion exchanged;
    async_exchange(io, server.host(), server.service(), bytes, half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(same(exchanged.text, bytes));
}

TEST_CASE_METHOD(client_test, "the whole job fails where a part fails, with what had come",
                 "[async_exchange]") {
    loopback_server server({server_script().expect("question").reply("half").until_gone(),
                            server_script().expect("question").reply("half").when_signalled().reset()});
    const refusing_port nobody;
    completion refused, invalid, reset, limited, full;
    async_exchange(io, "127.0.0.1", nobody.service(), "question", half_close, record(refused));
    async_exchange(io, "", "80", "question", half_close, record(invalid));
    async_exchange(io, "127.0.0.1", server.service(), "question", half_close, 0s, record(limited));
    run();
    CHECK(refused == completed(net::error::connection_refused));
    CHECK(invalid == completed(net::error::invalid_argument));
    CHECK(limited == completed(errc::connect_timeout));

    async_exchange(io, "127.0.0.1", server.service(), "question", half_close,
                   client_options{.max_receive = 3}, record(full));
    run_until(full);
    CHECK(full == completed(errc::receive_limit, "hal"));
    async_exchange(io, "127.0.0.1", server.service(), "question", half_close, record(reset));
    server.signal(1);
    run();
    CHECK(reset == completed(was_reset, std::string("half").substr(0, reset.text.size())));
}

TEST_CASE_METHOD(client_test, "the whole job can be cancelled at every step", "[async_exchange][cancel]") {
    bool ended_undisturbed = false;
    for (int steps = 0; !ended_undisturbed; ++steps) {
        CAPTURE(steps);
        loopback_server server({server_script().echo()});
        net::cancellation_signal signal;
        completion exchanged;
        async_exchange(io, server.host(), server.service(), many_bytes(300'000), half_close,
                       record(exchanged, signal));
        for (int step = 0; step != steps && !exchanged; ++step) {
            io.restart();
            io.run_one();
        }
        ended_undisturbed = static_cast<bool>(exchanged);
        signal.emit(net::cancellation_type::terminal);
        run();
        const bool may_be_aborted = !ended_undisturbed;  // or succeed, if it is cancelled late
        CHECK(exchanged == completed(may_be_aborted && exchanged.ec ? aborted : success));
    }
}

TEST_CASE_METHOD(same_descriptors, "the whole job, its context destroyed at every step",
                 "[async_exchange][context]") {
    for (int steps = 0; steps != 15; ++steps) {
        CAPTURE(steps);
        loopback_server server({server_script().echo()});
        const auto owned = std::make_shared<int>();
        {
            net::io_context context;
            bool called = false;
            async_exchange(context, server.host(), server.service(), many_bytes(300'000), half_close,
                           [owned, &called](error_code, const std::string&) { called = true; });
            for (int step = 0; step != steps && !called; ++step) context.run_one();
        }
        CHECK(owned.use_count() == 1);
    }
}

}  // namespace uplink::tests
