// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that comes back, over TLS: what becomes of sends when a connection is lost inside a TLS record, byte for
// byte as the server has decrypted them (faults 104); and a certificate that expires, and is renewed or not (faults
// 105).
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"
#include "tls/tls_world.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

using reconnecting_tls_client = reconnecting_client<simulated_tls_client>;

constexpr std::size_t record_size = 16'384;  // of plaintext, at most

class tls_reconnect : public tls_world {
public:
    using tls_world::tls_world;

    reconnecting_tls_client make(reconnect_options options) {
        reconnecting_tls_client made(client(), "server.test", 443, std::move(options));
        made.start();
        return made;
    }
    void run_until_connected(reconnecting_tls_client& made, std::uint64_t connections) {
        net.run_until([&] { return made.status().connections == connections; });
        net.poll();
        REQUIRE(made.status().state == reconnect_state::connected);
    }
    /// The server's script of the connection after those that have one.
    testing::endpoint& peer_after_that() {
        return net.endpoint("192.0.2.1:443").then().accept().over(tls_server(server));
    }
    context_ptr expired() const {
        return server_context(a_leaf().for_host("server.test").that_has_expired().signed_by(root));
    }
    /// What the server of that connection has decrypted.
    const std::string& decrypted(std::size_t connection) const {
        return net.attempts().at(connection).received;
    }
};

/// Every byte says where it belongs.
std::string counted_bytes(std::size_t size) {
    std::string text;
    for (std::size_t n = 0; text.size() < size; ++n) text += std::to_string(n) + ' ';
    text.resize(size);
    return text;
}
const std::string message = counted_bytes(40'000);  // three records

struct cut_row {
    const char* where;
    std::size_t ciphertext;  ///< that has left when the connection is lost
    std::size_t gone;        ///< how much of the message was in whole records
};
constexpr cut_row cuts[] = {
    {"after a byte of the first record", 1, 0},
    {"in the middle of the first record", 5'000, 0},
    {"in the middle of the second record", 25'000, record_size},
    {"in the middle of the last record", 36'000, 2 * record_size},
};

/// The message, and something behind it, are sent on the first connection, which `lose` sees to the loss of.
template <class Lose>
void lost_inside_a_record(tls_reconnect& world, loss_policy policy, const cut_row& cut, Lose lose) {
    const bool is_kept = policy == loss_policy::keep_untouched;
    const bool is_whole_kept = is_kept && cut.gone == 0;
    CAPTURE(is_kept);
    reconnect_options options = every(2s);
    options.on_loss = policy;
    auto client = world.make(options);
    world.run_until_connected(client, 1);
    completion first, second, third;
    lose();
    client.async_send(net::buffer(message), record(first));
    client.async_send(std::string("behind it"), record(second));
    world.net.run_until([&] { return client.status().state == reconnect_state::waiting; });
    client.async_send(std::string("later"), record(third));
    world.run_until_connected(client, 2);
    world.net.run_for(1s);

    if (is_whole_kept) CHECK(first == completed(success, message.size()));
    else CHECK(first == completed(errc::connection_lost, cut.gone));
    if (is_kept) CHECK(second == completed(success, 9));
    else CHECK(second == completed(errc::connection_lost, 0));
    CHECK(third == completed(success, 5));
    std::string expected = is_kept ? "behind itlater" : "later";
    if (is_whole_kept) expected.insert(0, message);
    CHECK(world.net.attempts().size() == 2);
    CHECK(world.decrypted(0) == message.substr(0, cut.gone));
    CHECK(world.decrypted(1) == expected);
    client.close();
    world.net.run();
}

std::vector<error_code> errors_of(const reconnecting_tls_client& client) {
    std::vector<error_code> errors;
    for (const auto& each : client.history()) errors.push_back(each.error);
    return errors;
}

}  // namespace

TEST_CASE("TLS reconnect: a connection is lost inside a record while the server reads") {
    for (const loss_policy policy : {loss_policy::fail, loss_policy::keep_untouched}) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            for (const cut_row& cut : cuts) {
                CAPTURE(cut.where, version);
                tls_reconnect world(version);
                world.peer().silent();
                lost_inside_a_record(world, policy, cut, [&] {
                    // One write leaves that much, and the next one finds that the connection has been reset.
                    const std::size_t next = world.net.operations();
                    world.net.faults().shorten(next, cut.ciphertext);
                    world.net.fail_operation(next + 1, net::error::connection_reset);
                });
            }
        }
    }
}

TEST_CASE("TLS reconnect: a connection is lost inside a record that is read only then") {
    for (const loss_policy policy : {loss_policy::fail, loss_policy::keep_untouched}) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            for (const cut_row& cut : cuts) {
                CAPTURE(cut.where, version);
                tls_reconnect world(version);
                world.peer().window(cut.ciphertext).after(1s).reset();
                world.peer_after_that().silent();
                lost_inside_a_record(world, policy, cut, [] {});
            }
        }
    }
}

TEST_CASE("TLS reconnect: a certificate that has expired is tried once more, and the renewed one is good") {
    tls_reconnect world;
    const context_ptr expired = world.expired();
    testing::endpoint& server = world.net.endpoint("192.0.2.1:443");
    server.accept().over(tls_server(expired)).silent();
    world.peer_after_that().after(1s).close();
    // It is forgotten where one was good in between.
    server.then().accept().over(tls_server(expired)).silent();
    world.peer_after_that().silent();
    auto client = world.make(every(1s));
    world.net.run_until([&] { return client.status().state == reconnect_state::waiting; });
    CHECK(client.status().last_error == errc::certificate_rejected);
    world.run_until_connected(client, 1);
    world.run_until_connected(client, 2);
    CHECK(errors_of(client) == std::vector<error_code>{errc::certificate_rejected, end_of_stream,
                                                       errc::certificate_rejected, success});
    client.close();
    world.net.run();
}

TEST_CASE("TLS reconnect: a certificate that is rejected twice in a row ends it") {
    tls_reconnect world;
    const context_ptr expired = world.expired();
    world.net.endpoint("192.0.2.1:443").accept().over(tls_server(expired)).silent();
    auto client = world.make(every(1s));
    completion sent, connected;
    client.async_send(std::string("never"), record(sent));
    client.async_wait_connected(record(connected));
    world.net.run();
    CHECK(client.status().state == reconnect_state::failed);
    CHECK(client.status().last_error == errc::certificate_rejected);
    CHECK(sent == completed(errc::certificate_rejected, 0));
    CHECK(connected == completed(errc::certificate_rejected));
    CHECK(errors_of(client) ==
          std::vector<error_code>{errc::certificate_rejected, errc::certificate_rejected});
    CHECK(client.client().last_connect().tls.verify_error ==
          X509_verify_cert_error_string(X509_V_ERR_CERT_HAS_EXPIRED));
    for (const auto& each : world.net.attempts()) CHECK(each.received.empty());
}

}  // namespace uplink::tests
