// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The example client over TLS as its users meet it: what its options do, and what it says when the server is refused.
// What it does without TLS as well is in client/example_client_test.cpp.
#if defined(UPLINK_EXAMPLE_CLIENT)

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/example_client.hpp"
#include "support/file_contents.hpp"
#include "tls/certificates.hpp"
#include "tls/openssl_server.hpp"
#include "tls/temporary_directory.hpp"
#include "tls/temporary_file.hpp"

#include <openssl/ssl.h>

#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

const certificate& root() {
    static const certificate made = an_authority("Root").signed_by_itself();
    return made;
}
context_ptr localhost_context() {
    return server_context(a_leaf().for_host("localhost").for_address("127.0.0.1").signed_by(root()));
}

/// The client to this server, with these options; it trusts the root, unless the options begin with another word.
std::vector<std::string> over_tls(const openssl_server& server, std::vector<std::string> options) {
    static const temporary_file trusted(root().pem());
    std::vector<std::string> words{program, "--tls"};
    if (options.empty() || options[0] != "untrusting") {
        words.insert(words.end(), {"--ca", trusted.path()});
    } else {
        options.erase(options.begin());
    }
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {server.host(), server.service()});
    return words;
}

void expect_and_answer(openssl_peer& peer) {
    peer.expect("question");
    peer.write("answer");
    peer.shut_down();
    peer.until_gone();
}

}  // namespace

TEST_CASE("client --tls sends its input, ends the session behind it, and writes what comes", "[example]") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        context_ptr context = localhost_context();
        SSL_CTX_set_max_proto_version(context.get(), version);
        openssl_server server(std::move(context), [](openssl_peer& peer) {
            peer.expect("question");
            peer.expect_end();
            peer.shut_down();
        });
        child_process client(over_tls(server, {"--limit", "60"}));
        CHECK(client.finish("question") == 0);
        CHECK(client.errors().empty());
    }
    openssl_server server(localhost_context(), [](openssl_peer& peer) {
        peer.expect("question");
        peer.expect_end();
        peer.write(std::string("to\0you", 6));
        peer.shut_down();
    });
    child_process client(over_tls(server, {"--limit", "60"}));
    CHECK(client.finish("question") == 0);
    CHECK(client.output() == std::string("to\0you", 6));
    CHECK(client.errors().empty());
}

TEST_CASE("client --tls streams megabytes both ways at once", "[example]") {
    const std::string bytes(8 << 20, 'x');
    openssl_server server(localhost_context(), [](openssl_peer& peer) {
        for (int i = 0; i != 128; ++i) peer.write(peer.read(64 << 10));
        peer.expect_end();
        peer.shut_down();
    });
    child_process client(over_tls(server, {"--limit", "60"}));
    CHECK(client.finish(bytes) == 0);
    CHECK((client.output() == bytes));
    CHECK(client.errors().empty());
}

TEST_CASE("client --tls ends well when the server closes without reading close_notify", "[example]") {
    for (int i = 0; i != 20; ++i) {
        openssl_server server(localhost_context(), [](openssl_peer& peer) {
            peer.expect("question");
            peer.write("answer");
            peer.shut_down();
        });
        child_process client(over_tls(server, {"--limit", "60"}));
        CHECK(client.finish("question") == 0);
        CHECK(client.output() == "answer");
        CHECK(client.errors().empty());
    }
}

TEST_CASE("client --tls --no-half-close leaves its side open until the server has ended", "[example]") {
    openssl_server server(localhost_context(), [](openssl_peer& peer) {
        peer.expect("question");
        peer.write("answer");
        peer.shut_down();
        peer.expect_end();
    });
    child_process client(over_tls(server, {"--no-half-close"}));
    CHECK(client.finish("question") == 0);
    CHECK(client.output() == "answer");
    CHECK(client.errors().empty());
}

TEST_CASE("client --tls says in one line that the stream was cut, and fails", "[example]") {
    openssl_server server(localhost_context(), [](openssl_peer& peer) {
        peer.expect("question");
        peer.write("half");
    });
    child_process client(over_tls(server, {"--no-half-close"}));
    CHECK(client.finish("question") == exits_with(tool::exit_status::broken));
    CHECK(client.output() == "half");
    CHECK(is_one_line(client.errors()));
    CHECK(contains(client.errors(), "the connection ended in the middle of a message"));
}

TEST_CASE("client --tls, reset in the reply, writes what came, says so in one line, and fails", "[example]") {
    openssl_server server(localhost_context(), [](openssl_peer& peer) {
        peer.expect("question");
        peer.write("half");
        peer.reset_at_close();
    });
    child_process client(over_tls(server, {"--no-half-close", "--limit", "30"}));
    CHECK(client.finish("question") == exits_with(tool::exit_status::broken));
    CHECK(client.output() == "half");
    CHECK(is_one_line(client.errors()));
    CHECK(contains(client.errors(), "Connection reset by peer"));
}

TEST_CASE("client --tls refuses a server whose root it does not trust, unless --insecure", "[example]") {
    openssl_server server(localhost_context(), &expect_and_answer);
    const temporary_file other(an_authority("Other").signed_by_itself().pem());
    child_process refusing(over_tls(server, {"untrusting", "--ca", other.path()}));
    CHECK(refusing.finish("question") == exits_with(tool::exit_status::tls));
    CHECK(refusing.output().empty());
    CHECK(is_one_line(refusing.errors()));
    CHECK(contains(refusing.errors(),
                   "127.0.0.1:" + server.service() + ": the server's certificate was rejected"));
    CHECK(contains(refusing.errors(), "unable to get local issuer certificate"));
    CHECK(contains(refusing.errors(), "CN=Leaf"));

    child_process insecure(over_tls(server, {"untrusting", "--insecure", "--no-half-close"}));
    CHECK(insecure.finish("question") == 0);
    CHECK(insecure.output() == "answer");
    CHECK(server.refusals() == 1);
}

