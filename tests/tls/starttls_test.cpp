// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// TLS over a socket that is handed over, as after STARTTLS (RFC 3207): a client speaks plaintext, releases its socket,
// and a TLS client goes on with it. Bytes that come before the handshake are noticed (faults 94). On the simulated
// network, and with real sockets.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>
#include <uplink/tls.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/completion.hpp"
#include "tls/certificates.hpp"
#include "tls/openssl_server.hpp"
#include "tls/tls_instantiations.hpp"
#include "tls/tls_server_layer.hpp"

#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

using plain_client = async_client<testing::socket>;
using secure_client = async_client<tls_stream<testing::socket>>;

/// Answers "STARTTLS\r\n" in plaintext, and speaks TLS from then on.
class starttls_layer : public testing::peer_layer {
public:
    starttls_layer(std::shared_ptr<testing::peer_layer> inner, std::string answer)
        : inner_(std::move(inner)), answer_(std::move(answer)) {}

    std::string receive(std::string_view bytes) override {
        if (is_encrypted_) return inner_->receive(bytes);
        got_ += bytes;
        if (got_ != "STARTTLS\r\n") return {};
        is_encrypted_ = true;
        output_ = answer_;
        return {};
    }
    void send(std::string_view plaintext) override { inner_->send(plaintext); }
    bool is_ready() const override { return is_encrypted_ && inner_->is_ready(); }
    void end() override { inner_->end(); }
    bool has_ended() const override { return inner_->has_ended(); }
    std::string take_output() override {
        return std::exchange(output_, {}) + (is_encrypted_ ? inner_->take_output() : std::string());
    }

private:
    std::shared_ptr<testing::peer_layer> inner_;
    std::string answer_, got_{}, output_{};
    bool is_encrypted_ = false;
};

const certificate& root() {
    static const certificate made = an_authority("Root").signed_by_itself();
    return made;
}
context_ptr new_server() { return server_context(a_leaf().for_host("server.test").signed_by(root())); }
const context_ptr& server() {
    static const context_ptr made = new_server();
    return made;
}
tls_context trusting() { return tls_context(tls_options{.ca_pem = root().pem()}); }

struct starttls_world {
    explicit starttls_world(std::string answer = "220 go\r\n") {
        net.endpoint(place)
            .over([answer] { return std::make_shared<starttls_layer>(tls_server(server())(), answer); })
            .expect("ping")
            .reply("pong")
            .close();
    }
    ~starttls_world() { CHECK(net.open_sockets() == 0); }

    /// The plaintext part of the conversation.
    void ask_for_tls(plain_client& client) {
        completion connected, sent, answered;
        client.async_connect(place, record(connected));
        net.run_until([&] { return static_cast<bool>(connected); });
        REQUIRE(connected == completed(success));
        client.async_send(std::string("STARTTLS\r\n"), record(sent));
        client.async_receive_until("\r\n", record(answered));
        net.run_until([&] { return static_cast<bool>(answered); });
        REQUIRE(answered == completed(success, "220 go\r\n"));
    }
    testing::socket plain_socket() {
        plain_client client(net.get_executor());
        ask_for_tls(client);
        return client.release();
    }

    testing::network net{};
    const net::ip::tcp::endpoint place{net::ip::make_address("192.0.2.1"), 25};
};

void check_exchange(starttls_world& world, secure_client& client) {
    completion exchanged;
    client.async_exchange(std::string("ping"), record(exchanged));
    world.net.run();
    CHECK(exchanged == completed(success, 4));
    CHECK(client.state().view() == "pong");
}

/// The conversation in plaintext on a real connection; each element of the answer leaves by itself.
openssl_server::plain_conversation answer_starttls(std::vector<std::string> answer) {
    return [answer](int descriptor) {
        std::string asked(10, '\0');
        ::recv(descriptor, asked.data(), asked.size(), MSG_WAITALL);
        for (const std::string& each : answer) ::send(descriptor, each.data(), each.size(), MSG_NOSIGNAL);
    };
}
void answer_ping(openssl_peer& peer) {
    peer.expect("ping");
    peer.write("pong");
    peer.shut_down();
    peer.until_gone();
}

