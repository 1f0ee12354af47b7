// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a client makes of the records that a server sends after the handshake: several at once, with tickets and
// KeyUpdates between them, at the stream's end, changed on the way, and cut off.

#include "support/catch.hpp"
#include "tls/forged_meeting.hpp"
#include "tls/record_forger.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_literals;
using detail::tls_state;

constexpr int fatal = 2;
constexpr int warning = 1;

/// Its handshake is done, and the server is OpenSSL's.
class plain_meeting {
public:
    explicit plain_meeting(int version) {
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        meeting.emplace(our_context(), context_.get());
        REQUIRE(meeting->connect() == accepted);
        meeting->exchange();  // tickets
    }
    void send(std::string_view bytes) { meeting->server.write(net::buffer(bytes)); }
    SSL* server() { return meeting->server.native_handle(); }
    /// All that the server has put out arrives at once.
    tls_pair::reading arrive() {
        tls_pair::move(meeting->server, meeting->client, 0, [] {});
        return tls_pair::read_all(meeting->client);
    }

private:
    context_ptr context_ = server_context(our_certificate());

public:
    std::optional<tls_meeting> meeting{};
};

}  // namespace

TEST_CASE("TLS records: several in one segment are all read", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        plain_meeting with(version);
        for (const std::string_view each : {"one ", "two ", "three"}) with.send(each);
        const auto got = with.arrive();
        CHECK(got.bytes == "one two three");
        CHECK(got.state == tls_state::needs_input);
        table.add("several records in a segment", version, told(got, *with.meeting));
    }
}

TEST_CASE("TLS records: tickets and KeyUpdates between the data are no data", "[verdict]") {
    plain_meeting with(TLS1_3_VERSION);
    with.send("a");
    SSL_new_session_ticket(with.server());
    with.send("b");
    SSL_key_update(with.server(), SSL_KEY_UPDATE_NOT_REQUESTED);
    with.send("c");
    SSL_key_update(with.server(), SSL_KEY_UPDATE_REQUESTED);
    SSL_new_session_ticket(with.server());
    with.send("d");
    const auto got = with.arrive();
    CHECK(got.bytes == "abcd");
    CHECK(got.state == tls_state::needs_input);
    verdict_table().add("tickets and KeyUpdates in mid-read", TLS1_3_VERSION, told(got, *with.meeting));
    // The client's own KeyUpdate goes out before its next data (RFC 8446, section 4.6.3): two records.
    CHECK(with.meeting->client.output().is_empty());
    with.meeting->client.write(net::buffer("answer", 6));
    CHECK(with.meeting->client.output().size() == (5 + 5 + 1 + 16) + (5 + 6 + 1 + 16));
    tls_pair::move(with.meeting->client, with.meeting->server, 0, [] {});
    CHECK(tls_pair::read_all(with.meeting->server).bytes == "answer");
}

TEST_CASE(
    "TLS records: a KeyUpdate that comes in the middle of a large send changes the key between two records") {
    plain_meeting with(TLS1_3_VERSION);
    const std::string large(1 << 20, 'x');
    with.meeting->client.write(net::buffer(large));
    SSL_key_update(with.server(), SSL_KEY_UPDATE_REQUESTED);
    with.send("before ");
    CHECK(with.arrive().bytes == "before ");
    with.meeting->client.write(net::buffer(large));
    std::string got;
    bool has_asked = false;
    tls_pair::move(with.meeting->client, with.meeting->server, 997, [&] {
        got += tls_pair::read_all(with.meeting->server).bytes;
        if (got.size() < large.size() || std::exchange(has_asked, true)) return;
        SSL_key_update(with.server(), SSL_KEY_UPDATE_REQUESTED);
        with.send(".");
        CHECK(with.arrive().bytes == ".");
    });
    CHECK(got == large + large);
    with.meeting->client.write(net::buffer("end", 3));
    with.meeting->exchange();
    CHECK(with.meeting->server.failure() == error_code());
}

