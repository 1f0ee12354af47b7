// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The example client as its users meet it: a program with arguments, three streams and an exit status. The build says
// where it is; where it is not built there is nothing to test.
#if defined(UPLINK_EXAMPLE_CLIENT)

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/example_client.hpp"
#include "support/loopback_server.hpp"
#include "support/text_matches.hpp"

#include <uplink/error.hpp>

#include <fcntl.h>

#include <cstddef>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

std::vector<std::string> to(const loopback_server& server) {
    return {program, server.host(), server.service()};
}

/// The reset is seen by the receive, if that has not ended yet, or else by the sends.
bool says_what_failed(const std::string& errors) {
    return errors.find("standard input did not arrive whole") != std::string::npos ||
           errors.find("Connection reset by peer") != std::string::npos ||
           errors.find("Broken pipe") != std::string::npos;
}

}  // namespace

TEST_CASE("client, without arguments, shows an exchange in exactly three lines", "[example]") {
    child_process client({program});
    CHECK(client.finish() == 0);
    const std::string lines("Socket connected to 127\\.0\\.0\\.1:[0-9]+\nSent 19 bytes to server\\.\n"
                            "Response received : This is a test<EOF>\n");
    CHECK(matches(client.output(), lines));
    CHECK(client.errors().empty());
}

TEST_CASE("client sends its input, half-closes, and writes what comes, byte for byte", "[example]") {
    std::string input = "all bytes";
    for (int value = 0; value != 256; ++value) input.push_back(static_cast<char>(value));
    loopback_server server(
        {server_script().expect(input).expect_eof().reply(std::string("to\0you", 6)).close()});
    child_process client(to(server));
    CHECK(client.finish(input) == 0);
    CHECK(client.output() == std::string("to\0you", 6));
    CHECK(client.errors().empty());
}

TEST_CASE("client streams: what comes is written before the input has ended", "[example]") {
    loopback_server server({server_script()
                                .expect("first")
                                .reply("to the first")
                                .expect("second")
                                .expect_eof()
                                .reply("to the second")
                                .close()});
    child_process client(to(server));
    client.write("first");
    CHECK(client.read_output(12) == "to the first");
    client.write("second");
    CHECK(client.finish() == 0);
    CHECK(client.output() == "to the second");
}

TEST_CASE("client sends on to a peer that has ended and reads on, and ends with its input", "[example]") {
    const std::string rest(4 << 20, 'x');
    loopback_server server({server_script()
                                .expect("question")
                                .reply("answer")
                                .half_close()
                                .when_signalled()
                                .expect(rest)
                                .expect_eof()
                                .close()});
    child_process client(to(server));
    client.write("question");
    CHECK(client.read_output(6) == "answer");
    server.signal();
    CHECK(client.finish(rest) == 0);
    CHECK(client.errors().empty());
}

TEST_CASE("client whose peer has ended and does not take all of the input fails and says so", "[example]") {
    for (const std::size_t size : {std::size_t{100}, std::size_t{8} << 20}) {
        loopback_server server({server_script().reply("answer").half_close().when_signalled().reset()});
        child_process client(to(server));
        CHECK(client.read_output(6) == "answer");
        client.write(std::string(100, 'x'));
        server.signal();
        CHECK(server.wait_for_end());
        CHECK(client.finish(std::string(size, 'x')) == exits_with(tool::exit_status::broken));
        CHECK(is_one_line(client.errors()));
        CHECK(says_what_failed(client.errors()));
    }
}

TEST_CASE("client whose input was sent to a peer that had gone fails, though all of it was sent",
          "[example]") {
    for (const bool half_closes : {true, false}) {
        loopback_server server({server_script().reply("answer").close()});
        std::vector<std::string> arguments = to(server);
        if (!half_closes) arguments.insert(arguments.begin() + 1, "--no-half-close");
        child_process client(arguments);
        CHECK(client.read_output(6) == "answer");
        CHECK(server.wait_for_end());
        CHECK(client.finish("too late") == exits_with(tool::exit_status::broken));
        CHECK(says_what_failed(client.errors()));
    }
}

