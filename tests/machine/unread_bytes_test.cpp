// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What has been read for nobody yet: the bytes of two connections are never joined, each end is told once, and what is
// dropped is counted.
#include <uplink/detail/machine/unread_bytes.hpp>
#include <uplink/error.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace uplink::tests {

namespace {

using uplink::detail::unread_bytes;

/// A receive takes so much of what it is offered.
std::string take(unread_bytes& unread, std::size_t n) {
    std::string taken(unread.offered().view().substr(0, n));
    unread.offered().consume(n);
    return taken;
}
std::string offered(unread_bytes& unread) { return unread.offered().str(); }

TEST_CASE("the bytes of one connection are offered in order") {
    unread_bytes unread;
    CHECK(offered(unread).empty());
    CHECK_FALSE(unread.has_end());
    unread.add("abc");
    unread.add("");
    unread.add("defg");
    CHECK(unread.size() == 7);
    CHECK(take(unread, 2) == "ab");
    CHECK(unread.size() == 5);
    unread.add("h");
    CHECK(offered(unread) == "cdefgh");
    CHECK(unread.dropped() == 0);
}

TEST_CASE("much is kept as it is") {
    unread_bytes unread;
    std::string all;
    for (int i = 0; i != 300; ++i) {
        const std::string piece(1000, static_cast<char>('a' + i % 26));
        unread.add(piece);
        all += piece;
    }
    CHECK(unread.size() == all.size());
    CHECK((offered(unread) == all));
}

TEST_CASE(
    "after a loss come the bytes of the lost connection, then its code once, then the next connection's bytes") {
    unread_bytes unread;
    unread.add("abc");
    unread.connection_ended(errc::connection_lost, false);
    CHECK(unread.has_end());
    CHECK(unread.size() == 0);  // of the present connection
    unread.add("xyz");
    CHECK(offered(unread) == "abc");
    CHECK(unread.size() == 3);
    CHECK(take(unread, 3) == "abc");
    CHECK(unread.has_end());
    CHECK(offered(unread).empty());  // not "xyz"
    CHECK(unread.take_end() == errc::connection_lost);
    CHECK_FALSE(unread.has_end());
    CHECK(offered(unread) == "xyz");
    CHECK(unread.dropped() == 0);
}

TEST_CASE("what the receive did not get that learned of the end is dropped, and counted") {
    unread_bytes unread;
    unread.add("abcde");
    unread.connection_ended(errc::connection_lost, false);
    unread.add("xy");
    take(unread, 2);
    CHECK(unread.take_end() == errc::connection_lost);
    CHECK(unread.dropped() == 3);
    CHECK(offered(unread) == "xy");
}

TEST_CASE("the end's code: eof after all bytes, truncated inside a message, and any other as it is") {
    struct row {
        error_code end;
        const char* left;
        error_code told;
    };
    const row rows[] = {
        {net::error::eof, "", net::error::eof},
        {net::error::eof, "a", errc::truncated},
        {errc::connection_lost, "", errc::connection_lost},
        {errc::connection_lost, "a", errc::connection_lost},
        {errc::truncated, "", errc::truncated},
        {errc::truncated, "a", errc::truncated},
    };
    for (const row& each : rows) {
        INFO(each.end.message() << " \"" << each.left << '"');
        unread_bytes unread;
        unread.add(each.left);
        unread.connection_ended(each.end, true);
        CHECK(unread.take_end() == each.told);
        CHECK(unread.dropped() == std::string(each.left).size());
        CHECK_FALSE(unread.has_end());
        CHECK(offered(unread).empty());
    }
}

TEST_CASE("the end of a connection is told if bytes are unread or a receive is pending, else to nobody") {
    for (const bool has_bytes : {false, true}) {
        for (const bool is_told : {false, true}) {
            unread_bytes unread;
            if (has_bytes) unread.add("a");
            unread.connection_ended(net::error::eof, is_told);
            CHECK(unread.has_end() == (has_bytes || is_told));
        }
    }
}

TEST_CASE(
    "of ended connections only the last one's bytes are kept, and older ones are dropped, and counted") {
    unread_bytes unread;
    unread.add("abc");
    unread.connection_ended(errc::connection_lost, false);
    unread.add("defg");
    unread.connection_ended(net::error::eof, false);
    CHECK(unread.dropped() == 3);
    CHECK(offered(unread) == "defg");
    CHECK(unread.size() == 0);
    take(unread, 4);
    CHECK(unread.take_end() == net::error::eof);

    // The last one may have none.
    unread.add("hi");
    unread.connection_ended(net::error::eof, false);
    unread.connection_ended(errc::connection_lost, false);
    CHECK_FALSE(unread.has_end());
    CHECK(unread.dropped() == 5);
    CHECK(offered(unread).empty());
}

TEST_CASE("a hundred connections that nobody receives from leave the last one's bytes") {
    unread_bytes unread;
    for (int i = 0; i != 100; ++i) {
        unread.add("0123456789");
        unread.connection_ended(errc::connection_lost, false);
    }
    CHECK(unread.dropped() == 990);
    CHECK(offered(unread) == "0123456789");
}

TEST_CASE("bytes that nobody will receive are dropped, and counted, with the end") {
    unread_bytes unread;
    unread.drop(4);
    CHECK(unread.dropped() == 4);
    unread.add("abc");
    unread.connection_ended(net::error::eof, false);
    unread.add("de");
    unread.drop_all();
    CHECK(unread.dropped() == 9);
    CHECK(unread.size() == 0);
    CHECK_FALSE(unread.has_end());
    CHECK(offered(unread).empty());
    unread.drop_all();
    CHECK(unread.dropped() == 9);
    unread.add("f");
    CHECK(offered(unread) == "f");
}

}  // namespace

}  // namespace uplink::tests
