// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connections to `openssl s_server`, which each test starts with options of its own; real_tls_s_server.sh runs them.
#include "tls/real_tls_test.hpp"

#include "support/child_process.hpp"
#include "tls/temporary_file.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace uplink::tests {

namespace {

class s_server_test : public real_tls_test {
public:
    /// On a free port.
    void start(const std::vector<std::string>& options) {
        std::vector<std::string> words{"/usr/bin/env",
                                       "openssl",
                                       "s_server",
                                       "-accept",
                                       "127.0.0.1:0",
                                       "-cert",
                                       certificates + "/leaf.pem",
                                       "-key",
                                       certificates + "/leaf.key",
                                       "-CAfile",
                                       certificates + "/root.pem"};
        words.insert(words.end(), options.begin(), options.end());
        server = std::make_unique<child_process>(words);
        read_until("ACCEPT 127.0.0.1:");
        port = read_until("\n");
        port.pop_back();
    }
    /// Of the server's output, up to and with this text.
    std::string read_until(const std::string& text) {
        std::string output;
        while (!output.ends_with(text)) {
            const std::string byte = server->read_output(1);
            if (byte.empty()) FAIL("s_server has ended after: " << output);
            output += byte;
        }
        return output;
    }
    /// As at its terminal: a line is sent to the client, or is a command if it is one letter.
    void type(const std::string& line) { server->write(line + "\n"); }

    std::unique_ptr<child_process> server{};
    std::string port{};
};

struct version_row {
    std::string option;
    std::string protocol;
};
const std::vector<version_row> every_version{{"-tls1_2", "TLSv1.2"}, {"-tls1_3", "TLSv1.3"}};

}  // namespace

TEST_CASE_METHOD(s_server_test, "s_server: a line each way, in each version, with ALPN", "[.][real]") {
    for (const version_row& version : every_version) {
        start({version.option, "-rev", "-alpn", "other,echo"});
        blocking_tls_client client{trusting({.alpn = {"none", "echo"}})};
        CHECK(ask(client, port, "hello") == "olleh\n");
        CHECK(client.client().last_connect().tls.protocol == version.protocol);
        CHECK(client.client().last_connect().tls.alpn == "echo");
        CHECK_FALSE(client.client().last_connect().tls.resumed);
    }
}

TEST_CASE_METHOD(s_server_test, "s_server: a session is resumed, but not after the roots have changed",
                 "[.][real]") {
    for (const version_row& version : every_version) {
        for (const bool with_tickets : {true, false}) {  // without: the server keeps the session
            CAPTURE(version.protocol, with_tickets);
            start({version.option, "-rev", with_tickets ? "-serverpref" : "-no_ticket"});
            const std::string root = contents_of(certificates + "/root.pem");
            const temporary_file roots(root);
            tls_context context({.ca_file = roots.path()});
            const auto is_resumed = [&] {
                blocking_tls_client client{context};
                CHECK(ask(client, port, "hello") == "olleh\n");
                return client.client().last_connect().tls.resumed;
            };
            CHECK_FALSE(is_resumed());
            CHECK(is_resumed());
            CHECK(is_resumed());
            roots.write(root + contents_of(certificates + "/other.pem"));
            context.reload();
            CHECK_FALSE(is_resumed());
            CHECK(is_resumed());
        }
    }
    start({"-tls1_3", "-rev", "-num_tickets", "0"});
    tls_context context(trusting());
    for (int i = 0; i != 2; ++i) {
        blocking_tls_client client{context};
        CHECK(ask(client, port, "hello") == "olleh\n");
        CHECK_FALSE(client.client().last_connect().tls.resumed);
    }
}