TEST_CASE("client with --no-half-close leaves its side open, and ends when the peer does", "[example]") {
    loopback_server server({server_script().expect("question").when_signalled().reply("answer").close()});
    child_process client({program, "--no-half-close", server.host(), server.service()});
    client.write("question");
    client.close_input();
    server.signal();
    CHECK(client.finish() == 0);
    CHECK(client.output() == "answer");
    CHECK(client.errors().empty());
}

TEST_CASE("client whose peer waits for a half-close names it when the limit runs out", "[example]") {
    loopback_server server({server_script().expect_anything_until_eof()});
    child_process client({program, "--no-half-close", "--limit", "2", server.host(), server.service()});
    CHECK(client.finish("question") == exits_with(tool::exit_status::timeout));
    CHECK(is_one_line(client.errors()));
    CHECK(client.errors().find("half-close") != std::string::npos);
    CHECK(client.errors().find(make_error_code(errc::receive_timeout).message()) != std::string::npos);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UPLINK_TEST_SANITIZED 1
#endif
#endif

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(UPLINK_TEST_SANITIZED)
constexpr std::size_t much_memory = 1 << 20;  // KiB: sanitizers take theirs
#else
constexpr std::size_t much_memory = 16 << 10;
#endif

}  // namespace

TEST_CASE("client's memory does not grow with the data", "[example]") {
    loopback_server server({server_script().echo()});
    child_process client(to(server));
    const std::string block(64 << 10, 'x');
    for (std::size_t i = 0; i != 1000; ++i) {
        client.write(block);
        REQUIRE(client.read_output(block.size()) == block);
    }
    CHECK(client.peak_memory() < much_memory);
    CHECK(client.finish() == 0);
}

TEST_CASE("client's input waits for a peer that is slow to take it", "[example]") {
    loopback_server server({server_script().expect_bytes(32 << 20).expect_eof().reply("done").close()},
                           {.buffer_size = 4096, .read_size = 1000});
    child_process client(to(server));
    client.write(std::string(32 << 20, 'x'));
    CHECK(client.peak_memory() < much_memory);
    CHECK(client.finish() == 0);
    CHECK(client.output() == "done");
}

TEST_CASE("client sends on while nobody reads its output", "[example]") {
    const std::string reply(200 << 10, 'y');
    loopback_server server({server_script().reply(reply).expect_bytes(4 << 20).expect_eof().close()});
    child_process client(to(server));
    client.write(std::string(4 << 20, 'x'));
    CHECK(client.finish() == 0);
    CHECK(client.output() == reply);
}

TEST_CASE("client, refused, says in one line where and why, and fails", "[example]") {
    const refusing_port nobody;
    child_process client({program, "127.0.0.1", nobody.service()});
    CHECK(client.finish("ignored") == exits_with(tool::exit_status::connect));
    CHECK(client.output().empty());
    CHECK(is_one_line(client.errors()));
    CHECK(client.errors().find("127.0.0.1:" + nobody.service()) != std::string::npos);
    CHECK(client.errors().find("Connection refused") != std::string::npos);
}

TEST_CASE("client, reset in the reply, writes what came, says where and why, and fails", "[example]") {
    loopback_server server({server_script().expect("question").reply("half").when_signalled().reset()});
    child_process client(to(server));
    client.write("question");
    CHECK(client.read_output(4) == "half");
    server.signal();
    CHECK(client.finish() == exits_with(tool::exit_status::broken));
    CHECK(is_one_line(client.errors()));
    CHECK(client.errors().find("127.0.0.1:" + server.service()) != std::string::npos);
    CHECK(client.errors().find("Connection reset by peer") != std::string::npos);
}

