// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The example client's options, one by one; what it does without any is in example_client_test.cpp.
#if defined(UPLINK_EXAMPLE_CLIENT)

#include "support/black_hole.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/example_client.hpp"
#include "support/loopback_server.hpp"
#include "support/text_matches.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using tool::exit_status;

std::vector<std::string> with(std::vector<std::string> options, const std::vector<std::string>& server) {
    options.insert(options.begin(), program);
    options.insert(options.end(), server.begin(), server.end());
    return options;
}
std::vector<std::string> with(std::vector<std::string> options, const loopback_server& server) {
    return with(std::move(options), {server.host(), server.service()});
}
server_script answers(const std::string& question, const std::string& answer) {
    return server_script().expect(question).expect_eof().reply(answer).close();
}

/// A file that goes with the object.
class small_file {
public:
    explicit small_file(const std::string& contents) {
        const int descriptor = ::mkstemp(name_.data());
        const bool is_written =
            ::write(descriptor, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size());
        ::close(descriptor);
        REQUIRE(is_written);
    }
    ~small_file() { ::unlink(name_.c_str()); }
    const std::string& name() const { return name_; }

private:
    std::string name_ = "/tmp/uplink-test-XXXXXX";
};

}  // namespace

TEST_CASE("client takes HOST:PORT and [V6]:PORT in one word", "[example]") {
    loopback_server server({answers("ping", "pong")});
    child_process one({program, server.host() + ":" + server.service()});
    CHECK(one.finish("ping") == 0);
    CHECK(one.output() == "pong");
    if (!loopback_server::has_v6()) return;
    loopback_server other({answers("ping", "pong")}, {.family = loopback_options::address::v6});
    for (const std::vector<std::string>& words : {std::vector<std::string>{"[::1]:" + other.service()},
                                                  {"[::1]", other.service()},
                                                  {"::1", other.service()}}) {
        child_process client(with({}, words));
        CHECK(client.finish("ping") == 0);
        CHECK(client.output() == "pong");
    }
    child_process without({program, "::1:" + other.service()});
    CHECK(without.finish() == exits_with(exit_status::usage));
}

TEST_CASE("client sends --send TEXT or --file PATH instead of its input", "[example]") {
    loopback_server server({answers("a\r\n\\\xff", "1")});
    child_process text(with({"--send", "a\\r\\n\\\\\\xff"}, server));
    CHECK(text.finish("not this") == 0);
    CHECK(text.output() == "1");

    const std::string large(1 << 20, 'x');
    loopback_server other({answers(large, "2")});
    const small_file file(large);
    child_process sent(with({"--file", file.name()}, other));
    CHECK(sent.finish("not this") == 0);
    CHECK(sent.output() == "2");

    child_process missing(with({"--file", "/no such file"}, server));
    CHECK(missing.finish() == exits_with(exit_status::local));
    CHECK(missing.errors() == "client: /no such file: No such file or directory\n");
    child_process both(with({"--file", file.name(), "--send", "x"}, server));
    CHECK(both.finish() == exits_with(exit_status::usage));
    child_process wrong(with({"--send", "\\q"}, server));
    CHECK(wrong.finish() == exits_with(exit_status::usage));
}

TEST_CASE("client --crlf sends CRLF, also where there is one already", "[example]") {
    loopback_server server({answers("a\r\nb\r\n\r\n", "c\r\n")});
    child_process client(with({"--crlf"}, server));
    CHECK(client.finish("a\nb\r\n\n") == 0);
    CHECK(client.output() == "c\r\n");
}

TEST_CASE("client --line writes whole lines, both directions at once, and the rest at the end", "[example]") {
    loopback_server server({server_script()
                                .reply("first\r\nsec")
                                .expect("question\r\n")
                                .reply("ond\r\nrest")
                                .expect_eof()
                                .close()});
    child_process client(with({"--line", "--crlf"}, server));
    CHECK(client.read_output(6) == "first\n");
    client.write("question\n");
    CHECK(client.read_output(7) == "second\n");
    CHECK(client.finish() == 0);
    CHECK(client.output() == "rest");
}

TEST_CASE("client's time limits end it with their own status", "[example]") {
    const black_hole nobody;
    const std::string port = std::to_string(nobody.endpoint().port());
    for (const std::string option : {"--connect-timeout=50ms", "--timeout=50ms", "--limit=0.05"}) {
        child_process client({program, option, "127.0.0.1", port});
        CHECK(client.finish() == exits_with(exit_status::timeout));
        CHECK(is_one_line(client.errors()));
        CHECK(contains(client.errors(), "127.0.0.1:" + port));
    }
    loopback_server silent({server_script().expect("x").until_gone()});
    child_process idle(with({"--idle-timeout", "50ms", "--no-half-close"}, silent));
    CHECK(idle.finish("x") == exits_with(exit_status::timeout));
    CHECK(is_one_line(idle.errors()));
}