TEST_CASE_METHOD(s_server_test, "s_server: a KeyUpdate is followed, and answered if that is wanted",
                 "[.][real]") {
    start({"-tls1_3", "-msg"});
    blocking_tls_client client{trusting()};
    client.connect("127.0.0.1", port, limit);
    for (int i = 0; i != 3; ++i) {
        type("k");
        read_until(">>> TLS 1.3, Handshake [length 0005], KeyUpdate");
        type("with the next key");
        CHECK(client.receive_until("\n", limit) == "with the next key\n");
        type("K");
        read_until(">>> TLS 1.3, Handshake [length 0005], KeyUpdate");
        type("with the one after");
        CHECK(client.receive_until("\n", limit) == "with the one after\n");
        client.send("with our next key\n", limit);
        CHECK(read_until("with our next key\n").find("<<< TLS 1.3, Handshake [length 0005], KeyUpdate") !=
              std::string::npos);
    }
}

TEST_CASE_METHOD(s_server_test, "s_server: KeyUpdates come while a large send is under way", "[.][real]") {
    start({"-tls1_3"});
    tls_client client{io, trusting()};
    completion connected, sent, received;
    client.async_connect("127.0.0.1", port, record(connected));
    run_until(connected);
    REQUIRE(connected == completed(success));
    const std::string bytes = std::string(8 << 20, 'x') + "the end\n";
    client.async_send(net::buffer(bytes), record(sent));
    client.async_receive_until("\n", record(received));
    std::thread runner([&] { run(); });
    std::string shown;
    for (int i = 0; i != 5; ++i) {
        shown +=
            server->read_output(1 << 20);  // s_server shows what has come, and waits for whoever reads that
        type("K");
    }
    shown += read_until("the end\n");
    type("have it all");
    runner.join();
    CHECK(sent == completed(success, bytes.size()));
    CHECK(received == completed(success, "have it all\n"));
    // Its own messages stand between, without that letter.
    const std::size_t first = shown.find(std::string(100, 'x'));
    REQUIRE(first != std::string::npos);
    CHECK(std::count(shown.begin() + static_cast<std::ptrdiff_t>(first), shown.end(), 'x') == 8 << 20);
}

TEST_CASE_METHOD(s_server_test, "s_server: it demands a certificate, and gets it or sends its alert",
                 "[.][real]") {
    for (const version_row& version : every_version) {
        CAPTURE(version.protocol);
        start({version.option, "-rev", "-Verify", "1", "-verify_return_error"});
        blocking_tls_client without{trusting()};
        error_code ec;
        without.connect("127.0.0.1", port, limit, ec);
        if (version.option ==
            "-tls1_3") {  // the handshake is over for the client before the server has looked
            CHECK(ec == success);
            without.receive(limit, ec);
        }
        CHECK(ec == error_code(errc::tls_alert));
        CHECK(without.client().last_connect().tls.alert ==
              (version.option == "-tls1_3" ? "certificate_required" : "handshake_failure"));
        blocking_tls_client with{trusting({.certificate_file = certificates + "/leaf.pem",
                                           .private_key_file = certificates + "/leaf.key"})};
        CHECK(ask(with, port, "hello") == "olleh\n");
    }
}

TEST_CASE_METHOD(s_server_test, "s_server: CLOSE is an end in order, and Q, which just closes, is truncated",
                 "[.][real]") {
    for (const version_row& version : every_version) {
        CAPTURE(version.protocol);
        error_code ec;
        start({version.option, "-rev"});
        blocking_tls_client reversed{trusting()};
        reversed.connect("127.0.0.1", port, limit);
        reversed.send("CLOSE\n", limit);
        CHECK(reversed.receive(limit, ec).empty());
        CHECK(ec == success);

        start({version.option});
        blocking_tls_client cut{trusting()};
        cut.connect("127.0.0.1", port, limit);
        type("last words");
        CHECK(cut.receive_until("\n", limit) == "last words\n");
        type("Q");
        cut.receive(limit, ec);
        CHECK(ec == error_code(errc::truncated));
    }
}

TEST_CASE_METHOD(s_server_test, "s_server: a version that it does not speak is its alert", "[.][real]") {
    start({"-tls1_2"});
    blocking_tls_client client{trusting({.min_version = tls_version::v1_3})};
    error_code ec;
    client.connect("127.0.0.1", port, limit, ec);
    CHECK(ec == error_code(errc::tls_alert));
    CHECK(client.client().last_connect().tls.alert == "protocol_version");
}

}  // namespace uplink::tests
