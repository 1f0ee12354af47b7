// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients of local (Unix domain) sockets: paths and abstract names, and what can be wrong there (faults 109).
#include "support/catch.hpp"
#include "support/client_test.hpp"

#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using local = net::local::stream_protocol;
namespace error = net::error;

class local_test : public client_test {
public:
    local_test() {
        std::string name = (std::filesystem::temp_directory_path() / "uplinkXXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~local_test() { std::filesystem::remove_all(folder); }

    std::string file(const std::string& name) const { return (folder / name).string(); }

    /// With what error a connect to the path ends.
    template <class Path> completion connect_to(const Path& path) {
        local_client client(io);
        completion connected;
        client.async_connect(path, 20s, record(connected));
        run();
        CHECK(client.is_open() == !connected.ec);
        return connected;
    }

    std::filesystem::path folder{};
};

/// Listens at a name in the abstract namespace, of at most 107 bytes (unix(7)).
class abstract_listener {
public:
    explicit abstract_listener(const std::string& name) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path + 1, sizeof(address.sun_path) - 1);
        const std::size_t size = offsetof(sockaddr_un, sun_path) + 1 + name.size();
        REQUIRE(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)) ==
                0);
        REQUIRE(::listen(descriptor_, 8) == 0);
    }
    ~abstract_listener() { ::close(descriptor_); }
    abstract_listener(const abstract_listener&) = delete;
    abstract_listener& operator=(const abstract_listener&) = delete;

private:
    int descriptor_;
};

/// To the files that this thread opens it is a user who owns nothing, and whom no privilege of root helps
/// (setfsuid(2)). Changes nothing for anybody but root.
class without_privileges {
public:
    without_privileges() { ::setfsuid(65534); }
    ~without_privileges() { ::setfsuid(::geteuid()); }
    without_privileges(const without_privileges&) = delete;
    without_privileges& operator=(const without_privileges&) = delete;
};

/// Listens and accepts nobody.
class busy_listener {
public:
    busy_listener(const std::string& path, int backlog) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(descriptor_, backlog) == 0);
    }
    ~busy_listener() { ::close(descriptor_); }
    busy_listener(const busy_listener&) = delete;
    busy_listener& operator=(const busy_listener&) = delete;

    int accept() const { return ::accept(descriptor_, nullptr, nullptr); }

private:
    int descriptor_;
};

}  // namespace

TEST_CASE_METHOD(local_test, "a local client connects to a path, of any type of text", "[local]") {
    const std::string path = file("here");
    net::local::stream_protocol::acceptor listener(io, local::endpoint(path));
    const std::string_view view = path;
    CHECK(connect_to(path) == completed(success));
    CHECK(connect_to(path.c_str()) == completed(success));
    CHECK(connect_to(view) == completed(success));
    CHECK(connect_to(std::filesystem::path(path)) == completed(success));
    local_client client(io);
    completion connected;
    client.async_connect(std::string(path), record(connected));
    run();
    CHECK(connected == completed(success));
    CHECK(client.remote_endpoint().path() == path);
    REQUIRE(client.last_connect().attempts.size() == 1);
    CHECK(client.last_connect().attempts[0].endpoint.path() == path);
    CHECK(to_string(client.last_connect()).find("unix:" + path) != std::string::npos);
}

TEST_CASE_METHOD(local_test, "a leading @ is a name in the abstract namespace, which no file has",
                 "[local]") {
    const std::string name = "uplink-test-" + folder.filename().string();
    net::local::stream_protocol::acceptor listener(io, local::endpoint('\0' + name));
    CHECK(connect_to('@' + name) == completed(success));
    CHECK(connect_to('@' + name + '2') == completed(error::connection_refused));
}