TEST_CASE("client --timeout holds while nobody reads its output", "[example]") {
    loopback_server server({server_script().reply(std::string(1 << 20, 'x')).until_gone()});
    child_process client(with({"--timeout", "1"}, server));
    CHECK(client.read_output(1) == "x");
    CHECK(server.wait_for_end());  // though nobody reads on
    CHECK(client.finish() == exits_with(exit_status::timeout));
    CHECK(is_one_line(client.errors()));
}

TEST_CASE("client --idle-timeout holds for what is sent, though the peer has said enough", "[example]") {
    loopback_server deaf({server_script().reply(std::string(1 << 20, 'x')).silence()});
    const int endless = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    REQUIRE(endless >= 0);
    child_process client(with({"--idle-timeout", "1"}, deaf), endless);
    CHECK(client.read_output(1) == "x");
    client.read_errors_until("\n");  // though nobody reads on, so that no receive waits
    CHECK(client.finish() == exits_with(exit_status::timeout));
    CHECK(is_one_line(client.errors()));
    CHECK(contains(client.errors(), "standard input did not arrive whole"));
}

TEST_CASE("client --source, -4 and -6 say from where and how", "[example]") {
    loopback_server server({answers("ping", "pong")});
    child_process from(with({"-4", "--source", "127.0.0.1"}, server));
    CHECK(from.finish("ping") == 0);
    child_process other(with({"-6"}, server));
    CHECK(other.finish() == exits_with(exit_status::connect));
    child_process nonsense(with({"--source", "here"}, server));
    CHECK(nonsense.finish() == exits_with(exit_status::usage));
    CHECK(is_one_line(nonsense.errors()));
    child_process both(with({"-4", "-6"}, server));
    CHECK(both.finish() == exits_with(exit_status::usage));
    using words = std::vector<std::string>;
    for (const words& url :
         {words{"http://127.0.0.1:80/"}, words{"127.0.0.1:80/path"}, words{"me@127.0.0.1", "80"}}) {
        child_process refused(url.size() == 1 ? words{program, url[0]} : words{program, url[0], url[1]});
        CHECK(refused.finish() == exits_with(exit_status::usage));
        CHECK(contains(refused.errors(), "without a scheme, a user or a path"));
    }
}

TEST_CASE("client --verbose draws how connecting went, before it fails too", "[example]") {
    loopback_server server({answers("ping", "pong")});
    child_process client(with({"--verbose"}, server));
    CHECK(client.finish("ping") == 0);
    CHECK(client.errors().starts_with("127.0.0.1 " + server.service() + ": connected in "));
    CHECK(contains_match(client.errors(), "\\| at +[0-9.]+ ms for +[0-9.]+ ms  connected"));
    CHECK(client.errors().ends_with("  connected\n"));

    const refusing_port nobody;
    child_process refused({program, "-v", "127.0.0.1", nobody.service()});
    CHECK(refused.finish() == exits_with(exit_status::connect));
    CHECK(refused.errors().starts_with("127.0.0.1 " + nobody.service() + ": failed after "));
    CHECK(refused.errors().ends_with("client: 127.0.0.1:" + nobody.service() + ": Connection refused\n"));
}

TEST_CASE("client says that a half-close behind a request of HTTP may cost the answer", "[example]") {
    const std::string request = "GET / HTTP/1.0\r\n\r\n";
    const server_script answers_at_end = server_script().expect(request).expect_eof().reply("page").close();
    const server_script answers_at_once = server_script().expect(request).reply("page").close();
    loopback_server server({answers_at_end, answers_at_once});
    child_process careless(with({}, server));
    CHECK(careless.finish(request) == 0);
    CHECK(careless.errors() ==
          "client: an HTTP server may cut its answer short now; --no-half-close avoids that\n");
    child_process careful(with({"--no-half-close"}, server));
    CHECK(careful.finish(request) == 0);
    CHECK(careful.errors().empty());
}

TEST_CASE("client --stats and --progress say how much it was, at the end", "[example]") {
    loopback_server server({answers("ping", "to you")});
    child_process client(with({"--stats", "--progress", "--send", "ping"}, server));
    CHECK(client.finish() == 0);
    CHECK(client.output() == "to you");
    CHECK(contains(client.errors(), "sent 4 B, received 6 B, "));
    CHECK(contains(client.errors(), "sent 4 B (4 bytes), received 6 B (6 bytes) in "));
    CHECK(client.errors().back() == '\n');
}

TEST_CASE("client --json says all in one line, whatever else is asked for", "[example]") {
    loopback_server server({answers("ping", "to you")});
    child_process client(with({"--json", "--stats", "-v", "--progress"}, server));
    CHECK(client.finish("ping") == 0);
    CHECK(is_one_line(client.errors()));
    CHECK(client.errors().starts_with(
        "{\"exit_status\":0,\"failure\":null,\"connect\":{\"host\":\"127.0.0.1\","));
    CHECK(contains(client.errors(), "\"statistics\":{\"bytes_sent\":4,\"bytes_received\":6,"));
    CHECK(client.errors().ends_with("}}\n"));

    const refusing_port nobody;
    child_process refused({program, "--json", "127.0.0.1", nobody.service()});
    CHECK(refused.finish() == exits_with(exit_status::connect));
    CHECK(is_one_line(refused.errors()));
    CHECK(contains(refused.errors(), "{\"exit_status\":5,\"failure\":\"127.0.0.1:" + nobody.service()));
}

