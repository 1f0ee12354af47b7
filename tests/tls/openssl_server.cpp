// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/openssl_server.hpp"

#include "support/catch.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace uplink::tests {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

struct free_session {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
};

}  // namespace

int listen_on_loopback(std::uint16_t& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener == -1 || ::bind(listener, generic, size) != 0 || ::listen(listener, 16) != 0 ||
        ::getsockname(listener, generic, &size) != 0)
        throw std::system_error(errno, std::generic_category(), "a listening socket");
    port = ntohs(address.sin_port);
    return listener;
}

void block_broken_pipe_signal() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void openssl_peer::expect(std::string_view bytes) {
    const std::string came = read(bytes.size());
    if (came != bytes) fail("expected \"" + std::string(bytes) + "\", and \"" + came + "\" came");
}

std::string openssl_peer::read(std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t at = 0; at != count;) {
        std::size_t n = 0;
        if (SSL_read_ex(session_, bytes.data() + at, count - at, &n) != 1)
            fail("expected " + std::to_string(count) + " bytes, and only " + std::to_string(at) + " came");
        at += n;
    }
    return bytes;
}

void openssl_peer::expect_end() {
    char byte = 0;
    const int returned = SSL_read(session_, &byte, 1);
    if (returned > 0) fail("expected close_notify, and a byte came");
    if (SSL_get_error(session_, returned) != SSL_ERROR_ZERO_RETURN)
        fail("expected close_notify, and another end came");
}

void openssl_peer::until_gone() {
    std::array<char, 16384> ignored;
    while (SSL_read(session_, ignored.data(), static_cast<int>(ignored.size())) > 0) {
    }
}

void openssl_peer::write(std::string_view bytes) {
    std::size_t n = 0;
    if (!bytes.empty() && SSL_write_ex(session_, bytes.data(), bytes.size(), &n) != 1)
        fail("the client does not take " + std::to_string(bytes.size()) + " bytes");
}

void openssl_peer::shut_down() {
    if (SSL_shutdown(session_) < 0) fail("close_notify can't be sent");
}

void openssl_peer::reset_at_close() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

openssl_server::openssl_server(context_ptr context, conversation talk, plain_conversation talk_plainly)
    : context_(std::move(context)), talk_(std::move(talk)), talk_plainly_(std::move(talk_plainly)),
      listener_(listen_on_loopback(port_)) {
    thread_ = std::thread([this] { serve(); });
}

openssl_server::~openssl_server() {
    ::shutdown(listener_, SHUT_RDWR);  // accept() returns
    thread_.join();
    ::close(listener_);
    for (const std::string& each : failures_) FAIL_CHECK("the server: " << each);
}

std::size_t openssl_server::refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
}

void openssl_server::serve() {
    block_broken_pipe_signal();
    for (;;) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor == -1) return;
        const timeval longest{30, 0};
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
        ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
        const int on = 1;  // close_notify leaves also if what was sent before is not confirmed yet
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        serve_one(descriptor);
        ::close(descriptor);
    }
}

void openssl_server::serve_one(int descriptor) {
    if (talk_plainly_) talk_plainly_(descriptor);
    const std::unique_ptr<SSL, free_session> session(SSL_new(context_.get()));
    SSL_set_fd(session.get(), descriptor);
    if (SSL_accept(session.get()) != 1) {
        const std::lock_guard lock(mutex_);
        ++refusals_;
        return;
    }
    try {
        openssl_peer peer(session.get(), descriptor);
        talk_(peer);
    } catch (const std::exception& ex) {
        const std::lock_guard lock(mutex_);
        failures_.emplace_back(ex.what());
    }
}

}  // namespace uplink::tests