/// A real client that has asked for TLS.
struct starttls_on_loopback : client_test {
    void ask_for_tls(async_client<>& client, const openssl_server& from) {
        completion connected, sent, answered;
        client.async_connect(from.host(), from.port(), record(connected));
        run_until(connected);
        REQUIRE(connected == completed(success));
        client.async_send(std::string("STARTTLS\r\n"), record(sent));
        client.async_receive_until("\r\n", record(answered));
        run_until(answered);
        REQUIRE(answered == completed(success, "220 go\r\n"));
    }
    completion go_on(tls_client& secure, async_client<>& plain) {
        completion connected;
        secure.async_connect(plain.release(), "server.test", 30s, record(connected));
        run_until(connected);
        return connected;
    }
    void check_exchange(tls_client& secure) {
        completion exchanged;
        secure.async_exchange(std::string("ping"), 30s, record(exchanged));
        run_until(exchanged);
        CHECK(exchanged == completed(success, 4));
        CHECK(secure.state().view() == "pong");
        secure.close();
        run();
    }
};

}  // namespace

TEST_CASE_METHOD(starttls_on_loopback,
                 "STARTTLS on real sockets: plaintext, then TLS over the released socket", "[starttls]") {
    openssl_server peer(new_server(), answer_ping, answer_starttls({"220 go\r\n"}));
    async_client plain(io);
    ask_for_tls(plain, peer);
    CHECK(plain.state().empty());
    tls_client secure(io, trusting());
    REQUIRE(go_on(secure, plain) == completed(success));
    CHECK(secure.last_connect().tls.protocol == "TLSv1.3");
    CHECK_FALSE(plain.is_open());
    check_exchange(secure);
}

TEST_CASE_METHOD(
    starttls_on_loopback,
    "STARTTLS on real sockets: a byte in the same segment as the answer is noticed, and not fed into TLS",
    "[starttls]") {
    openssl_server peer(new_server(), answer_ping, answer_starttls({"220 go\r\n!"}));
    async_client plain(io);
    ask_for_tls(plain, peer);
    CHECK(plain.state().view() == "!");
    tls_client secure(io, trusting());
    REQUIRE(go_on(secure, plain) == completed(success));  // by a caller who has not looked
    CHECK(plain.state().view() == "!");
    CHECK(secure.state().empty());
    check_exchange(secure);
}

TEST_CASE_METHOD(
    starttls_on_loopback,
    "STARTTLS on real sockets: a byte that comes when the answer has been read ends the handshake",
    "[starttls]") {
    openssl_server peer(new_server(), answer_ping, [](int descriptor) {
        answer_starttls({"220 go\r\n"})(descriptor);
        char told = 0;
        ::recv(descriptor, &told, 1, 0);
        ::send(descriptor, "250 injected\r\n", 14, MSG_NOSIGNAL);
    });
    async_client plain(io);
    ask_for_tls(plain, peer);
    CHECK(plain.state().empty());
    completion sent;
    plain.async_send(std::string("!"), record(sent));
    run_until(sent);
    REQUIRE(wait_until_readable(plain.lowest_layer().native_handle()));
    tls_client secure(io, trusting());
    CHECK(go_on(secure, plain) == completed(errc::tls_failed));
    CHECK_FALSE(secure.is_open());
    CHECK(secure.state().empty());
}

TEST_CASE("STARTTLS: plaintext, then TLS over the released socket, verified by the host's name",
          "[starttls]") {
    starttls_world world;
    plain_client plain(world.net.get_executor());
    world.ask_for_tls(plain);
    CHECK(plain.state().empty());
    secure_client secure(world.net.get_executor(), trusting());
    completion connected;
    secure.async_connect(plain.release(), "server.test", 10s, record(connected));
    world.net.run_until([&] { return static_cast<bool>(connected); });
    CHECK(connected == completed(success));
    CHECK(connected.endpoint == world.place);
    const auto& report = secure.last_connect();
    CHECK(report.host == "server.test");
    CHECK(report.service.empty());
    CHECK(report.attempts.size() == 1);
    CHECK(report.tls.protocol == "TLSv1.3");
    check_exchange(world, secure);
    secure.close();
    world.net.run();
    CHECK(world.net.attempts().size() == 1);
}

TEST_CASE("STARTTLS: a byte behind the plaintext answer stays in state(), and is not fed into TLS",
          "[starttls]") {
    starttls_world world("220 go\r\ninjected");
    plain_client plain(world.net.get_executor());
    world.ask_for_tls(plain);
    CHECK(plain.state().view() == "injected");
    secure_client secure(world.net.get_executor(), trusting());
    completion connected;
    auto socket = plain.release();
    CHECK(plain.state().view() == "injected");
    secure.async_connect(std::move(socket), "server.test", record(connected));
    world.net.run_until([&] { return static_cast<bool>(connected); });
    CHECK(connected == completed(success));
    CHECK(secure.state().empty());
    check_exchange(world, secure);
    secure.close();
    world.net.run();
}

