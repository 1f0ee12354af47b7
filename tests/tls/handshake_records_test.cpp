// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The records of a handshake in other shapes than OpenSSL's server gives them: messages in records of one byte, several
// in one record, and alerts before and between them.

#include "support/catch.hpp"
#include "tls/forged_meeting.hpp"
#include "tls/record_forger.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using namespace std::string_literals;

/// The handshake, of which the test changes the server's first flight.
class changed_meeting {
public:
    explicit changed_meeting(int version) : context_(server_context(our_certificate())) {
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
    }
    verdict connect(const std::function<std::string(std::string_view)>& change) {
        tls_meeting meeting(our_context(), context_.get());
        meeting.begin();
        tls_pair::move(meeting.client, meeting.server, 0, [&] { meeting.server.handshake(); });
        const std::string flight = change(meeting.server.output().view());
        meeting.server.output().consume(meeting.server.output().size());
        meeting.client.input().append(flight.data(), flight.size());
        meeting.go_on();
        while (!meeting.client.output().is_empty() || !meeting.server.output().is_empty()) {
            tls_pair::move(meeting.client, meeting.server, 0, [&] { meeting.server.handshake(); });
            tls_pair::move(meeting.server, meeting.client, 0, [&] { meeting.go_on(); });
        }
        alert = meeting.report().alert;
        return meeting.outcome();
    }
    std::string alert{};

private:
    context_ptr context_;
};

/// The contents of the plain handshake records at the front, which are taken off.
std::string take_messages(std::string_view& flight) {
    std::string messages;
    while (flight.size() > 5 && flight[0] == static_cast<char>(record_kind::handshake)) {
        const std::size_t size =
            static_cast<unsigned char>(flight[3]) * 256u + static_cast<unsigned char>(flight[4]);
        messages += flight.substr(5, size);
        flight.remove_prefix(5 + size);
    }
    return messages;
}

/// The plain messages in records of so many bytes.
std::string in_records_of(std::size_t size, std::string_view flight) {
    const std::string messages = take_messages(flight);
    std::string changed;
    for (std::size_t at = 0; at < messages.size(); at += size)
        changed += plain_record(record_kind::handshake, std::string_view(messages).substr(at, size));
    return changed.append(flight);
}

std::string alert_record(int level, int number) {
    return plain_record(record_kind::alert, std::string{static_cast<char>(level), static_cast<char>(number)});
}

}  // namespace

TEST_CASE("TLS handshake: its messages may stand in records of any size", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        for (const std::size_t size : {1u, 2u, 3u, 4u, 5u, 100u, 16384u}) {
            INFO("version " << version << ", records of " << size);
            changed_meeting meeting(version);
            const verdict seen =
                meeting.connect([&](std::string_view flight) { return in_records_of(size, flight); });
            CHECK(seen == accepted);
            std::ostringstream text;
            text << seen;
            table.add("messages in records of 1 to 16,384 bytes", version, text.str());
        }
    }
}

TEST_CASE("TLS handshake: empty records are no messages, and many of them end it") {
    for (const int version : every_version) {
        for (const int count : {1, 1000}) {
            INFO("version " << version << ", " << count << " records");
            changed_meeting meeting(version);
            CHECK(meeting.connect([&](std::string_view flight) {
                std::string changed;
                for (int i = 0; i != count; ++i) changed += plain_record(record_kind::handshake, "");
                return changed.append(flight);
            }) == (count == 1 ? accepted : verdict{errc::tls_failed}));
        }
    }
}

TEST_CASE("TLS handshake: an alert in the place of an answer, by its name") {
    struct row {
        int number;
        std::string_view name;
    };
    for (const row& each :
         {row{40, "handshake_failure"}, row{70, "protocol_version"}, row{112, "unrecognized_name"},
          row{120, "no_application_protocol"}, row{80, "internal_error"}, row{199, "alert 199"}}) {
        INFO("alert " << each.number);
        changed_meeting meeting(TLS1_2_VERSION);
        CHECK(meeting.connect([&](std::string_view) { return alert_record(2, each.number); }) ==
              verdict{errc::tls_alert});
        CHECK(meeting.alert == each.name);
        // In the middle of it.
        changed_meeting later(TLS1_2_VERSION);
        CHECK(later.connect([&](std::string_view flight) {
            std::string_view rest = flight;
            const std::string messages = take_messages(rest);
            return plain_record(record_kind::handshake, std::string_view(messages).substr(0, 200)) +
                   alert_record(2, each.number);
        }) == verdict{errc::tls_alert});
        CHECK(later.alert == each.name);
    }
}

TEST_CASE("TLS handshake: a warning such as unrecognized_name is passed over, many are not") {
    for (const int count : {1, 3, 1000}) {
        INFO(count);
        changed_meeting meeting(TLS1_2_VERSION);
        CHECK(meeting.connect([&](std::string_view flight) {
            std::string changed;
            for (int i = 0; i != count; ++i) changed += alert_record(1, 112);
            return changed.append(flight);
        }) == (count < 1000 ? accepted : verdict{errc::tls_failed}));
        CHECK(meeting.alert == "");
    }
}

TEST_CASE("TLS handshake: close_notify in the middle of it is truncated, and no connection") {
    for (const int version : every_version) {
        INFO("version " << version);
        changed_meeting at_once(version);
        CHECK(at_once.connect([](std::string_view) { return alert_record(1, 0); }) ==
              verdict{errc::truncated});
        CHECK(at_once.alert == "close_notify");
        changed_meeting fatal(version);  // which no server should send
        CHECK(fatal.connect([](std::string_view) { return alert_record(2, 0); }) == verdict{errc::tls_alert});
        CHECK(fatal.alert == "close_notify");
    }
    changed_meeting later(TLS1_2_VERSION);
    CHECK(later.connect([](std::string_view flight) {
        std::string_view rest = flight;
        return plain_record(record_kind::handshake, take_messages(rest)) + alert_record(1, 0);
    }) == verdict{errc::truncated});
}

TEST_CASE("TLS handshake: data before its end is not taken for an answer") {
    for (const int version : every_version) {
        changed_meeting meeting(version);
        CHECK(meeting.connect([](std::string_view flight) {
            std::string_view rest = flight;
            const std::string messages = take_messages(rest);
            return plain_record(record_kind::handshake, messages) +
                   plain_record(record_kind::application_data, "HTTP/1.1 200 OK\r\n\r\n") + std::string(rest);
        }) == verdict{errc::tls_failed});
    }
}

}  // namespace uplink::tests
