// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connects through a proxy that others have written. real_proxies.sh starts it, and says where it is and what it
// answers if it does not reach a server.
#include "support/child_process.hpp"
#include "support/client_test.hpp"

#include <uplink/proxy.hpp>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

/// Nothing is looked up here: the proxy does that.
struct refusing_resolver final : uplink::name_resolver {
    void resolve(const uplink::lookup_question&, std::function<void(uplink::lookup_answer)> answer) override {
        answer({.error = net::error::host_not_found});
    }
};

std::string value_of(const char* name) {
    const char* const value = std::getenv(name);
    INFO(name << " is not set: run it by real_proxies.sh");
    REQUIRE(value != nullptr);
    return value;
}

class real_proxy_test : public client_test {
public:
    const std::string url = value_of("UPLINK_PROXY_URL");
    const std::string refusal = value_of("UPLINK_PROXY_REFUSAL");
    client_options options{.connect = {.resolver = std::make_shared<refusing_resolver>()},
                           .proxy = uplink::parse_proxy(url)};

    const std::string bytes = many_bytes(1 << 20);

    /// It speaks first, and ends first: tinyproxy takes a half-close for the client's leaving.
    server_script greets_and_answers() const {
        return server_script().reply("hello").expect(bytes).reply(bytes).close();
    }
    /// Bytes go both ways, and the peer's end is seen.
    void talk(async_client<>& client) {
        completion greeting, exchanged;
        client.async_receive_exactly(5, record(greeting));
        run_until(greeting);
        CHECK(greeting == completed(success, "hello"));
        client.async_exchange(net::buffer(bytes), record(exchanged));
        run_until(exchanged);
        CHECK(exchanged == completed(success, bytes.size()));
        CHECK(same(client.state().view(), bytes));
    }
};

}  // namespace

TEST_CASE_METHOD(real_proxy_test, "real proxy: a name that only the proxy looks up", "[.][real_proxy]") {
    loopback_server server({greets_and_answers()});
    async_client client{io, options};
    completion connected;
    client.async_connect("localhost", server.service(), record(connected));
    run_until(connected);
    INFO(to_string(client.last_connect()));
    REQUIRE(connected == completed(success));
    CHECK(client.last_connect().host == "localhost");
    CHECK(client.last_connect().proxy.count() > 0);
    CHECK(client.last_connect().proxy_status == (url.starts_with("http") ? 200 : 0));
    talk(client);
}

TEST_CASE_METHOD(real_proxy_test, "real proxy: an address, and an endpoint behind one that refuses",
                 "[.][real_proxy]") {
    loopback_server server({greets_and_answers(), greets_and_answers()});
    const refusing_port nobody;
    const net::ip::address here = net::ip::make_address(server.host());
    async_client client{io, options};
    completion by_address, by_endpoint;
    client.async_connect(server.host(), server.service(), record(by_address));
    run_until(by_address);
    REQUIRE(by_address == completed(success));
    talk(client);
    client.close();

    std::vector<net::ip::tcp::endpoint> list{{here, static_cast<std::uint16_t>(std::stoi(server.service()))}};
    if (refusal != "end") list.insert(list.begin(), {here, nobody.port()});
    client.async_connect(list, record(by_endpoint));
    run_until(by_endpoint);
    REQUIRE(by_endpoint == completed(success));
    CHECK(client.last_connect().attempts.size() == list.size());
    talk(client);
}

TEST_CASE_METHOD(real_proxy_test, "real proxy: a server that is not there", "[.][real_proxy]") {
    const refusing_port nobody;
    async_client client{io, options};
    completion connected;
    client.async_connect("127.0.0.1", nobody.service(), record(connected));
    run_until(connected);
    INFO(to_string(client.last_connect()));
    if (refusal == "connection_refused") CHECK(connected == completed(errc::proxy_connection_refused));
    if (refusal == "http_status") {
        CHECK(connected == completed(errc::proxy_http_status));
        CHECK(client.last_connect().proxy_status >= 500);
    }
    if (refusal == "end") CHECK(connected == completed(errc::proxy_protocol_error));
}

TEST_CASE_METHOD(real_proxy_test, "real proxy: one that wants a log-in", "[.][real_proxy]") {
    if (url.find('@') == std::string::npos) return;
    const std::string host = url.substr(url.find('@') + 1);
    for (const std::string user : {"", "the-user:wrong@"}) {
        options.proxy = uplink::parse_proxy("http://" + user + host);
        async_client client{io, options};
        completion connected;
        client.async_connect("127.0.0.1", "9", record(connected));
        run_until(connected);
        // tinyproxy answers 401, not 407, if the password is wrong.
        const int status = client.last_connect().proxy_status;
        CHECK(connected ==
              completed(status == 401 ? errc::proxy_http_status : errc::proxy_authentication_failed));
        CHECK((status == 401 || status == 407));
        if (user.empty()) CHECK(status == 407);
        CHECK(to_string(client.last_connect()).find("wrong") == std::string::npos);
    }
}

#if defined(UPLINK_EXAMPLE_CLIENT)

TEST_CASE_METHOD(real_proxy_test, "real proxy: client with --proxy and with the environment",
                 "[.][real_proxy]") {
    const auto answers = server_script().expect("question").reply("answer").close();
    loopback_server server({answers, answers});
    child_process by_option(
        {UPLINK_EXAMPLE_CLIENT, "--no-half-close", "--proxy", url, "localhost", server.service()});
    CHECK(by_option.finish("question") == 0);
    CHECK(by_option.output() == "answer");
    CHECK(by_option.errors().empty());
    child_process by_environment({"/usr/bin/env", "all_proxy=" + url, "no_proxy=", UPLINK_EXAMPLE_CLIENT,
                                  "--no-half-close", "--proxy-from-environment", "localhost",
                                  server.service()});
    CHECK(by_environment.finish("question") == 0);
    CHECK(by_environment.output() == "answer");
}

#endif

}  // namespace uplink::tests