TEST_CASE("client, interrupted, ends its connection in order", "[example]") {
    for (const int number : {SIGINT, SIGTERM}) {
        loopback_server server({server_script().expect("question").expect_eof().close()});
        child_process client(with({}, server));
        client.write("question");
        CHECK(server.wait_for_received(8));
        client.signal(number);
        CHECK(server.wait_for_end());  // the end, and no reset, though the input goes on
        CHECK(client.finish() == 128 + number);
        CHECK(client.errors() == "client: interrupted\n");
    }
}

TEST_CASE("client, interrupted while nobody reads its output, ends all the same", "[example]") {
    loopback_server server({server_script().reply(std::string(1 << 20, 'x')).until_gone()});
    child_process client(with({}, server));
    CHECK(client.read_output(1) == "x");
    client.signal(SIGINT);
    CHECK(server.wait_for_end());
    CHECK(client.finish() == exits_with(exit_status::interrupted));
}

TEST_CASE("client, interrupted while it connects, ends", "[example]") {
    loopback_server proxy({server_script().expect_bytes(30).until_gone()});
    child_process client(
        {program, "--proxy", "http://" + proxy.host() + ":" + proxy.service(), "server.test", "80"});
    CHECK(proxy.wait_for_received(30));
    client.signal(SIGINT);
    CHECK(client.finish() == exits_with(exit_status::interrupted));
    CHECK(client.errors() == "client: interrupted\n");
}

TEST_CASE("client --line --reconnect goes on with the next connection", "[example]") {
    loopback_server server(
        {server_script().expect("one\n").reply("first\nhalf").close(),
         server_script().expect("two\nthree").reply("second\n").expect_eof().reply("last\n").close()});
    child_process client(with({"--line", "--reconnect"}, server));
    client.write("one\n");
    CHECK(client.read_output(6) == "first\n");
    CHECK(server.wait_for_connections(2));
    client.write("two\nthree");
    client.close_input();
    CHECK(client.read_output(7) == "second\n");  // "half" belonged to a line that was cut
    CHECK(client.finish() == 0);
    CHECK(client.output() == "last\n");  // though the input had ended
    CHECK(contains(client.errors(), "connected for "));

    child_process without_lines(with({"--reconnect"}, server));
    CHECK(without_lines.finish() == exits_with(exit_status::usage));
}

TEST_CASE("client --reconnect keeps to --idle-timeout, and writes what has come", "[example]") {
    loopback_server server({server_script().reply("line\nha").until_gone()});
    child_process client(with({"--line", "--reconnect", "--idle-timeout", "1"}, server));
    CHECK(client.read_output(5) == "line\n");
    CHECK(server.wait_for_end());  // no event tells of the pause but this end
    CHECK(client.finish() == exits_with(exit_status::timeout));
    CHECK(client.output() == "ha");
    CHECK(is_one_line(client.errors()));
    CHECK(contains(client.errors(), "client: 127.0.0.1 " + server.service() + ": "));
}

TEST_CASE("client --reconnect, interrupted while it waits for its server, ends", "[example]") {
    const refusing_port nobody;
    child_process client({program, "--line", "--reconnect", "127.0.0.1", nobody.service()});
    CHECK(contains(client.read_errors_until("waiting"), "Connection refused"));
    client.signal(SIGINT);
    CHECK(client.finish() == exits_with(exit_status::interrupted));
}

TEST_CASE("client --reconnect, interrupted, says how many lines still waited", "[example]") {
    const refusing_port nobody;
    child_process client(
        {program, "--line", "--reconnect", "--send", "one\\ntwo\\n", "127.0.0.1", nobody.service()});
    client.read_errors_until("1 failure");
    client.read_errors_until("2 failures");  // by now the lines are with the client
    client.signal(SIGINT);
    CHECK(client.finish() == exits_with(exit_status::interrupted));
    CHECK(contains(client.errors(), "client: 2 lines were not sent\nclient: interrupted\n"));
}

TEST_CASE("client --version and --help say what it is, and each exit status", "[example]") {
    child_process version({program, "--version"});
    CHECK(version.finish() == 0);
    CHECK(version.output().starts_with("client "));
    CHECK(is_one_line(version.output()));
    child_process help({program, "--help"});
    CHECK(help.finish() == 0);
    CHECK(contains(help.output(), std::string(tool::exit_status_help)));
    for (const std::string option :
         {"--send", "--file", "--crlf", "--line", "--no-half-close", "--timeout", "--connect-timeout",
          "--idle-timeout", "-4", "-6", "--source", "--tls", "--proxy", "--verbose", "--stats", "--progress",
          "--json", "--reconnect"})
        CHECK(contains(help.output(), option));
}

}  // namespace uplink::tests

#endif
