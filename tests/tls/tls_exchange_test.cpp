// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The free async_exchange with a tls_context: each of its overloads, what it proves, and where it fails.
#include <uplink/tls.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/tokens.hpp"
#include "tls/certificates.hpp"
#include "tls/openssl_server.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

struct response_handler {
    void operator()(error_code, const std::string&) const {}
};

template <class... Arguments>
concept can_exchange = requires(net::io_context& io, Arguments&&... arguments) {
    uplink::async_exchange(io, tls_context(), "host", std::forward<Arguments>(arguments)...);
};

// The order is: service, request, half_close, options, limit, token.
static_assert(can_exchange<const char*, const char*, response_handler>);
static_assert(
    can_exchange<int, std::string, half_close_t, client_options, std::chrono::seconds, response_handler>);
static_assert(!can_exchange<int, std::string, client_options, half_close_t, response_handler>);
static_assert(!can_exchange<int, std::string, std::chrono::seconds, client_options, response_handler>);
static_assert(!can_exchange<bool, std::string, response_handler>);

const certificate& the_root() {
    static const certificate made = an_authority("Root").signed_by_itself();
    return made;
}
context_ptr the_server(const std::string& address = "127.0.0.1") {
    return server_context(a_leaf().for_address(address).signed_by(the_root()));
}
tls_context trusting_the_root() { return tls_options{.ca_pem = the_root().pem()}; }

void answer(openssl_peer& peer) {
    peer.expect("question");
    peer.write("answer");
    peer.shut_down();
    peer.until_gone();
}
void answer_the_end(openssl_peer& peer) {
    peer.expect("question");
    peer.expect_end();
    peer.write("answer");
    peer.shut_down();
}

}  // namespace

TEST_CASE("TLS exchange: the whole job in each of its overloads") {
    openssl_server half_closed(the_server(), answer_the_end);
    openssl_server open(the_server(), answer);
    net::io_context io;
    const tls_context tls = trusting_the_root();
    const client_options options{.max_receive = 100};
    std::array<completion, 16> all;
    auto next = all.begin();
    const auto in_each = [&](const auto& ended, const auto& other) {
        const std::string host = open.host();
        async_exchange(io, tls, host, ended, "question", half_close, record(*next++));
        async_exchange(io, tls, host, ended, "question", half_close, 30s, record(*next++));
        async_exchange(io, tls, host, ended, "question", half_close, options, record(*next++));
        async_exchange(io, tls, host, ended, "question", half_close, options, 30s, record(*next++));
        async_exchange(io, tls, host, other, "question", record(*next++));
        async_exchange(io, tls, host, other, "question", 30s, record(*next++));
        async_exchange(io, tls, host, other, "question", options, record(*next++));
        async_exchange(io.get_executor(), tls, host, other, "question", options, 30s, record(*next++));
    };
    in_each(half_closed.service(), open.service());
    in_each(half_closed.port(), static_cast<long long>(open.port()));
    io.run();
    for (const completion& each : all) CHECK(each == completed(success, "answer"));
}

TEST_CASE("TLS exchange: options of TLS are a context too, and a token other than a handler is fine") {
    openssl_server server(the_server(), answer);
    net::io_context io;
    completion exchanged;
    async_exchange(io, tls_options{.ca_pem = the_root().pem()}, server.host(), server.service(), "question",
                   record(exchanged));
    std::future<std::string> response = async_exchange(io, trusting_the_root(), server.host(), server.port(),
                                                       "question", 30s, net::use_future);
    io.run();
    CHECK(exchanged == completed(success, "answer"));
    CHECK(response.get() == "answer");
}

TEST_CASE("TLS exchange: it fails where a part fails, with what had come") {
    openssl_server cut(the_server(), [](openssl_peer& peer) {
        peer.expect("question");
        peer.write("half");
    });
    openssl_server another(the_server("127.0.0.2"), answer);
    net::io_context io;
    completion truncated, stranger, unknown_root, unusable;
    async_exchange(io, trusting_the_root(), cut.host(), cut.service(), "question", record(truncated));
    async_exchange(io, trusting_the_root(), another.host(), another.service(), "question", record(stranger));
    const certificate other_root = an_authority("Other").signed_by_itself();
    async_exchange(io, tls_options{.ca_pem = other_root.pem()}, cut.host(), cut.service(), "question",
                   record(unknown_root));
    async_exchange(io, tls_options{.ca_pem = "no certificate"}, cut.host(), cut.service(), "question",
                   record(unusable));
    CHECK_FALSE(unusable);
    io.run();
    CHECK(truncated == completed(errc::truncated, "half"));
    CHECK(stranger == completed(errc::certificate_rejected, ""));
    CHECK(unknown_root == completed(errc::certificate_rejected, ""));
    CHECK(unusable == completed(errc::tls_configuration, ""));
}

}  // namespace uplink::tests