TEST_CASE("client --tls refuses a server with another name", "[example]") {
    openssl_server server(server_context(a_leaf().for_host("other.test").signed_by(root())),
                          &expect_and_answer);
    child_process client(over_tls(server, {"--limit", "60"}));
    CHECK(client.finish("question") == exits_with(tool::exit_status::tls));
    CHECK(is_one_line(client.errors()));
    CHECK(contains(client.errors(), "IP address mismatch"));
}

TEST_CASE("client --cert --key shows a certificate of its own, and names the alert without", "[example]") {
    const certificate own = a_leaf("Own").signed_by(root());
    const auto demanding = [] {
        context_ptr context = localhost_context();
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root().x509());
        return context;
    };
    openssl_server server(demanding(), &expect_and_answer);
    const temporary_file shown(own.pem()), key(own.key_pem()), both(own.pem() + own.key_pem());
    child_process with_two_files(
        over_tls(server, {"--cert", shown.path(), "--key", key.path(), "--no-half-close"}));
    CHECK(with_two_files.finish("question") == 0);
    CHECK(with_two_files.output() == "answer");
    child_process with_one(over_tls(server, {"--cert", both.path(), "--no-half-close"}));
    CHECK(with_one.finish("question") == 0);
    child_process without(over_tls(server, {"--no-half-close"}));
    CHECK(without.finish() == exits_with(tool::exit_status::tls));
    CHECK(is_one_line(without.errors()));
    CHECK(contains(without.errors(), "alert certificate_required"));
    child_process keyless(over_tls(server, {"--cert", shown.path()}));
    CHECK(keyless.finish() == exits_with(tool::exit_status::tls));
    CHECK(is_one_line(keyless.errors()));
    CHECK(contains(keyless.errors(), shown.path()));
}

TEST_CASE("client --alpn offers its list, in its order", "[example]") {
    static std::string offered;
    context_ptr context = localhost_context();
    SSL_CTX_set_alpn_select_cb(
        context.get(),
        [](SSL*, const unsigned char**, unsigned char*, const unsigned char* list, unsigned size, void*) {
            offered.assign(reinterpret_cast<const char*>(list), size);
            return SSL_TLSEXT_ERR_NOACK;
        },
        nullptr);
    openssl_server server(std::move(context), &expect_and_answer);
    child_process client(over_tls(server, {"--alpn", "h2,http/1.1", "--no-half-close"}));
    CHECK(client.finish("question") == 0);
    CHECK(offered == "\x02h2\x08http/1.1");
}

TEST_CASE("client --tls-key-log appends to SSLKEYLOGFILE, which only its owner can read", "[example]") {
    openssl_server server(localhost_context(), &expect_and_answer);
    const temporary_file log("");
    log.remove();
    const environment_variable name("SSLKEYLOGFILE");
    name.set(log.path());
    std::string before;
    for (int i = 0; i != 2; ++i) {
        child_process client(over_tls(server, {"--tls-key-log", "--no-half-close"}));
        CHECK(client.finish("question") == 0);
        const std::string now = contents_of(log.path());
        CHECK(now.starts_with(before));
        CHECK(contains(now.substr(before.size()), "CLIENT_TRAFFIC_SECRET_0 "));
        CHECK(now.ends_with("\n"));
        before = now;
    }
    struct stat facts {};
    CHECK(::stat(log.path().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);

    child_process without(over_tls(server, {"--no-half-close"}));  // the variable alone is not enough
    CHECK(without.finish("question") == 0);
    CHECK(contents_of(log.path()) == before);
    name.set("/");
    child_process unwritable(over_tls(server, {"--tls-key-log"}));
    CHECK(unwritable.finish() == exits_with(tool::exit_status::local));
    CHECK(unwritable.errors() == "client: /: Is a directory\n");
    name.unset();
    child_process unset(over_tls(server, {"--tls-key-log"}));
    CHECK(unset.finish() == 1);
    CHECK(unset.errors() == "client: SSLKEYLOGFILE is not set\n");
}

TEST_CASE("client takes the options of TLS only with --tls", "[example]") {
    for (const std::vector<std::string>& options : {std::vector<std::string>{"--ca", "file"},
                                                    {"--cert", "file"},
                                                    {"--insecure"},
                                                    {"--alpn", "h2"},
                                                    {"--tls-key-log"}}) {
        std::vector<std::string> words{program};
        words.insert(words.end(), options.begin(), options.end());
        words.insert(words.end(), {"127.0.0.1", "1"});
        child_process client(words);
        CHECK(client.finish() == 2);
        CHECK(contains(client.errors(), "usage:"));
    }
    child_process incomplete({program, "--tls", "--ca"});
    CHECK(incomplete.finish() == 2);
    child_process missing({program, "--tls", "--ca", "/no such file", "127.0.0.1", "1"});
    CHECK(missing.finish() == exits_with(tool::exit_status::tls));
    CHECK(is_one_line(missing.errors()));
    CHECK(contains(missing.errors(), "/no such file"));
}

}  // namespace uplink::tests

#endif
