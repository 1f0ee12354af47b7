// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Exchanges with a real nginx, which takes a client's half-close for its leaving. nginx_exchange.sh starts it, and says
// on which port, and where the file is that it serves as /large.
#include "support/child_process.hpp"
#include "support/client_test.hpp"
#include "support/file_contents.hpp"

#include <cstdlib>
#include <string>
#include <thread>

namespace uplink::tests {

namespace {

class nginx_test : public client_test {
public:
    std::string port = value_of("UPLINK_NGINX_PORT");
    std::string file = contents_of(value_of("UPLINK_NGINX_FILE"));

    static std::string get(const std::string& target) {
        return "GET " + target + " HTTP/1.0\r\nHost: nginx\r\n\r\n";
    }
    /// Asked for through nginx; nginx's own request is longer than that.
    static std::string through(const loopback_server& server) { return get("/to?port=" + server.service()); }
    static server_script slow_server() {
        return server_script()
            .expect_bytes(10)
            .when_signalled()
            .reply("HTTP/1.0 200 OK\r\n\r\nthe late answer")
            .half_close()
            .until_gone();
    }
    static std::string body_of(const std::string& response) {
        const std::size_t head = response.find("\r\n\r\n");
        return head == std::string::npos ? std::string() : response.substr(head + 4);
    }

private:
    static std::string value_of(const char* name) {
        const char* const value = std::getenv(name);
        INFO(name << " is not set: run it by nginx_exchange.sh");
        REQUIRE(value != nullptr);
        return value;
    }
};

}  // namespace

TEST_CASE_METHOD(nginx_test, "nginx: a file of 40 MiB arrives whole", "[.][nginx]") {
    REQUIRE(file.size() == 40 << 20);
    completion whole;
    async_exchange(io, "127.0.0.1", port, get("/large"), record(whole));
    run();
    CHECK(whole == completed(success));
    CHECK(same(body_of(whole.text), file));

    async_client client{io};
    completion connected, exchanged;
    client.async_connect("127.0.0.1", port, record(connected));
    run();
    client.async_exchange(get("/large"), record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(same(body_of(client.state().str()), file));
}

TEST_CASE_METHOD(nginx_test, "nginx: the answer of a slow server behind it arrives whole", "[.][nginx]") {
    loopback_server server({slow_server()});
    completion whole;
    async_exchange(io, "127.0.0.1", port, through(server), record(whole));
    std::thread runner([&] { run(); });
    CHECK(server.wait_for_received(10));
    server.signal();
    runner.join();
    CHECK(whole == completed(success));
    CHECK(body_of(whole.text) == "the late answer");
}

TEST_CASE_METHOD(nginx_test, "nginx: a half-close cuts both answers, and looks like success", "[.][nginx]") {
    loopback_server server({server_script().until_gone()});
    completion slow, large;
    async_exchange(io, "127.0.0.1", port, through(server), half_close, record(slow));
    run();  // though the server never answers
    CHECK(slow == completed(success, ""));
    async_exchange(io, "127.0.0.1", port, get("/large"), half_close,
                   client_options{.socket = {.receive_buffer = 4096}}, record(large));
    run();
    CHECK(large == completed(success));
    CHECK(body_of(large.text).size() < file.size());
}

#if defined(UPLINK_EXAMPLE_CLIENT)

TEST_CASE_METHOD(nginx_test, "nginx: client gets whole answers with --no-half-close", "[.][nginx]") {
    child_process large({UPLINK_EXAMPLE_CLIENT, "--no-half-close", "127.0.0.1", port});
    CHECK(large.finish(get("/large")) == 0);
    CHECK(same(body_of(large.output()), file));
    CHECK(large.errors().empty());

    loopback_server server({slow_server()});
    child_process slow({UPLINK_EXAMPLE_CLIENT, "--no-half-close", "127.0.0.1", port});
    slow.write(through(server));
    slow.close_input();
    CHECK(server.wait_for_received(10));
    server.signal();
    CHECK(slow.finish() == 0);
    CHECK(body_of(slow.output()) == "the late answer");

    child_process cut({UPLINK_EXAMPLE_CLIENT, "127.0.0.1", port});
    CHECK(cut.finish(get("/large")) == 0);
    CHECK(body_of(cut.output()).size() < file.size());
    CHECK(cut.errors().find("--no-half-close avoids that") != std::string::npos);
}

#endif

}  // namespace uplink::tests
