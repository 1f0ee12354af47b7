// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Servers that send what they should not: floods of records that carry nothing, records too large, handshake messages
// at the wrong time, and attempts to shake hands again.

#include "support/catch.hpp"
#include "tls/forged_meeting.hpp"
#include "tls/record_forger.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using namespace std::string_literals;
using detail::tls_state;

constexpr int warning = 1;

std::string repeated(int times, const std::function<std::string()>& forge) {
    std::string all;
    for (int i = 0; i != times; ++i) all += forge();
    return all;
}

}  // namespace

TEST_CASE("TLS floods: a few empty records are nothing, many end the session", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        forged_meeting few(version);
        const auto empty = [&] { return few.forger.data(""); };
        auto got = few.receive({repeated(10, empty), few.forger.data("data")});
        CHECK(got.bytes == "data");
        CHECK(got.state == tls_state::needs_input);
        table.add("10 empty records", version, told(got, few.meeting));

        forged_meeting many(version);
        got = many.receive({repeated(1000, [&] { return many.forger.data(""); }), many.forger.data("data")});
        CHECK(got.bytes == "");
        CHECK(got.state == tls_state::failed);
        CHECK(many.failure() == errc::tls_failed);
        table.add("1,000 empty records", version, told(got, many.meeting));
    }
}

TEST_CASE("TLS floods: padding alone is an empty record too") {
    forged_meeting with(TLS1_3_VERSION);
    const auto padded = [&] { return with.forger.seal(record_kind::application_data, "", 1000); };
    const auto got = with.receive({repeated(1000, padded), with.forger.data("data")});
    CHECK(got.bytes == "");
    CHECK(with.failure() == errc::tls_failed);
    forged_meeting once(TLS1_3_VERSION);
    CHECK(once.receive({once.forger.seal(record_kind::application_data, "data", 1000)}).bytes == "data");
}

TEST_CASE("TLS floods: many warnings end the session", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        forged_meeting with(version);
        const auto got = with.receive(
            {repeated(1000, [&] { return with.forger.alert(warning, 90); }), with.forger.data("data")});
        CHECK(got.bytes == "");
        CHECK(got.state == tls_state::failed);
        CHECK(with.failure() == errc::tls_failed);
        table.add("1,000 warnings", version, told(got, with.meeting));
    }
}

TEST_CASE("TLS floods: KeyUpdates that want no answer change keys and nothing else", "[verdict]") {
    forged_meeting with(TLS1_3_VERSION);
    const auto got = with.receive(
        {repeated(1000, [&] { return with.forger.key_update(false); }), with.forger.data("data")});
    CHECK(got.bytes == "data");
    CHECK(with.meeting.client.output().is_empty());
    verdict_table().add("1,000 KeyUpdates that want no answer", TLS1_3_VERSION, told(got, with.meeting));
}

