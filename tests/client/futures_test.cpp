// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Operations with the token use_future.
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <cstddef>
#include <future>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

template <class Future> error_code error_of(Future& future) {
    try {
        future.get();
        return {};
    } catch (const system_error& error) {
        return error.code();
    }
}

}  // namespace

TEST_CASE_METHOD(client_test, "use_future: a result is a value, an error is thrown by get()", "[token]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()});
    const refusing_port nobody;
    async_client client{io};

    std::future<tcp::endpoint> refused = client.async_connect("127.0.0.1", nobody.service(), net::use_future);
    run();
    CHECK(error_of(refused) == net::error::connection_refused);

    std::future<tcp::endpoint> connected =
        client.async_connect(server.host(), server.service(), 30s, net::use_future);
    run();
    CHECK(connected.get().port() == server.port());

    std::future<std::size_t> exchanged =
        client.async_exchange(std::string("question"), half_close, 30s, net::use_future);
    run();
    CHECK(exchanged.get() == 6);
    CHECK(client.state().view() == "answer");
}

TEST_CASE_METHOD(client_test, "one time point bounds a whole conversation, each operation by its own code",
                 "[token][limit]") {
    loopback_server server({server_script().silence()});
    async_client client{io};
    connect(client, server);
    const async_client<>::time_limit expired = std::chrono::steady_clock::now() - 1s;
    std::future<std::size_t> sent = client.async_send(std::string("x"), expired, net::use_future);
    std::future<std::size_t> received = client.async_receive(expired, net::use_future);
    run();
    CHECK(error_of(sent) == errc::send_timeout);
    CHECK(error_of(received) == errc::receive_timeout);
    client.close();
}

}  // namespace uplink::tests