TEST_CASE("STARTTLS: plaintext that comes when the handshake has begun ends it", "[starttls]") {
    starttls_world world("220 go\r\ninjected");
    testing::socket socket(world.net.get_executor());
    completion connected, written, handshake;
    socket.async_connect(world.place, record(connected));
    world.net.run_until([&] { return static_cast<bool>(connected); });
    const std::string ask = "STARTTLS\r\n";
    socket.async_write_some(net::buffer(ask), record(written));
    world.net.run();
    secure_client secure(world.net.get_executor(), trusting());
    secure.async_connect(std::move(socket), "server.test",
                         record(handshake));  // the answer has not been read
    world.net.run();
    CHECK(handshake == completed(errc::tls_failed));
    CHECK_FALSE(secure.is_open());
}

TEST_CASE("a handed-over socket's handshake verifies the name, and no earlier session is taken up again",
          "[starttls]") {
    const tls_context context = trusting();
    for (int again = 0; again != 2; ++again) {
        starttls_world world;
        secure_client secure(world.net.get_executor(), context);
        completion connected;
        secure.async_connect(world.plain_socket(), "server.test", record(connected));
        world.net.run_until([&] { return static_cast<bool>(connected); });
        CHECK(connected == completed(success));
        CHECK_FALSE(secure.last_connect().tls.resumed);
        check_exchange(world, secure);
        secure.close();
        world.net.run();
    }
    starttls_world world;
    secure_client secure(world.net.get_executor(), context);
    completion connected;
    secure.async_connect(world.plain_socket(), "other.test", record(connected));
    world.net.run();
    CHECK(connected == completed(errc::certificate_rejected));
    CHECK_FALSE(secure.last_connect().tls.verify_error.empty());
}

TEST_CASE(
    "an expired limit is handshake_timeout, and a host that makes no sense invalid_argument: the socket is closed",
    "[starttls]") {
    starttls_world world;
    secure_client secure(world.net.get_executor(), trusting());
    completion late;
    secure.async_connect(world.plain_socket(), "server.test", 0s, record(late));
    world.net.run();
    CHECK(late == completed(errc::handshake_timeout));
    for (const std::string host : {"", ".server.test", "server..test", "s\xc3\xa9rver.test", "a b"}) {
        INFO(host);
        completion invalid;
        auto socket = world.plain_socket();
        secure.async_connect(std::move(socket), host, record(invalid));
        CHECK_FALSE(socket.is_open());
        world.net.run();
        CHECK(invalid == completed(net::error::invalid_argument));
        CHECK_FALSE(secure.last_connect().reason.empty());
    }
}

TEST_CASE("a handshake over a handed-over socket ends at each step by a cancel, close and destruction",
          "[starttls]") {
    enum class end { cancel, close, destroy };
    std::size_t interrupted = 0;
    for (const end by : {end::cancel, end::close, end::destroy}) {
        for (std::size_t step = 0;; ++step) {
            INFO("end " << static_cast<int>(by) << ", step " << step);
            starttls_world world;
            std::optional<secure_client> secure(std::in_place, world.net.get_executor(), trusting());
            completion connected;
            auto socket = world.plain_socket();
            const auto began = world.net.operations();
            secure->async_connect(std::move(socket), "server.test", record(connected));
            const bool reached =
                world.net.run_until([&] { return connected || world.net.operations() > began + step; });
            if (connected || !reached) {
                CHECK(connected == completed(success));
                secure->close();
                world.net.run();
                break;
            }
            ++interrupted;
            switch (by) {
            case end::cancel: secure->cancel(); break;
            case end::close: secure->close(); break;
            case end::destroy: secure.reset(); break;
            }
            world.net.run();
            CHECK(connected == completed(aborted));
            CHECK(world.net.open_sockets() == 0);
        }
    }
    CHECK(interrupted >= 6);
}

TEST_CASE("a silent server is handshake_timeout at the limit", "[starttls]") {
    testing::network net;
    net.endpoint("192.0.2.1:25").silent();
    testing::socket socket(net.get_executor());
    completion connected, late;
    socket.async_connect({net::ip::make_address("192.0.2.1"), 25}, record(connected));
    net.run();
    REQUIRE_FALSE(connected.ec);
    secure_client secure(net.get_executor(), trusting());
    const auto began = net.elapsed();
    secure.async_connect(std::move(socket), "server.test", 3s, record(late));
    net.run();
    CHECK(late == completed(errc::handshake_timeout));
    CHECK(net.elapsed() - began == 3s);
    CHECK(net.open_sockets() == 0);
}

}  // namespace uplink::tests