TEST_CASE_METHOD(local_test, "the longest abstract name fills the address; one byte more is invalid_argument",
                 "[local]") {
    const std::string begin = "uplink-test-" + folder.filename().string();
    for (const std::size_t length : {105u, 106u, 107u}) {
        INFO(length);
        const std::string name = begin + std::string(length - begin.size(), 'x');
        const abstract_listener listener(name);
        local_client client(io);
        completion connected;
        client.async_connect('@' + name, record(connected));
        run();
        CHECK(connected == completed(success));
        CHECK(client.last_connect().attempts.at(0).endpoint.path() == '\0' + name);
        CHECK(client.remote_endpoint().path() == '\0' + name);
        CHECK(connect_to('@' + name.substr(0, length - 1)) == completed(error::connection_refused));
    }
    local_client client(io);
    completion refused;
    client.async_connect('@' + begin + std::string(108 - begin.size(), 'x'), record(refused));
    run();
    CHECK(refused == completed(error::invalid_argument));
    CHECK(client.last_connect().reason == "the path is longer than the system allows");
    CHECK(client.last_connect().attempts.empty());
}

TEST_CASE_METHOD(local_test, "a path that makes no sense is invalid_argument, with its reason", "[local]") {
    for (const std::string& path :
         {std::string(), std::string(108, 'x'), std::string("a\0b", 3), std::string("@")}) {
        local_client client(io);
        completion connected;
        client.async_connect(path, record(connected));
        run();
        CHECK(connected == completed(error::invalid_argument));
        CHECK_FALSE(client.last_connect().reason.empty());
        CHECK(client.last_connect().error == error::invalid_argument);
        CHECK(client.last_connect().attempts.empty());
    }
}

TEST_CASE_METHOD(local_test, "nobody at the path: the system's own code", "[local]") {
    CHECK(connect_to(file("missing")).ec.value() == ENOENT);
    CHECK(connect_to(file("")).ec == error::connection_refused);  // a folder
    CHECK(connect_to(file("a/b")).ec.value() == ENOENT);
    { net::local::stream_protocol::acceptor listener(io, local::endpoint(file("stale"))); }
    REQUIRE(std::filesystem::exists(file("stale")));
    CHECK(connect_to(file("stale")).ec == error::connection_refused);
}

TEST_CASE_METHOD(local_test, "a socket that we may not write to is access_denied", "[local]") {
    net::local::stream_protocol::acceptor listener(io, local::endpoint(file("forbidden")));
    REQUIRE(::chmod(folder.c_str(), 0755) == 0);
    REQUIRE(::chmod(file("forbidden").c_str(), 0) == 0);
    const without_privileges here;
    CHECK(connect_to(file("forbidden")).ec == error::access_denied);
}

TEST_CASE_METHOD(local_test, "a full backlog is waited for until there is room", "[local]") {
    busy_listener listener(file("busy"), 0);
    local_client first(io), second(io);
    completion one, two;
    first.async_connect(file("busy"), record(one));
    run_until(one);
    REQUIRE(one == completed(success));
    second.async_connect(file("busy"), 30s, record(two));
    net::steady_timer never(io);
    io.restart();
    while (second.last_connect().attempts.empty()) io.run_one();
    io.poll();
    CHECK_FALSE(two);
    CHECK(second.last_connect().attempts[0].error == error::in_progress);
    const int accepted = listener.accept();
    run_until(two);
    CHECK(two == completed(success));
    CHECK(second.is_open());
    ::close(accepted);
}

TEST_CASE_METHOD(local_test, "a full backlog is connect_timeout at the limit, and is cancelled at once",
                 "[local]") {
    busy_listener listener(file("busy"), 0);
    local_client first(io);
    completion one;
    first.async_connect(file("busy"), record(one));
    run_until(one);
    completion late, stopped, closed, gone;
    local_client second(io), third(io), fourth(io);
    std::optional<local_client> fifth(std::in_place, io);
    second.async_connect(file("busy"), 20ms, record(late));
    run_until(late);
    CHECK(late == completed(errc::connect_timeout));
    CHECK(second.last_connect().attempts[0].error == errc::connect_timeout);
    third.async_connect(file("busy"), record(stopped));
    fourth.async_connect(file("busy"), record(closed));
    fifth->async_connect(file("busy"), record(gone));
    third.cancel();
    fourth.close();
    fifth.reset();
    run_until([&] { return stopped && closed && gone; });
    CHECK(stopped == completed(aborted));
    CHECK(closed == completed(aborted));
    CHECK(gone == completed(aborted));
}

