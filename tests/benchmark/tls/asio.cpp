// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Asio's own TLS stream with callbacks, as its examples show it. This is the only file of the project that includes
// <asio/ssl.hpp> for a measurement.
#include "workloads.hpp"

#include "../peers/asio_common.hpp"
#include "../peers/raw.hpp"

#include <array>
#include <asio/read.hpp>
#include <asio/ssl.hpp>
#include <asio/write.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace uplink::benchmark {

namespace {

using tls_socket = asio::ssl::stream<asio::ip::tcp::socket>;
using session_ptr = std::unique_ptr<SSL_SESSION, tests::freed_by<SSL_SESSION_free>>;

void use_root(asio::ssl::context& context) { context.add_certificate_authority(asio::buffer(tls_root())); }

void prepare(tls_socket& socket) {
    socket.set_verify_mode(asio::ssl::verify_peer);
    socket.set_verify_callback(asio::ssl::host_name_verification(tls_host));
}

void connect(tls_socket& socket, std::uint16_t port) {
    prepare(socket);
    socket.lowest_layer().connect(server_at(port));
    socket.lowest_layer().set_option(asio::ip::tcp::no_delay(true));
    socket.handshake(asio::ssl::stream_base::client);
}

/// One connection, which the work is done on.
struct session {
    asio::io_context io{1};
    asio::ssl::context context{asio::ssl::context::tls_client};
    std::optional<tls_socket> socket{};

    explicit session(std::uint16_t port) {
        use_root(context);
        connect(socket.emplace(io, context), port);
    }
};

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    session one(work.ports[0]);
    char answer = 0;
    costs.start();
    asio::async_write(
        *one.socket, asio::buffer(bytes.data(), bytes.size()), [&](std::error_code ec, std::size_t) {
            check(ec, "write");
            asio::async_read(*one.socket, asio::buffer(&answer, 1),
                             [](std::error_code failure, std::size_t) { check(failure, "read"); });
        });
    one.io.run();
    costs.stop();
}

/// The first message does not count.
struct receiver {
    const task& work;
    meter& costs;
    session one{work.ports[0]};
    std::vector<char> memory = std::vector<char>(work.bytes);
    std::uint64_t done = 0;

    void begin() {
        asio::async_write(*one.socket, asio::buffer("?", 1), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            receive();
        });
    }
    void receive() {
        asio::async_read(*one.socket, asio::buffer(memory), [this](std::error_code ec, std::size_t) {
            check(ec, "read");
            if (done == 0) costs.start();
            if (done++ < work.operations) receive();
        });
    }
};

void receive_large(const task& work, meter& costs) {
    receiver program{work, costs};
    program.begin();
    program.one.io.run();
    costs.stop();
}

struct ping_pong_program {
    const task& work;
    session one{work.ports[0]};
    std::uint64_t done = 0;
    std::array<char, message_size> message{};

    void send() {
        asio::async_write(*one.socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            receive();
        });
    }
    void receive() {
        asio::async_read(*one.socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "read");
            if (++done < work.operations) send();
        });
    }
};

void ping_pong(const task& work, meter& costs) {
    ping_pong_program program{work};
    costs.start();
    program.send();
    program.one.io.run();
    costs.stop();
}

/// One write at a time is all that a stream allows, so each completion starts the next.
struct small_sender {
    const task& work;
    meter& costs;
    session one{work.ports[0]};
    std::string message = std::string(work.bytes, 'm');
    std::uint64_t done = 0;

    void send() {
        asio::async_write(*one.socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            if (++done == work.at_once) costs.start();
            if (done < work.at_once + work.operations) return send();
            asio::async_read(*one.socket, asio::buffer(message.data(), 1),
                             [](std::error_code failure, std::size_t) { check(failure, "read"); });
        });
    }
};

void send_small(const task& work, meter& costs) {
    small_sender program{work, costs};
    program.send();
    program.one.io.run();
    costs.stop();
}

session_ptr& latest_session() {
    static session_ptr latest;
    return latest;
}
int keep_session(SSL*, SSL_SESSION* came) {
    latest_session().reset(came);
    return 1;
}

/// Connects, shakes hands, writes, reads, closes, and begins again.
struct handshaker {
    const task& work;
    asio::io_context io{1};
    asio::ssl::context context{asio::ssl::context::tls_client};
    std::optional<tls_socket> socket{};
    std::array<char, message_size> message{};
    std::uint64_t left = 0;

    void begin() {
        prepare(socket.emplace(io, context));
        if (const session_ptr offered = std::exchange(latest_session(), nullptr))
            SSL_set_session(socket->native_handle(), offered.get());
        socket->lowest_layer().async_connect(server_at(work.ports[0]), [this](std::error_code ec) {
            check(ec, "connect");
            socket->lowest_layer().set_option(asio::ip::tcp::no_delay(true));
            socket->async_handshake(asio::ssl::stream_base::client, [this](std::error_code failure) {
                check(failure, "handshake");
                talk();
            });
        });
    }
    void talk() {
        asio::async_write(*socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            asio::async_read(*socket, asio::buffer(message), [this](std::error_code failure, std::size_t) {
                check(failure, "read");
                // Without it OpenSSL spoils the session; async_shutdown would wait for the server.
                SSL_set_shutdown(socket->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
                socket.reset();
                if (left-- != 0) begin();
            });
        });
    }
};

void handshake(const task& work, meter& costs) {
    handshaker program{work};
    use_root(program.context);
    if (!work.fresh) {
        SSL_CTX* const context = program.context.native_handle();
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context, &keep_session);
    }
    program.begin();
    program.io.run();
    program.io.restart();
    program.left = work.operations - 1;
    costs.start();
    program.begin();
    program.io.run();
    costs.stop();
    latest_session().reset();
}

/// One echo; then it waits for more.
struct waiting_session {
    tls_socket socket;
    std::array<char, message_size> message{};

    waiting_session(asio::io_context& io, asio::ssl::context& context) : socket(io, context) {}
};

void connections(const task& work, meter& costs) {
    costs.start();
    asio::io_context io(1);
    asio::ssl::context context(asio::ssl::context::tls_client);
    use_root(context);
    std::deque<waiting_session> all;
    std::function<void()> begin = [&] {
        if (all.size() == work.operations) return io.stop();
        waiting_session& one = all.emplace_back(io, context);
        connect(one.socket, work.ports[0]);
        asio::async_write(one.socket, asio::buffer(one.message), [&](std::error_code ec, std::size_t) {
            check(ec, "write");
            asio::async_read(one.socket, asio::buffer(one.message),
                             [&](std::error_code failure, std::size_t) {
                                 check(failure, "read");
                                 asio::async_read(one.socket, asio::buffer(one.message),
                                                  [](std::error_code, std::size_t) {});
                                 begin();
                             });
        });
    };
    begin();
    io.run();
    costs.rest();
    costs.stop();
}

void another(const task& work, meter& costs) {
    asio::io_context io(1);
    const auto make = [&] {
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.set_default_verify_paths();
        tls_socket socket(io, context);
        return std::pair(std::move(socket), std::move(context));
    };
    const auto first = make();
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) make();
    costs.stop();
}

}  // namespace

tls_program asio_tls_program() {
    return {.name = "asio::ssl",
            .send_large = send_large,
            .receive_large = receive_large,
            .ping_pong = ping_pong,
            .send_small = send_small,
            .handshake = handshake,
            .connections = connections,
            .another = another};
}

}  // namespace uplink::benchmark
