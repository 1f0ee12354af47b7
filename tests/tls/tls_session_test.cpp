// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The TLS session as a machine: two sessions talk through memory, at every size of pieces.

#include <uplink/detail/tls/tls_session.hpp>

#include "support/catch.hpp"
#include "tls/tls_pair.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace uplink::tests {

namespace {

using detail::tls_session;
using detail::tls_state;

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i != size; ++i) bytes[i] = static_cast<char>('a' + i * 7 % 26);
    return bytes;
}

}  // namespace

TEST_CASE("TLS: a handshake is done, whatever pieces its ciphertext comes in") {
    for (const int version : every_version) {
        for (const std::size_t piece : {0u, 1u, 2u, 5u, 1000u}) {
            INFO("version " << version << ", pieces of " << piece);
            tls_pair pair(version);
            CHECK(pair.shake_hands(piece));
            CHECK(pair.client->alert() == -1);
        }
    }
}

TEST_CASE("TLS: what is written is read, in both directions, whatever the pieces") {
    for (const int version : every_version) {
        for (const std::size_t piece : {0u, 1u, 7u, 16384u}) {
            for (const std::size_t size : {0u, 1u, 100u, 16384u, 16385u, 100'000u}) {
                if (piece == 1 && size > 20'000) continue;
                INFO("version " << version << ", pieces of " << piece << ", size " << size);
                tls_pair pair(version);
                REQUIRE(pair.shake_hands());
                const std::string bytes = pattern(size);
                CHECK(pair.client->write(net::buffer(bytes)).bytes == size);
                std::string got;
                tls_pair::move(*pair.client, *pair.server, piece,
                               [&] { got += tls_pair::read_all(*pair.server).bytes; });
                CHECK(got == bytes);
                CHECK(pair.server->write(net::buffer(bytes)).bytes == size);
                got.clear();
                tls_pair::move(*pair.server, *pair.client, piece,
                               [&] { got += tls_pair::read_all(*pair.client).bytes; });
                CHECK(got == bytes);
            }
        }
    }
}

TEST_CASE("TLS: close_notify ends the stream behind the last byte, and what comes after it is not read") {
    for (const int version : every_version) {
        tls_pair pair(version);
        REQUIRE(pair.shake_hands());
        pair.client->write(net::buffer("the last words", 14));
        pair.client->shut_down();
        pair.client->shut_down();
        const std::string_view ciphertext = pair.client->output().view();
        const std::size_t size = ciphertext.size();
        tls_pair::move(*pair.client, *pair.server, 0, [] {});
        pair.server->input().append("noise", 5);
        const auto got = tls_pair::read_all(*pair.server);
        CHECK(got.bytes == "the last words");
        CHECK(got.state == tls_state::ended);
        CHECK(tls_pair::read_all(*pair.server).state == tls_state::ended);
        CHECK(size > 14);
        // The other direction is still open in TLS 1.3.
        if (version == TLS1_3_VERSION) {
            CHECK(pair.server->write(net::buffer("yes?", 4)).bytes == 4);
            tls_pair::move(*pair.server, *pair.client, 0, [] {});
            CHECK(tls_pair::read_all(*pair.client).bytes == "yes?");
        }
    }
}

TEST_CASE("TLS: an end of the transport without close_notify is truncated, and nothing before it is lost") {
    for (const int version : every_version) {
        tls_pair whole(version);
        REQUIRE(whole.shake_hands());
        whole.client->write(net::buffer("abc", 3));
        const std::size_t size = whole.client->output().size();
        for (std::size_t cut = 0; cut <= size; ++cut) {
            INFO("version " << version << ", cut after " << cut << " of " << size);
            tls_pair pair(version);
            REQUIRE(pair.shake_hands());
            pair.client->write(net::buffer("abc", 3));
            pair.server->input().append(pair.client->output().view().data(), cut);
            pair.server->input_ended();
            const auto got = tls_pair::read_all(*pair.server);
            CHECK(got.bytes == (cut == size ? "abc" : ""));
            CHECK(got.state == tls_state::failed);
            CHECK(pair.server->failure() == errc::truncated);
        }
    }
}

TEST_CASE("TLS: no changed byte of a record is delivered") {
    for (const int version : every_version) {
        std::size_t size = 0;
        for (std::size_t at = 0; at == 0 || at < size; ++at) {
            tls_pair pair(version);
            REQUIRE(pair.shake_hands());
            pair.client->write(net::buffer("abcdefgh", 8));
            size = pair.client->output().size();
            std::string ciphertext(pair.client->output().view());
            ciphertext[at] = static_cast<char>(ciphertext[at] ^ 1);
            pair.server->input().append(ciphertext.data(), ciphertext.size());
            const auto got = tls_pair::read_all(*pair.server);
            INFO("version " << version << ", byte " << at << ", state " << static_cast<int>(got.state));
            CHECK(got.bytes.empty());
            // A changed length may ask for more.
            CHECK((got.state == tls_state::failed || at == 3 || at == 4));
            if (got.state == tls_state::failed) {
                CHECK(pair.server->failure() == errc::tls_failed);
                CHECK(pair.server->write(net::buffer("x", 1)).state == tls_state::failed);
                // Its alert tells the client.
                tls_pair::move(*pair.server, *pair.client, 0, [] {});
                const auto told = tls_pair::read_all(*pair.client);
                if (told.state == tls_state::failed) CHECK(pair.client->failure() == errc::tls_alert);
            }
        }
    }
}

TEST_CASE("TLS: a KeyUpdate that asks for another is answered in the middle of a transfer") {
    tls_pair pair;
    REQUIRE(pair.shake_hands());
    tls_pair::read_all(*pair.client);  // tickets
    pair.client->write(net::buffer("before", 6));
    SSL_key_update(pair.client->native_handle(), SSL_KEY_UPDATE_REQUESTED);
    pair.client->write(net::buffer(" after", 6));
    std::string got;
    tls_pair::move(*pair.client, *pair.server, 1, [&] { got += tls_pair::read_all(*pair.server).bytes; });
    CHECK(got == "before after");
    pair.server->write(net::buffer("answer", 6));
    got.clear();
    tls_pair::move(*pair.server, *pair.client, 1, [&] { got += tls_pair::read_all(*pair.client).bytes; });
    CHECK(got == "answer");
}

TEST_CASE("TLS: a certificate that nobody vouches for is rejected, and the server hears of it") {
    tls_pair pair;
    tls_pair other;
    tls_session stranger(SSL_get_SSL_CTX(other.client->native_handle()));
    for (int round = 0; round != 5; ++round) {
        stranger.handshake();
        tls_pair::move(stranger, *pair.server, 0, [] {});
        pair.server->handshake();
        tls_pair::move(*pair.server, stranger, 0, [] {});
    }
    CHECK(stranger.failure() == errc::certificate_rejected);
    CHECK(pair.server->failure() == errc::tls_alert);
    CHECK(pair.server->alert() == SSL_AD_UNKNOWN_CA);
}

TEST_CASE("TLS: a peer that does not speak TLS is tls_failed") {
    tls_pair pair;
    pair.client->handshake();
    const std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
    pair.client->input().append(answer.data(), answer.size());
    CHECK(pair.client->handshake().state == tls_state::failed);
    CHECK(pair.client->failure() == errc::tls_failed);
}

TEST_CASE("TLS: an empty room and empty bytes do nothing") {
    tls_pair pair;
    REQUIRE(pair.shake_hands());
    CHECK(pair.client->write(net::const_buffer()).state == tls_state::done);
    CHECK(pair.client->output().is_empty());
    CHECK(pair.client->read(net::mutable_buffer()).state == tls_state::done);
}

TEST_CASE("TLS session: OpenSSL is set up as a machine, which may be asked to flush and knows no kTLS") {
    const tls_pair pair;
    SSL* const ssl = pair.client->native_handle();
    const auto modes = static_cast<unsigned long>(SSL_get_mode(ssl));
    for (const unsigned long mode : {SSL_MODE_ENABLE_PARTIAL_WRITE, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER,
                                     SSL_MODE_RELEASE_BUFFERS, SSL_MODE_AUTO_RETRY}) {
        CHECK((modes & mode) != 0);
    }
    BIO* const bio = SSL_get_wbio(ssl);
    CHECK(SSL_get_rbio(ssl) == bio);
    CHECK(BIO_flush(bio) == 1);
    CHECK(BIO_get_ktls_send(bio) == 0);
    CHECK(BIO_get_ktls_recv(bio) == 0);
    CHECK(BIO_pending(bio) == 0);
}

TEST_CASE("TLS session: errors that others have left in OpenSSL's queue are not this session's") {
    const auto leave_errors = [] {
        ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
        ERR_raise(ERR_LIB_SSL, SSL_AD_REASON_OFFSET + SSL_AD_INTERNAL_ERROR);
    };
    for (const int version : every_version) {
        INFO("version " << version);
        tls_pair pair(version);
        leave_errors();
        CHECK(pair.client->handshake().state == tls_state::needs_input);
        REQUIRE(pair.shake_hands());
        tls_pair::read_all(*pair.client);
        leave_errors();
        CHECK(pair.client->write(net::buffer("text", 4)).state == tls_state::done);
        pair.server->input().append(pair.client->output().view().data(), 7);
        leave_errors();
        CHECK(tls_pair::read_all(*pair.server).state == tls_state::needs_input);  // part of a record
        pair.server->input().append(pair.client->output().view().substr(7).data(),
                                    pair.client->output().size() - 7);
        leave_errors();
        CHECK(tls_pair::read_all(*pair.server).bytes == "text");
        leave_errors();
        pair.server->shut_down();
        leave_errors();
        pair.client->input().append("no record", 9);
        CHECK(tls_pair::read_all(*pair.client).state == tls_state::failed);
        CHECK(pair.client->failure() == errc::tls_failed);
        CHECK(pair.client->alert() == -1);
        CHECK(ERR_peek_error() == 0);  // and it leaves none to others
    }
}

TEST_CASE("TLS session: after a failure nothing is read, written or ended") {
    for (const int version : every_version) {
        INFO("version " << version);
        tls_pair pair(version);
        REQUIRE(pair.shake_hands());
        tls_pair::read_all(*pair.client);
        pair.server->write(net::buffer("good", 4));
        pair.client->input().append("no record", 9);
        CHECK(tls_pair::read_all(*pair.client).state == tls_state::failed);
        tls_pair::move(*pair.client, *pair.server, 0, [] {});  // its alert
        tls_pair::move(*pair.server, *pair.client, 0, [] {});
        const std::size_t unread = pair.client->input().size();
        CHECK(tls_pair::read_all(*pair.client).bytes.empty());
        CHECK(pair.client->peek().state == tls_state::failed);
        CHECK(pair.client->write(net::buffer("x", 1)).state == tls_state::failed);
        CHECK(pair.client->handshake().state == tls_state::failed);
        pair.client->shut_down();
        CHECK(pair.client->output().is_empty());
        CHECK(pair.client->input().size() == unread);
        CHECK(pair.client->failure() == errc::tls_failed);
    }
}

}  // namespace uplink::tests
