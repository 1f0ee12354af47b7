// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// echo_for PROGRAM: opens an echo server on a free port of the loopback address, runs PROGRAM with its host and port
// as arguments, and serves one connection: what comes first goes back, and the connection is closed. Exits as PROGRAM
// did.
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    asio::io_context io;
    asio::ip::tcp::acceptor listener{io, {asio::ip::address_v4::loopback(), 0}};
    const std::string port = std::to_string(listener.local_endpoint().port());

    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(argv[1], argv[1], "127.0.0.1", port.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    asio::ip::tcp::socket peer = listener.accept();
    char bytes[100];
    asio::error_code ec;
    const std::size_t count = peer.read_some(asio::buffer(bytes), ec);
    asio::write(peer, asio::buffer(bytes, count), ec);
    peer.close();

    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