TEST_CASE_METHOD(local_test, "while one of two servers has a full backlog, the other is reached", "[local]") {
    busy_listener listener(file("busy"), 0);
    net::local::stream_protocol::acceptor other(io, local::endpoint(file("free")));
    local_client first(io), second(io);
    completion one, two;
    first.async_connect(file("busy"), record(one));
    run_until(one);
    second.async_connect(std::vector<local::endpoint>{{file("busy")}, {file("free")}}, record(two));
    run_until(two);
    CHECK(two == completed(success));
    CHECK(second.last_connect().winner == 1U);
    CHECK(second.last_connect().attempts[0].error == aborted);
}

TEST_CASE_METHOD(local_test, "of several servers with full backlogs the first that has room is reached",
                 "[local]") {
    for (const std::size_t chosen : {0U, 1U, 2U}) {
        const busy_listener listeners[] = {{file(std::to_string(chosen) + "a"), 0},
                                           {file(std::to_string(chosen) + "b"), 0},
                                           {file(std::to_string(chosen) + "c"), 0}};
        std::vector<local::endpoint> places;
        std::vector<local_client> before;
        for (const char* const name : {"a", "b", "c"}) {
            places.emplace_back(file(std::to_string(chosen) + name));
            completion connected;
            before.emplace_back(io).async_connect(places.back(), record(connected));
            run_until(connected);
            REQUIRE(connected == completed(success));
        }
        local_client client(io, {.connect = {.attempt_delay = 10ms}});
        completion connected;
        client.async_connect(places, 30s, record(connected));
        run_until([&] { return client.last_connect().attempts.size() == 3; });
        const int accepted = listeners[chosen].accept();
        run_until(connected);
        CHECK(connected == completed(success));
        CHECK(client.last_connect().winner == chosen);
        for (const auto& each : client.last_connect().attempts) CHECK(each.error != error::in_progress);
        ::close(accepted);
    }
}

TEST_CASE_METHOD(local_test, "a context that ends while a backlog is full leaves nothing", "[local]") {
    busy_listener listener(file("busy"), 0);
    completion one, two;
    {
        net::io_context other;
        local_client first(other), second(other);
        first.async_connect(file("busy"), record(one));
        while (!one) other.run_one();
        second.async_connect(file("busy"), record(two));
        other.poll();
    }
    CHECK_FALSE(two);
}

TEST_CASE_METHOD(local_test, "a peer that closes with bytes unread resets the connection", "[local]") {
    busy_listener listener(file("here"), 1);
    local_client client(io);
    completion connected, sent, received;
    client.async_connect(file("here"), record(connected));
    run_until(connected);
    const int peer = listener.accept();
    client.async_send(std::string("unread"), record(sent));
    run_until(sent);
    ::close(peer);
    client.async_receive(record(received));
    run();
    CHECK(received == completed(was_reset, 0));
}

TEST_CASE_METHOD(local_test, "one end of a socketpair is handed over, and given away again",
                 "[local][handed]") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    local_client client(io), other(io);
    completion connected, sent, connected_too, exchanged;
    client.async_connect(local::socket(io, local(), ends[0]), record(connected));
    run();
    CHECK(connected == completed(success));
    client.async_send(std::string("one"), record(sent));
    run();
    other.async_connect(client.release(), record(connected_too));
    run();
    CHECK(connected_too == completed(success));
    char bytes[8]{};
    CHECK(::read(ends[1], bytes, sizeof bytes) == 3);
    CHECK(::write(ends[1], "two", 3) == 3);
    ::close(ends[1]);
    completion received;
    other.async_receive(record(received));
    run();
    CHECK(received == completed(success, 3));
}

}  // namespace uplink::tests
