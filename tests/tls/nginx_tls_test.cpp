// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Exchanges with a real nginx over TLS, which real_tls_nginx.sh starts: it serves the file `large`.
#include "tls/real_tls_test.hpp"

#include "support/child_process.hpp"

#include <string>

namespace uplink::tests {

namespace {

class nginx_tls_test : public real_tls_test {
public:
    std::string port = value_of("UPLINK_TLS_PORT");
    std::string file = contents_of(certificates + "/site/large");

    static std::string get(const std::string& target, const std::string& connection = "close") {
        return "GET " + target + " HTTP/1.1\r\nHost: nginx\r\nConnection: " + connection + "\r\n\r\n";
    }
    static std::string body_of(const std::string& response) {
        const std::size_t head = response.find("\r\n\r\n");
        return head == std::string::npos ? std::string() : response.substr(head + 4);
    }
};

}  // namespace

TEST_CASE_METHOD(nginx_tls_test, "nginx over TLS: a file of 40 MiB arrives whole, in each version",
                 "[.][real]") {
    REQUIRE(file.size() == 40 << 20);
    for (const tls_version version : {tls_version::v1_2, tls_version::v1_3}) {
        completion whole;
        async_exchange(io, tls_context(trusting({.max_version = version})), "127.0.0.1", port, get("/large"),
                       limit, record(whole));
        run();
        CHECK(whole == completed(success));
        CHECK(same(body_of(whole.text), file));
    }
}

TEST_CASE_METHOD(nginx_tls_test, "nginx over TLS: ALPN, and two requests on one connection", "[.][real]") {
    blocking_tls_client client{trusting({.alpn = {"http/1.1"}, .require_alpn = true})};
    client.connect("127.0.0.1", port, limit);
    CHECK(client.client().last_connect().tls.alpn == "http/1.1");
    client.send(get("/small", "keep-alive"), limit);
    CHECK(client.receive_until("\r\n\r\n", limit).starts_with("HTTP/1.1 200"));
    CHECK(client.receive_exactly(6, limit) == "small\n");
    CHECK(body_of(client.exchange(get("/small"), limit)) == "small\n");
}

TEST_CASE_METHOD(nginx_tls_test, "nginx over TLS: the next connection resumes the session", "[.][real]") {
    for (const tls_version version : {tls_version::v1_2, tls_version::v1_3}) {
        const tls_context context(trusting({.max_version = version}));
        for (int i = 0; i != 3; ++i) {
            CAPTURE(version, i);
            blocking_tls_client client{context};
            client.connect("127.0.0.1", port, limit);
            CHECK(client.client().last_connect().tls.resumed == (i != 0));
            CHECK(body_of(client.exchange(get("/small"), limit)) == "small\n");
        }
    }
}

TEST_CASE_METHOD(nginx_tls_test, "nginx over TLS: without its root or with another name it is refused",
                 "[.][real]") {
    error_code ec;
    blocking_tls_client by_root{tls_options{.ca_file = certificates + "/other.pem"}};
    by_root.connect("127.0.0.1", port, limit, ec);
    CHECK(ec == error_code(errc::certificate_rejected));
    blocking_tls_client by_name{trusting({.server_name = "other.test"})};
    by_name.connect("127.0.0.1", port, limit, ec);
    CHECK(ec == error_code(errc::certificate_rejected));
    CHECK(by_name.client().last_connect().tls.verify_error == "hostname mismatch");
}

#if defined(UPLINK_EXAMPLE_CLIENT)

TEST_CASE_METHOD(nginx_tls_test, "nginx over TLS: client --tls gets a file, and refuses without the root",
                 "[.][real]") {
    child_process large({UPLINK_EXAMPLE_CLIENT, "--tls", "--ca", certificates + "/root.pem",
                         "--no-half-close", "127.0.0.1", port});
    CHECK(large.finish(get("/large")) == 0);
    CHECK(same(body_of(large.output()), file));
    CHECK(large.errors().empty());

    child_process refusing(
        {UPLINK_EXAMPLE_CLIENT, "--tls", "--ca", certificates + "/other.pem", "127.0.0.1", port});
    CHECK(refusing.finish(get("/large")) == 7);
    CHECK(refusing.output().empty());
    CHECK(refusing.errors().find("the server's certificate was rejected") != std::string::npos);

    child_process plain({UPLINK_EXAMPLE_CLIENT, "--no-half-close", "127.0.0.1", port});
    CHECK(plain.finish(get("/large")) == 0);
    CHECK(plain.output().starts_with("HTTP/1.1 400 Bad Request"));
}

#endif

}  // namespace uplink::tests
