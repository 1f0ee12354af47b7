// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients of local (Unix domain) sockets: paths and abstract names, and what can be wrong there (faults 109).
#include "support/local_fixture.hpp"

#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using local = net::local::stream_protocol;
namespace error = net::error;

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

#if defined(__linux__)  // no other system has abstract names

TEST_CASE_METHOD(local_test, "a leading @ is a name in the abstract namespace, which no file has",
                 "[local]") {
    const std::string name = "uplink-test-" + folder.filename().string();
    net::local::stream_protocol::acceptor listener(io, local::endpoint('\0' + name));
    CHECK(connect_to('@' + name) == completed(success));
    CHECK(connect_to('@' + name + '2') == completed(error::connection_refused));
}

TEST_CASE_METHOD(local_test,
                 "the longest abstract name fills the address, and one byte more is invalid_argument",
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

#endif

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
