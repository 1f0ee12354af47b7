// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The floor: OpenSSL on a blocking socket, as a simple program uses it, with OpenSSL's own settings.
#include "workloads.hpp"

#include "../peers/raw.hpp"
#include "../sockets.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <utility>
#include <vector>

namespace uplink::benchmark {

namespace {

using tests::require;
using session_ptr = std::unique_ptr<SSL_SESSION, tests::freed_by<SSL_SESSION_free>>;

tests::context_ptr make_context() {
    tests::context_ptr context(SSL_CTX_new(TLS_client_method()));
    require(context != nullptr, "a context is made");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    return context;
}

tests::context_ptr context_with_root() {
    tests::context_ptr context = make_context();
    const std::string& text = tls_root();
    const tests::bio_ptr bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    X509* const root = PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr);
    require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root) == 1, "the root is added");
    X509_free(root);
    return context;
}

/// Connected, and sure of the server.
class connection {
public:
    connection(SSL_CTX* context, std::uint16_t port, SSL_SESSION* offered = nullptr)
        : socket_(connect_blocking(port)), ssl_(SSL_new(context)) {
        require(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl()), tls_host) == 1, "the host is expected");
        if (offered != nullptr) SSL_set_session(ssl(), offered);
        SSL_set_fd(ssl(), socket_.get());
        require(SSL_connect(ssl()) == 1, "the handshake succeeds");
    }
    SSL* ssl() const noexcept { return ssl_.get(); }

private:
    descriptor socket_;
    ssl_ptr ssl_;
};

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    const tests::context_ptr context = context_with_root();
    const connection server(context.get(), work.ports[0]);
    char answer = 0;
    costs.start();
    write_all(server.ssl(), bytes.data(), bytes.size());
    read_all(server.ssl(), &answer, 1);
    costs.stop();
}

void receive_large(const task& work, meter& costs) {
    std::vector<char> memory(work.bytes);
    const tests::context_ptr context = context_with_root();
    const connection server(context.get(), work.ports[0]);
    write_all(server.ssl(), "?", 1);
    read_all(server.ssl(), memory.data(), memory.size());
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) read_all(server.ssl(), memory.data(), memory.size());
    costs.stop();
}

void ping_pong(const task& work, meter& costs) {
    std::array<char, message_size> message{};
    const tests::context_ptr context = context_with_root();
    const connection server(context.get(), work.ports[0]);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        write_all(server.ssl(), message.data(), message.size());
        read_all(server.ssl(), message.data(), message.size());
    }
    costs.stop();
}

void send_small(const task& work, meter& costs) {
    const std::vector<char> message(work.bytes, 'm');
    const tests::context_ptr context = context_with_root();
    const connection server(context.get(), work.ports[0]);
    char answer = 0;
    const auto send = [&](std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) write_all(server.ssl(), message.data(), message.size());
    };
    send(work.at_once);
    costs.start();
    send(work.operations);
    read_all(server.ssl(), &answer, 1);
    costs.stop();
}

session_ptr& latest_session() {
    static session_ptr latest;
    return latest;
}
int keep_session(SSL*, SSL_SESSION* session) {
    latest_session().reset(session);
    return 1;
}

void handshake(const task& work, meter& costs) {
    std::array<char, message_size> message{};
    const tests::context_ptr context = context_with_root();
    if (!work.fresh) {
        SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context.get(), &keep_session);
    }
    const auto talk = [&] {
        const session_ptr offered = std::exchange(latest_session(), nullptr);
        const connection server(context.get(), work.ports[0], offered.get());
        write_all(server.ssl(), message.data(), message.size());
        read_all(server.ssl(), message.data(), message.size());
        require(!offered || SSL_session_reused(server.ssl()) == 1, "the session is resumed");
        SSL_shutdown(server.ssl());
    };
    talk();
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) talk();
    costs.stop();
    latest_session().reset();
}

void connections(const task& work, meter& costs) {
    std::array<char, message_size> message{};
    const tests::context_ptr context = context_with_root();
    costs.start();
    std::vector<connection> all;
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        const connection& server = all.emplace_back(context.get(), work.ports[0]);
        write_all(server.ssl(), message.data(), message.size());
        read_all(server.ssl(), message.data(), message.size());
    }
    costs.rest();
    costs.stop();
}

void another(const task& work, meter& costs) {
    const auto make = [] {
        tests::context_ptr context = make_context();
        require(SSL_CTX_set_default_verify_paths(context.get()) == 1, "the system's roots are read");
        return std::pair(ssl_ptr(SSL_new(context.get())), std::move(context));
    };
    const auto first = make();
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) make();
    costs.stop();
}

}  // namespace

tls_program raw_tls_program() {
    return {.name = "raw OpenSSL",
            .send_large = send_large,
            .receive_large = receive_large,
            .ping_pong = ping_pong,
            .send_small = send_small,
            .handshake = handshake,
            .connections = connections,
            .another = another};
}

}  // namespace uplink::benchmark
