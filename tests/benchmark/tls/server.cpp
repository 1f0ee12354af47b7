// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "server.hpp"

#include "../sandbox.hpp"
#include "../sockets.hpp"
#include "tls/certificates.hpp"

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <sys/wait.h>
#include <utility>
#include <vector>

namespace uplink::benchmark {

namespace {

struct identity {
    tests::certificate root = tests::an_authority("Benchmark Root").signed_by_itself();
    tests::certificate leaf = tests::a_leaf().for_address(tls_host).signed_by(root);
    std::string root_pem = root.pem();
};
const identity& certificates() {
    static const identity made;
    return made;
}

class connection_loop {
public:
    connection_loop(descriptor listener, tls_role role, std::uint64_t bytes)
        : listener_(std::move(listener)), role_(role), bytes_(bytes) {
        tests::require(SSL_CTX_set_ciphersuites(context_.get(), tls_suite) == 1, "the suite is known");
    }

    [[noreturn]] void run() {
        for (;;) {
            descriptor socket(checked(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
            const int on = 1;
            ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            ssl_ptr ssl(SSL_new(context_.get()));
            SSL_set_fd(ssl.get(), socket.get());
            if (SSL_accept(ssl.get()) != 1) throw std::runtime_error("a handshake has failed");
            serve(ssl.get());
            if (role_ == tls_role::keep) kept_.emplace_back(std::move(socket), std::move(ssl));
        }
    }

private:
    void serve(SSL* ssl) {
        switch (role_) {
        case tls_role::keep:
            write_all(ssl, memory_.data(), read_some(ssl, memory_.data(), memory_.size()));
            break;
        case tls_role::echo:
            while (const std::size_t n = read_some(ssl, memory_.data(), memory_.size()))
                write_all(ssl, memory_.data(), n);
            break;
        case tls_role::source:
            read_all(ssl, memory_.data(), 1);
            for (std::uint64_t left = bytes_; left != 0;) {
                const std::uint64_t n = std::min<std::uint64_t>(left, memory_.size());
                write_all(ssl, memory_.data(), n);
                left -= n;
            }
            read_some(ssl, memory_.data(), memory_.size());  // until the client has gone
            break;
        case tls_role::sink:
            for (std::uint64_t left = bytes_; left != 0;) {
                const std::size_t n = read_some(ssl, memory_.data(), memory_.size());
                if (n == 0) return;
                left -= std::min<std::uint64_t>(left, n);
            }
            write_all(ssl, memory_.data(), 1);
            read_some(ssl, memory_.data(), memory_.size());
            break;
        }
    }

    const descriptor listener_;
    const tls_role role_;
    const std::uint64_t bytes_;
    const tests::context_ptr context_ = tests::server_context(certificates().leaf);
    std::vector<char> memory_ = std::vector<char>(64 * 1024);
    std::vector<std::pair<descriptor, ssl_ptr>> kept_{};
};

descriptor listen_on_loopback(std::uint16_t& port) {
    descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    sockaddr_in address = loopback(0);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    checked(::bind(socket.get(), generic, size), "bind");
    checked(::listen(socket.get(), 4096), "listen");
    checked(::getsockname(socket.get(), generic, &size), "getsockname");
    port = ntohs(address.sin_port);
    return socket;
}

}  // namespace

const std::string& tls_root() { return certificates().root_pem; }

tls_server::tls_server(tls_role role, std::uint64_t bytes, int processor) {
    certificates();  // in this process, so that its children share them
    descriptor listener = listen_on_loopback(port_);
    child_ = checked(::fork(), "fork");
    if (child_ > 0) return;
    end_with_parent();
    try {
        pin_to(processor);
        connection_loop(std::move(listener), role, bytes).run();
    } catch (const std::exception& ex) {
        std::fprintf(stderr, "server: %s\n", ex.what());
    }
    ::_exit(1);
}

tls_server::~tls_server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

void write_all(SSL* ssl, const char* bytes, std::uint64_t count) {
    while (count != 0) {
        std::size_t n = 0;
        if (SSL_write_ex(ssl, bytes, count, &n) != 1) throw std::runtime_error("SSL_write has failed");
        bytes += n;
        count -= n;
    }
}

std::size_t read_some(SSL* ssl, char* bytes, std::size_t room) {
    std::size_t n = 0;
    return SSL_read_ex(ssl, bytes, room, &n) == 1 ? n : 0;
}

void read_all(SSL* ssl, char* bytes, std::uint64_t count) {
    while (count != 0) {
        const std::size_t n = read_some(ssl, bytes, count);
        if (n == 0) throw std::runtime_error("the server has gone");
        bytes += n;
        count -= n;
    }
}

}  // namespace uplink::benchmark
