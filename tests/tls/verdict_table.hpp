// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The matrix of TLS verdicts, for people: what each row that the tests check came to, as it was seen and not as it was
// expected. `test_tls "[verdict]" | grep '^|'` prints all of it.
#pragma once

#include "support/catch.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/tls_pair.hpp"

#include <openssl/ssl.h>

#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

/// What a connect has come to: its verdict, and the server's alert.
inline std::string told(tls_meeting& meeting) {
    std::ostringstream text;
    text << meeting.outcome();
    if (const std::string alert = meeting.report().alert; !alert.empty()) text << ", alert " << alert;
    return text.str();
}
/// What a client has read, and how the last read ended.
inline std::string told(const tls_pair::reading& got, tls_meeting& meeting) {
    std::ostringstream text;
    text << got.bytes.size() << " bytes, then ";
    switch (got.state) {
    case detail::tls_state::done:
    case detail::tls_state::needs_input: text << "it goes on"; break;
    case detail::tls_state::ended: text << "close_notify"; break;
    case detail::tls_state::failed: text << meeting.client.failure().message(); break;
    }
    if (const std::string alert = meeting.report().alert; !alert.empty()) text << ", alert " << alert;
    return text.str();
}

/// Prints its rows under the name of the test when it goes. Versions of TLS whose verdict is the same share a line.
class verdict_table {
public:
    verdict_table() = default;
    verdict_table(const verdict_table&) = delete;
    verdict_table& operator=(const verdict_table&) = delete;
    ~verdict_table() {
        if (lines_.empty()) return;
        static std::string last_title;
        const std::string title = Catch::getResultCapture().getCurrentTestName();
        if (std::exchange(last_title, title) != title) std::cout << "| " << title << '\n';
        for (const line& each : lines_) {
            std::cout << "|   " << std::left << std::setw(52) << each.rule << " | " << std::setw(8)
                      << each.versions << " | " << each.verdict << '\n';
        }
    }

    void add(std::string_view rule, int version, std::string verdict) {
        const std::string_view name = version == TLS1_2_VERSION   ? "1.2"
                                      : version == TLS1_3_VERSION ? "1.3"
                                                                  : "";
        for (line& each : lines_) {
            if (each.rule != rule || each.verdict != verdict) continue;
            if (each.versions.find(name) == std::string::npos) each.versions.append(" ").append(name);
            return;
        }
        lines_.push_back({std::string(rule), std::string(name), std::move(verdict)});
    }

private:
    struct line {
        std::string rule, versions, verdict;
    };
    std::vector<line> lines_{};
};

}  // namespace uplink::tests
