// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   inherited_socket         connects, and starts itself with the connected socket as descriptor 3
//   inherited_socket child   goes on with descriptor 3, as a program that was started by systemd for one connection
//                            (Accept=yes) finds it: LISTEN_FDS says how many descriptors there are, from 3 on, and
//                            LISTEN_PID for which process
//
// What a client knows of such a socket it asks the system: nothing else has to be inherited.
#include "echo_server.hpp"

#include <uplink/async_client.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using asio::ip::tcp;

int go_on() {
    const char* const count = std::getenv("LISTEN_FDS");
    const char* const process = std::getenv("LISTEN_PID");
    if (count == nullptr || process == nullptr || std::string_view(count) != "1" ||
        process != std::to_string(::getpid())) {
        std::cerr << "no descriptor was handed to this process\n";
        return 1;
    }
    asio::io_context io;
    uplink::async_client client{io};
    int status = 1;
    client.async_connect(
        tcp::socket(io, tcp::v4(), 3), 5s, [&](uplink::error_code ec, const tcp::endpoint& peer) {
            if (ec) return void(std::cerr << to_string(client.last_connect()) << '\n');
            std::cout << "descriptor 3 is connected to " << peer << std::endl;
            client.async_exchange(std::string("hello"), uplink::half_close, 5s,
                                  [&](uplink::error_code exchange_ec, std::size_t) {
                                      std::cout << client.state().view() << std::endl;
                                      status = exchange_ec || client.state().view() != "hello" ? 1 : 0;
                                  });
        });
    io.run();
    return status;
}

int main(int argc, char** argv) {
    if (argc > 1) return go_on();

    echo_server server;
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect(
        {asio::ip::make_address(server.host()), static_cast<std::uint16_t>(std::stoi(server.service()))});
    const int descriptor = socket.native_handle();
    io.notify_fork(asio::io_context::fork_prepare);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string process = std::to_string(::getpid());
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_PID", process.c_str(), 1);
        if (descriptor != 3) ::dup2(descriptor, 3);
        // Only descriptor 3 is handed over. Without this the new program may hold the server's end of the connection
        // too, if the server has accepted by now: then the server's close would not end the stream. The descriptors of
        // this program are few and have the lowest numbers; the system's limit may be a thousand millions.
        for (int other = 4; other < 256; ++other) ::close(other);
        ::execl("/proc/self/exe", argv[0], "child", static_cast<char*>(nullptr));
        ::_exit(127);
    }
    io.notify_fork(asio::io_context::fork_parent);
    socket.close();  // it is the child's now
    int status = 1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