TEST_CASE("TLS records: close_notify with the last data, and what is behind it", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        forged_meeting with(version);
        const auto got = with.receive({with.forger.data("the last words"), with.forger.alert(warning, 0),
                                       with.forger.data("more"), with.forger.alert(fatal, 80)});
        CHECK(got.bytes == "the last words");
        CHECK(got.state == tls_state::ended);
        table.add("close_notify with the last data, data behind it", version, told(got, with.meeting));
        CHECK(with.receive({"noise"}).state == tls_state::ended);
        with.meeting.client.input_ended();
        CHECK(tls_pair::read_all(with.meeting.client).state == tls_state::ended);
        CHECK(with.failure() == error_code());
        CHECK(with.alert() == "");
    }
}

TEST_CASE("TLS records: an alert is told behind the data before it, by its name", "[verdict]") {
    verdict_table table;
    struct row {
        int number;
        std::string_view name;
    };
    for (const int version : every_version) {
        for (const row& each :
             {row{80, "internal_error"}, row{20, "bad_record_mac"}, row{40, "handshake_failure"},
              row{46, "certificate_unknown"}, row{116, "certificate_required"}}) {
            INFO("version " << version << ", alert " << each.number);
            forged_meeting with(version);
            const auto got = with.receive({with.forger.data("data"), with.forger.alert(fatal, each.number)});
            CHECK(got.bytes == "data");
            CHECK(got.state == tls_state::failed);
            CHECK(with.failure() == errc::tls_alert);
            CHECK(with.alert() == each.name);
            table.add("an alert behind data", version, told(got, with.meeting));
            CHECK(with.meeting.client.write(net::buffer("x", 1)).state == tls_state::failed);
        }
    }
}

TEST_CASE("TLS records: the level of a TLS 1.3 alert means nothing, a 1.2 warning is passed over") {
    forged_meeting newer(TLS1_3_VERSION);
    CHECK(newer.receive({newer.forger.alert(warning, 40)}).state == tls_state::failed);
    CHECK(newer.failure() == errc::tls_alert);
    CHECK(newer.alert() == "handshake_failure");

    forged_meeting older(TLS1_2_VERSION);
    const auto got = older.receive({older.forger.alert(warning, 90), older.forger.data("data")});
    CHECK(got.bytes == "data");
    CHECK(got.state == tls_state::needs_input);

    for (const int version : every_version) {  // user_canceled, then the end
        forged_meeting with(version);
        const auto end = with.receive({with.forger.alert(warning, 90), with.forger.alert(warning, 0)});
        CHECK(end.state == tls_state::ended);
        CHECK(with.failure() == error_code());
    }
}

TEST_CASE(
    "TLS records: an alert in pieces waits for its rest, one in the middle of a record spoils that record",
    "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        forged_meeting with(version);
        const std::string alert = with.forger.alert(fatal, 80);
        for (std::size_t i = 0; i + 1 < alert.size(); ++i)
            CHECK(with.receive({alert.substr(i, 1)}).state == tls_state::needs_input);
        CHECK(with.receive({alert.substr(alert.size() - 1)}).state == tls_state::failed);
        CHECK(with.failure() == errc::tls_alert);

        forged_meeting torn(version);
        const std::string first = torn.forger.data("first");
        const std::string second = torn.forger.data(std::string(100, 'x'));
        const auto got = torn.receive({first, second.substr(0, second.size() - 60),
                                       torn.forger.alert(fatal, 80), std::string(60, '\0')});
        CHECK(got.bytes == "first");
        CHECK(got.state == tls_state::failed);
        CHECK(torn.failure() == errc::tls_failed);
        CHECK(torn.alert() == "");
        table.add("an alert in mid-record", version, told(got, torn.meeting));
    }
}