TEST_CASE("client, given invalid arguments, fails with one line or its usage", "[example]") {
    child_process host({program, "no such\nhost", "80"});
    CHECK(host.finish() == exits_with(tool::exit_status::usage));
    CHECK(is_one_line(host.errors()));
    child_process port({program, "127.0.0.1", "65536"});
    CHECK(port.finish() == exits_with(tool::exit_status::usage));
    CHECK(is_one_line(port.errors()));
    child_process one({program, "127.0.0.1"});
    CHECK(one.finish() == 2);
    CHECK(one.errors().find("usage:") != std::string::npos);
    CHECK(one.output().empty());
    for (const std::string option : {"--half-close", "--limit", "--limit=one", "--timeout=0"}) {
        child_process unknown({program, option, "127.0.0.1", "80"});
        CHECK(unknown.finish() == 2);
    }
}

TEST_CASE("client --proxy asks the proxy for the server, and streams through it", "[example]") {
    loopback_server proxy({server_script()
                               .expect("CONNECT server.test:80 HTTP/1.1\r\nHost: server.test:80\r\n"
                                       "Proxy-Authorization: Basic dTpzM2NyM3Q=\r\n\r\n")
                               .reply("HTTP/1.1 200 OK\r\n\r\n")
                               .expect("question")
                               .expect_eof()
                               .reply("answer")
                               .close()});
    child_process client(
        {program, "--proxy", "http://u:s3cr3t@" + proxy.host() + ":" + proxy.service(), "server.test", "80"});
    CHECK(client.finish("question") == 0);
    CHECK(client.output() == "answer");
    CHECK(client.errors().empty());
}

TEST_CASE("client --proxy, refused, says in one line what it was, without the password", "[example]") {
    loopback_server proxy({server_script().expect_bytes(30).reply("HTTP/1.1 403 No\r\n\r\n").until_gone()});
    const std::string where = proxy.host() + ":" + proxy.service();
    child_process client({program, "--proxy", "http://u:s3cr3t@" + where, "server.test", "80"});
    CHECK(client.finish("ignored") == exits_with(tool::exit_status::proxy));
    CHECK(is_one_line(client.errors()));
    CHECK(client.errors().find("server.test 80 through the proxy") != std::string::npos);
    CHECK(client.errors().find(where) != std::string::npos);
    CHECK(client.errors().find("the proxy refused with an HTTP status (403)\n") != std::string::npos);
    CHECK(client.errors().find("s3cr3t") == std::string::npos);
}

TEST_CASE("client, given a proxy that is none, fails with its usage or one line, and repeats no part of it",
          "[example]") {
    for (const std::string url : {"socks4://u:s3cr3t@a", "u:s3cr3t@a:80", ""}) {
        child_process client({program, "--proxy", url, "server.test", "80"});
        CHECK(client.finish() == 2);
        CHECK(client.errors().find("usage:") != std::string::npos);
        CHECK(client.errors().find("s3cr3t") == std::string::npos);
    }
    child_process environment({"/usr/bin/env", "all_proxy=gopher://u:s3cr3t@a", program,
                               "--proxy-from-environment", "server.test", "80"});
    CHECK(environment.finish() == exits_with(tool::exit_status::usage));
    CHECK(is_one_line(environment.errors()));
    CHECK(environment.errors().find("s3cr3t") == std::string::npos);
    child_process name({program, "--proxy-from-environment", "server.test", "http"});
    CHECK(name.finish() == 2);
}

TEST_CASE("client whose output nobody reads ends quietly", "[example]") {
    loopback_server server({server_script().when_signalled().reply(std::string(1 << 20, 'x')).until_gone()});
    child_process client(to(server));
    client.close_output();
    server.signal();
    CHECK(client.finish() == exits_with(tool::exit_status::local));
    CHECK(client.errors().empty());
}

TEST_CASE("client whose input can't be read fails, and the peer does not take it for an end", "[example]") {
    loopback_server server({server_script().expect_eof()});
    child_process client(to(server), ::open("/", O_RDONLY | O_CLOEXEC));
    CHECK(client.finish() == exits_with(tool::exit_status::local));
    CHECK(client.errors() == "client: standard input: Is a directory\n");
    CHECK(server.wait_for_end());
    const std::vector<std::string> failures = server.take_failures();
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].find("got a reset") != std::string::npos);
}

}  // namespace uplink::tests

#endif
