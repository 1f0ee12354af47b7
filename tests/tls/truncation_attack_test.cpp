// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The truncation attack: whoever is between client and server can't forge close_notify, but can end the TCP stream
// wherever a record ends. To a client for which any end is a good one, the rest of the response has never been.
#include <uplink/tls.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "tls/certificates.hpp"
#include "tls/cutting_relay.hpp"
#include "tls/openssl_server.hpp"
#include "tls/usual_tls_client.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace uplink::tests {

namespace {

const std::string request = "how much?";
// Each is a record.
const std::string first_part = "pay 100";
const std::string second_part = "0 at most";

class attacked_server {
public:
    explicit attacked_server(int version) : server(context_of(version), &answer) {}

    struct outcome {
        error_code ec{};
        bool connected = false;
        std::string response{};
    };
    /// By our client.
    outcome ask(tls_options options = {}) {
        outcome result;
        options.ca_pem = root.pem();
        blocking_tls_client client{std::move(options)};
        client.connect("127.0.0.1", relay.port(), std::chrono::seconds(60), result.ec);
        result.connected = !result.ec;
        if (!result.ec) client.send(request, std::chrono::seconds(60), result.ec);
        if (!result.ec) result.response = client.receive(std::chrono::seconds(60), result.ec);
        if (result.ec) result.response = client.client().state().str();
        return result;
    }
    /// The number of records of the server in a whole conversation.
    std::size_t count_records() {
        CHECK_FALSE(ask().ec);
        return relay.passed();
    }

    const certificate root = an_authority("Root").signed_by_itself();
    openssl_server server;
    cutting_relay relay{server.port()};

private:
    context_ptr context_of(int version) {
        context_ptr made = server_context(a_leaf().for_address("127.0.0.1").signed_by(root));
        SSL_CTX_set_min_proto_version(made.get(), version);
        SSL_CTX_set_max_proto_version(made.get(), version);
        return made;
    }
    static void answer(openssl_peer& peer) {
        try {
            peer.expect(request);
            peer.write(first_part);
            peer.write(second_part);
            peer.shut_down();
            peer.until_gone();
        } catch (const std::runtime_error&) {
            // The client was cut off, and has left.
        }
    }
};

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};

}  // namespace

TEST_CASE("truncation attack: a cut at any border of a record is truncated, and what came is kept") {
    for (const int version : every_version) {
        attacked_server attacked(version);
        const std::size_t records = attacked.count_records();
        REQUIRE(records >= 6);
        std::size_t connected = 0;
        for (std::size_t passed = 0; passed != records; ++passed) {
            CAPTURE(version, records, passed);
            attacked.relay.cut_after(passed);
            const auto seen = attacked.ask();
            CHECK(seen.ec == error_code(errc::truncated));
            const bool has_first = passed + 2 >= records;
            const bool has_second = passed + 1 >= records;
            CHECK(seen.response == (has_first ? first_part : "") + (has_second ? second_part : ""));
            if (seen.connected) ++connected;
        }
        CHECK(connected >= 3);  // the borders before each part of the response and before close_notify
        attacked.relay.cut_after(records);
        const auto whole = attacked.ask();
        CHECK(whole.ec == success);
        CHECK(whole.response == first_part + second_part);
    }
}

TEST_CASE("truncation attack: the usual code takes the part for the whole, ours says truncated") {
    for (const int version : every_version) {
        CAPTURE(version);
        attacked_server attacked(version);
        attacked.relay.cut_after(attacked.count_records() - 2);

#if UPLINK_TEST_HAS_USUAL_TLS
        const usual_result usual = ask_as_usual(attacked.relay.port(), attacked.root.pem(), request);
        CHECK(usual.ec == success);
        CHECK(usual.response == "pay 100");
#endif

        const auto ours = attacked.ask();
        CHECK(ours.ec == error_code(errc::truncated));
        CHECK(ours.response == "pay 100");

        const auto tolerant = attacked.ask({.tolerate_missing_close_notify = true});
        CHECK(tolerant.ec == success);
        CHECK(tolerant.response == "pay 100");
    }
}

}  // namespace uplink::tests
