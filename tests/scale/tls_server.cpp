// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls_server.hpp"

#include "server.hpp"

#include "tls/certificates.hpp"
#include "tls/openssl_objects.hpp"

#include <openssl/ssl.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <memory>
#include <system_error>

namespace scale {

namespace {

namespace made = uplink::tests;

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

/// The client may leave whenever it likes.
void serve(SSL_CTX* context, int socket) {
    const std::unique_ptr<SSL, made::freed_by<SSL_free>> ssl(SSL_new(context));
    SSL_set_fd(ssl.get(), socket);
    if (SSL_accept(ssl.get()) != 1) return;
    std::array<char, 4096> bytes;
    std::size_t n = 0;
    while (SSL_read_ex(ssl.get(), bytes.data(), bytes.size(), &n) == 1) {
        if (SSL_write_ex(ssl.get(), bytes.data(), n, &n) != 1) return;
    }
    if ((SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0) SSL_shutdown(ssl.get());
}

[[noreturn]] void serve_all(SSL_CTX* context, int listener, int alive) {
    ::signal(SIGPIPE, SIG_IGN);
    for (;;) {
        std::array<pollfd, 2> waits{pollfd{listener, POLLIN, 0}, pollfd{alive, POLLIN, 0}};
        ::poll(waits.data(), waits.size(), -1);
        if (waits[1].revents != 0) ::_exit(0);
        const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) continue;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        serve(context, socket);
        ::close(socket);
    }
}

}  // namespace

tls_server::tls_server() {
    const made::certificate root = made::an_authority("Root").signed_by_itself();
    const made::context_ptr context =
        made::server_context(made::a_leaf().for_address("127.0.0.1").signed_by(root));
    root_pem_ = root.pem();
    const int listener = listen_on_loopback(port_);
    int alive[2];
    checked(::pipe2(alive, O_CLOEXEC), "pipe2");
    child_ = checked(::fork(), "fork");
    if (child_ == 0) {
        ::close(alive[1]);
        serve_all(context.get(), listener, alive[0]);
    }
    ::close(listener);
    ::close(alive[0]);
    alive_ = alive[1];
}

tls_server::~tls_server() {
    ::close(alive_);
    ::waitpid(child_, nullptr, 0);
}

}  // namespace scale
