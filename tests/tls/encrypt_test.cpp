// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How plaintext is put into records: small pieces share one, whole records are encrypted where they stand, and no more
// is taken than was allowed.
#include <uplink/detail/tls/encrypt.hpp>

#include "support/catch.hpp"
#include "tls/tls_pair.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

namespace {

std::string counted(std::size_t size) {
    std::string text;
    for (std::size_t n = 0; text.size() < size; ++n) text += std::to_string(n) + ' ';
    text.resize(size);
    return text;
}

/// A session whose handshake is done, and what it makes of pieces.
struct encrypting {
    tls_pair pair{};

    encrypting() {
        REQUIRE(pair.shake_hands());
        tls_pair::read_all(*pair.client);
    }
    /// The pieces, cut from one text; returns how much plaintext has been taken.
    std::size_t encrypt(const std::string& text, std::size_t piece, std::size_t most) {
        std::vector<net::const_buffer> pieces;
        for (std::size_t at = 0; at < text.size(); at += piece)
            pieces.push_back(net::buffer(text.data() + at, (std::min)(piece, text.size() - at)));
        return detail::encrypt(*pair.client, pieces, most);
    }
    std::size_t records() {
        std::size_t count = 0;
        for (std::string_view rest = pair.client->output().view(); !rest.empty(); ++count) {
            const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
            rest.remove_prefix(5 + byte(rest[3]) * 256 + byte(rest[4]));
        }
        return count;
    }
    std::string arrived() {
        tls_pair::move(*pair.client, *pair.server, 0, [] {});
        return tls_pair::read_all(*pair.server).bytes;
    }
};

struct encrypt_row {
    std::size_t size, piece, records;
};

}  // namespace

TEST_CASE("TLS encrypt: pieces of any size fill records, and arrive in order") {
    for (const encrypt_row& row :
         {encrypt_row{1'000, 10, 1}, encrypt_row{16'384, 1, 1}, encrypt_row{16'385, 1, 2},
          encrypt_row{100'000, 100'000, 7}, encrypt_row{100'000, 999, 7}, encrypt_row{100'000, 16'384, 7},
          encrypt_row{40'000, 20'000, 3}}) {
        INFO(row.size << " bytes in pieces of " << row.piece);
        encrypting with;
        const std::string text = counted(row.size);
        CHECK(with.encrypt(text, row.piece, row.size) == row.size);
        CHECK(with.records() == row.records);
        CHECK(with.arrived() == text);
    }
}

TEST_CASE("TLS encrypt: no more is taken than is allowed, and the rest is not touched") {
    for (const std::size_t most :
         {std::size_t(1), std::size_t(999), std::size_t(16'384), std::size_t(30'000)}) {
        for (const std::size_t piece : {std::size_t(7), std::size_t(100'000)}) {
            INFO(most << " bytes at most, in pieces of " << piece);
            encrypting with;
            const std::string text = counted(100'000);
            CHECK(with.encrypt(text, piece, most) == most);
            CHECK(with.arrived() == text.substr(0, most));
        }
    }
}

TEST_CASE("TLS encrypt: a session that has failed takes nothing") {
    encrypting with;
    with.pair.client->input().append("no record", 9);
    tls_pair::read_all(*with.pair.client);
    REQUIRE(with.pair.client->failure());
    with.pair.client->output().consume(with.pair.client->output().size());  // its alert
    CHECK(with.encrypt(counted(100'000), 10, 100'000) == 0);
    CHECK(with.pair.client->output().is_empty());
}

}  // namespace uplink::tests