TEST_CASE("TLS floods: a peer that asks for answers and takes none is given up before they are many",
          "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        const auto question = [&](record_forger& forger) {  // HelloRequest, or KeyUpdate
            return version == TLS1_2_VERSION ? forger.seal(record_kind::handshake, std::string(4, '\0'))
                                             : forger.key_update(true);
        };
        forged_meeting with(version);
        std::size_t questions = 0;
        tls_state state = tls_state::needs_input;
        for (; state == tls_state::needs_input && questions != 10'000; ++questions)
            state = with.receive({question(with.forger)}).state;
        CHECK(state == tls_state::failed);
        CHECK(with.failure() == errc::tls_failed);
        CHECK(questions > 1000);
        CHECK(with.meeting.client.output().size() < 70'000);

        // One that takes the answers may ask for ever.
        forged_meeting patient(version);
        for (questions = 0; questions != 10'000; ++questions) {
            const auto got = patient.receive({question(patient.forger), patient.forger.data("x")});
            if (got.bytes != "x" || got.state != tls_state::needs_input) break;
            patient.meeting.client.output().consume(patient.meeting.client.output().size());
        }
        CHECK(questions == 10'000);

        // What has been read together with the last question is delivered.
        forged_meeting at_once(version);
        const auto got = at_once.receive(
            {repeated(3000, [&] { return question(at_once.forger); }), at_once.forger.data("data")});
        CHECK(got.bytes == "data");
        CHECK(got.state == tls_state::failed);
        table.add("3,000 questions that want answers, and data", version, told(got, at_once.meeting));
    }
}

TEST_CASE(
    "TLS floods: change_cipher_spec before the handshake's end is passed over a few times, not for ever",
    "[verdict]") {
    verdict_table table;
    for (const int count : {0, 1, 20, 1000}) {
        INFO(count);
        const record_forger server(our_certificate(), TLS1_3_VERSION);
        tls_meeting meeting(our_context(), server.context());
        meeting.begin();
        tls_pair::move(meeting.client, meeting.server, 0, [&] { meeting.server.handshake(); });
        const std::string flight(meeting.server.output().view());
        const std::size_t hello =
            5u + static_cast<unsigned char>(flight[3]) * 256u + static_cast<unsigned char>(flight[4]);
        const std::string with_more =
            flight.substr(0, hello) +
            repeated(count, [] { return plain_record(record_kind::change_cipher_spec, "\1"); }) +
            flight.substr(hello);
        meeting.client.input().append(with_more.data(), with_more.size());
        meeting.go_on();
        CHECK(meeting.outcome() == (count < 1000 ? accepted : verdict{errc::tls_failed}));
        table.add(std::to_string(count) + " change_cipher_spec", TLS1_3_VERSION, told(meeting));
    }
}

TEST_CASE("TLS floods: a server may send certificates that nobody needs, but not without end") {
    for (const int version : every_version) {
        for (const int count : {20, 400}) {  // of some 400 bytes each
            INFO("version " << version << ", " << count << " certificates");
            certificate shown = our_certificate();
            const certificate stranger = an_authority("Stranger").signed_by_itself();
            for (int i = 0; i != count; ++i) shown = shown.followed_by(stranger);
            const context_ptr server = server_context(shown);
            SSL_CTX_set_max_proto_version(server.get(), version);
            tls_meeting meeting(our_context(), server.get());
            CHECK(meeting.connect() == (count == 20 ? accepted : verdict{errc::tls_failed}));
        }
    }
}

TEST_CASE("TLS renegotiation: a client does not shake hands again, and data goes on", "[verdict]") {
    forged_meeting with(TLS1_2_VERSION);
    const std::string hello_request(4, '\0');
    const auto got =
        with.receive({with.forger.seal(record_kind::handshake, hello_request), with.forger.data("data")});
    CHECK(got.bytes == "data");
    CHECK(got.state == tls_state::needs_input);
    verdict_table().add("renegotiation attempt", TLS1_2_VERSION, told(got, with.meeting));
    // A warning of one record, no_renegotiation, and no hello: kind, version, size, nonce, two bytes and tag.
    CHECK(with.meeting.client.output().view().substr(0, 1) == "\x15");
    CHECK(with.meeting.client.output().size() == 5 + 8 + 2 + 16);
    CHECK(SSL_is_init_finished(with.meeting.client.native_handle()));
}

TEST_CASE("TLS renegotiation: a client cannot be made to start it") {
    forged_meeting with(TLS1_2_VERSION);
    CHECK(SSL_renegotiate(with.meeting.client.native_handle()) == 0);
    CHECK((SSL_get_options(with.meeting.client.native_handle()) & SSL_OP_NO_RENEGOTIATION) != 0);
}

TEST_CASE("TLS records: one above 2^14 bytes is refused") {
    for (const int version : every_version) {
        INFO("version " << version);
        forged_meeting with(version);
        const std::string largest(16384, 'x');
        CHECK(with.receive({with.forger.data(largest)}).bytes == largest);
        const auto got = with.receive({with.forger.data(largest + 'x')});
        CHECK(got.bytes == "");
        CHECK(got.state == tls_state::failed);
        CHECK(with.failure() == errc::tls_failed);
    }
}

TEST_CASE("TLS records: what has no place after the handshake ends the session") {
    for (const int version : every_version) {
        const std::string client_hello = "\1\0\0\2\3\3"s;
        const std::string finished = "\x14\0\0\x0c"s + std::string(12, 'f');
        const std::string unknown = "\x63\0\0\0"s;
        for (const std::string& message : {client_hello, finished, unknown}) {
            INFO("version " << version << ", message " << static_cast<int>(message[0]));
            forged_meeting with(version);
            const auto got = with.receive(
                {with.forger.seal(record_kind::handshake, message), with.forger.data("not read")});
            CHECK(got.bytes == "");
            CHECK(got.state == tls_state::failed);
            CHECK(with.failure() == errc::tls_failed);
        }
        INFO("version " << version);
        forged_meeting plain(version);
        CHECK(plain.receive({plain_record(record_kind::application_data, "plain text, not sealed at all")})
                  .state == tls_state::failed);
        CHECK(plain.failure() == errc::tls_failed);
        forged_meeting other_kind(version);
        CHECK(other_kind.receive({other_kind.forger.seal(static_cast<record_kind>(99), "?")}).state ==
              tls_state::failed);
        CHECK(other_kind.failure() == errc::tls_failed);
        // OpenSSL 3.5 and newer pass over a few of these under TLS 1.3.
        forged_meeting change(version);
        tls_state state = tls_state::needs_input;
        for (int i = 0; i != 64 && state == tls_state::needs_input; ++i)
            state = change.receive({plain_record(record_kind::change_cipher_spec, "\1")}).state;
        CHECK(state == tls_state::failed);
        CHECK(change.failure() == errc::tls_failed);
        // Not even an alert is believed without encryption.
        forged_meeting alert(version);
        CHECK(alert.receive({plain_record(record_kind::alert, "\1\0"s)}).state == tls_state::failed);
        CHECK(alert.failure() == errc::tls_failed);
    }
}

TEST_CASE("TLS records: a server that asks for a certificate after the handshake is refused", "[verdict]") {
    forged_meeting with(TLS1_3_VERSION);
    // RFC 8446, sections 4.3.2 and 4.6.2: four bytes of context, and ecdsa_secp256r1_sha256 as signature_algorithms.
    const std::string request = "\x0d\0\0\x0f\4"s + "once" + "\0\x08\0\x0d\0\4\0\2\4\3"s;
    const auto got =
        with.receive({with.forger.seal(record_kind::handshake, request), with.forger.data("not read")});
    CHECK(got.bytes == "");
    CHECK(got.state == tls_state::failed);
    CHECK(with.failure() == errc::tls_failed);
    verdict_table().add("a request for a certificate after the handshake", TLS1_3_VERSION,
                        told(got, with.meeting));
    tls_pair::move(with.meeting.client, with.meeting.server, 0, [] {});
    CHECK(tls_pair::read_all(with.meeting.server).state == tls_state::failed);
    CHECK(with.meeting.server.alert() == SSL_AD_UNEXPECTED_MESSAGE);
}

TEST_CASE("TLS records: one that comes twice, or in another's place, is refused") {
    for (const int version : every_version) {
        INFO("version " << version);
        forged_meeting with(version);
        const std::string first = with.forger.data("first");
        CHECK(with.receive({first}).bytes == "first");
        CHECK(with.receive({first}).bytes == "");
        CHECK(with.failure() == errc::tls_failed);

        forged_meeting swapped(version);
        const std::string one = swapped.forger.data("one");
        const std::string two = swapped.forger.data("two");
        CHECK(swapped.receive({two, one}).bytes == "");
        CHECK(swapped.failure() == errc::tls_failed);
    }
}

}  // namespace uplink::tests