TEST_CASE("TLS records: an alert of the wrong size, or of an unknown number, ends the session") {
    for (const int version : every_version) {
        for (const std::string& content : {"\2"s, "\2\120\2\120"s, ""s}) {
            INFO("version " << version << ", " << content.size() << " bytes");
            forged_meeting with(version);
            const auto got =
                with.receive({with.forger.seal(record_kind::alert, content), with.forger.data("not read")});
            CHECK(got.bytes == "");
            CHECK(got.state == tls_state::failed);
            CHECK(with.failure() == errc::tls_failed);
        }
        forged_meeting with(version);
        CHECK(with.receive({with.forger.alert(fatal, 255)}).state == tls_state::failed);
        CHECK(with.failure() == errc::tls_alert);
        CHECK(with.alert() == "alert 255");
    }
}

TEST_CASE("TLS records: a changed byte in a record of any kind is delivered to nobody", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        struct row {
            std::string_view kind;
            std::string (*forge)(record_forger&);
        };
        const std::vector<row> rows{
            {"data", [](record_forger& forger) { return forger.data("abcdefgh"); }},
            {"alert", [](record_forger& forger) { return forger.alert(fatal, 80); }},
            {"close_notify", [](record_forger& forger) { return forger.alert(warning, 0); }},
            {"handshake",
             [](record_forger& forger) { return forger.seal(record_kind::handshake, "\0\0\0\0"s); }},
            {"KeyUpdate", [](record_forger& forger) { return forger.key_update(false); }},
        };
        for (const row& each : rows) {
            if (version == TLS1_2_VERSION && each.kind == "KeyUpdate") continue;
            std::size_t size = 1;
            for (std::size_t at = 0; at < size; ++at) {
                forged_meeting with(version);
                std::string record = each.forge(with.forger);
                size = record.size();
                record[at] = static_cast<char>(record[at] ^ 1);
                const auto got = with.receive({record, std::string(0x200, '\0')});
                INFO("version " << version << ", " << each.kind << ", byte " << at << " of " << size);
                CHECK(got.bytes == "");
                // A larger length may ask for more.
                const bool waits = got.state == tls_state::needs_input && (at == 3 || at == 4);
                CHECK((got.state == tls_state::failed || waits));
                if (!waits) CHECK(with.failure() == errc::tls_failed);
                const std::string rule = "a changed byte in a record of " + std::string(each.kind);
                table.add(rule + (waits ? ", a longer length" : ""), version, told(got, with.meeting));
            }
        }
    }
}

TEST_CASE(
    "TLS records: an end without close_notify is truncated at every byte, with all whole records before it",
    "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        forged_meeting whole(version);
        const auto forge = [](record_forger& forger) {
            std::vector<std::string> records;
            for (const std::string_view each : {"one", "two", "three"}) records.push_back(forger.data(each));
            return records;
        };
        std::size_t size = 0;
        for (const std::string& each : forge(whole.forger)) size += each.size();
        for (std::size_t cut = 0; cut <= size; ++cut) {
            INFO("version " << version << ", end after " << cut << " of " << size);
            forged_meeting with(version);
            const std::vector<std::string> records = forge(with.forger);
            std::string expected;
            if (cut >= records[0].size()) expected += "one";
            if (cut >= records[0].size() + records[1].size()) expected += "two";
            if (cut == size) expected += "three";
            with.meeting.client.input_ended();
            const auto got = with.receive({(records[0] + records[1] + records[2]).substr(0, cut)});
            CHECK(got.bytes == expected);
            CHECK(got.state == tls_state::failed);
            CHECK(with.failure() == errc::truncated);
            table.add("an end at each border and inside of 3 records", version, told(got, with.meeting));
        }
    }
}

TEST_CASE("TLS records: a torn alert is truncated, not an end") {
    for (const int version : every_version) {
        forged_meeting with(version);
        const std::string end = with.forger.alert(warning, 0);
        with.meeting.client.input_ended();
        CHECK(with.receive({end.substr(0, end.size() - 1)}).state == tls_state::failed);
        CHECK(with.failure() == errc::truncated);
    }
}

}  // namespace uplink::tests
