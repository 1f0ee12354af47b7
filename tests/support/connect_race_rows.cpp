// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/connect_race_rows.hpp"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

race_list thousand_addresses() {
    race_list list;
    for (std::size_t i = 0; i != 1000; ++i)
        list.push_back({address_family::v6, i, race_list::behaviour("A0")});
    return list;
}

/// Rows H..: all lookups answer at once.
std::vector<race_row> connect_race_attempt_rows() {
    using namespace std::chrono_literals;
    using net::error::connection_refused;
    using net::error::operation_aborted;
    constexpr auto list = race_source::list;
    constexpr auto v4 = address_family::v4;
    constexpr auto v6 = address_family::v6;
    // clang-format off
    return {
        {.id = "H01", .list = "4a A123", .starts = "4a 0", .winner = "4a", .end = 123ms},
        {.id = "H02", .list = "4a A100000", .starts = "4a 0", .winner = "4a", .end = 100s},
        {.id = "H03", .list = "4a R123", .starts = "4a 0", .error = connection_refused, .end = 123ms},
        {.id = "H04", .list = "4a R100000", .starts = "4a 0", .error = connection_refused, .end = 100s},
        {.id = "H05", .list = "4a X1000", .starts = "4a 0", .error = errc::self_connect, .end = 1s},
        {.id = "H06", .list = "4a A1000, 4b A1000, 4c A200",
         .starts = "4a 0, 4b 250, 4c 500", .winner = "4c", .end = 700ms, .peak = 3},
        {.id = "H07", .list = "4a A1000, 4b A100, 4c A200",
         .starts = "4a 0, 4b 250", .winner = "4b", .end = 350ms},
        {.id = "H08", .list = "4a A1000, 4b A1000, 4c A200", .attempt_delay = 450ms,
         .starts = "4a 0, 4b 450, 4c 900", .winner = "4a", .end = 1s},
        {.id = "H09", .source = list, .list = "4a R100, 4b R200, 4c A10000, 4d A250",
         .starts = "4a 0, 4b 100, 4c 300, 4d 550", .winner = "4d", .end = 800ms},
        {.id = "H10", .source = list, .list = "4a R100, 4b R200, 4c R10000, 4d R250",
         .starts = "4a 0, 4b 100, 4c 300, 4d 550", .error = connection_refused, .end = 10300ms},
        {.id = "H12", .list = "4a R10000, 4b A1000, 6a A500", .attempt_delay = 1s, .preferred = v4,
         .starts = "4a 0, 6a 1000", .winner = "6a", .end = 1500ms},
        {.id = "H15", .variant = "name", .error = net::error::host_not_found},
        {.id = "H15", .variant = "list", .source = list, .error = net::error::not_found},
        {.id = "H16", .source = list, .list = "4a A10000, 4b A10000, 4c A10000, 4d A10000", .cancel = 5s,
         .starts = "4a 0, 4b 250, 4c 500, 4d 750", .error = operation_aborted, .end = 5s, .peak = 4},
        {.id = "H17", .variant = "v4", .list = "4a A0", .attempt_delay = 200ms, .starts = "4a 0", .winner = "4a"},
        {.id = "H17", .variant = "v6", .list = "6a A0", .attempt_delay = 200ms, .starts = "6a 0", .winner = "6a"},
        {.id = "H18", .list = "4a A0, 6b B", .attempt_delay = 200ms, .preferred = v4,
         .starts = "4a 0", .winner = "4a"},
        {.id = "H19", .list = "4a B, 6a A0", .attempt_delay = 200ms, .preferred = v4,
         .starts = "4a 0, 6a 200", .winner = "6a", .end = 200ms},
        {.id = "H20", .variant = "v4 first", .list = "4a R0, 6a A0", .attempt_delay = 200ms, .preferred = v4,
         .starts = "4a 0, 6a 0", .winner = "6a", .peak = 1},
        {.id = "H20", .variant = "v6 first", .list = "6a R0, 4a A0", .attempt_delay = 200ms,
         .starts = "6a 0, 4a 0", .winner = "4a", .peak = 1},
        {.id = "H21", .source = list, .list = "4a B, 6a B, 6b R0, 4b A0", .attempt_delay = 200ms,
         .starts = "4a 0, 6a 200, 6b 400, 4b 400", .winner = "4b", .end = 400ms},
        {.id = "H22", .list = "4a R0, 6a A0", .attempt_delay = 200ms, .preferred = v4,
         .starts = "4a 0, 6a 0", .winner = "6a"},
        {.id = "H23", .list = "4a R0", .starts = "4a 0", .error = connection_refused},
        {.id = "H24", .list = thousand_addresses(), .deadline = 5s, .starts = "6a 0", .winner = "6a", .peak = 1},
        {.id = "H25", .list = "6a B, 4a A0", .attempt_delay = 1ns,
         .starts = "6a 0, 4a 10", .winner = "4a", .end = 10ms},
        {.id = "H26", .variant = "delay 200", .list = "6a B, 4a A0", .attempt_delay = 200ms,
         .starts = "6a 0, 4a 200", .winner = "4a", .end = 200ms},
        {.id = "H26", .variant = "delay 250", .list = "6a B, 4a A0",
         .starts = "6a 0, 4a 250", .winner = "4a", .end = 250ms},
        {.id = "H29", .list = "4a B", .cancel = 50ms, .starts = "4a 0", .error = operation_aborted, .end = 50ms},
        {.id = "H31", .list = "4a A0, 6a A0", .operations = 10, .starts = "6a 0", .winner = "6a"},
        {.id = "H32", .variant = "v4", .list = "4a R250", .attempt_delay = 150ms,
         .starts = "4a 0", .error = connection_refused, .end = 250ms, .peak = 1},
        {.id = "H32", .variant = "v6", .list = "6a R250", .attempt_delay = 150ms,
         .starts = "6a 0", .error = connection_refused, .end = 250ms, .peak = 1},
        {.id = "H33", .list = "6a R250, 6b R250", .attempt_delay = 150ms,
         .starts = "6a 0, 6b 150", .error = connection_refused, .end = 400ms, .peak = 2},
        {.id = "H34", .variant = "AAAA first", .list = "6a R250, 4a R250", .attempt_delay = 150ms,
         .starts = "6a 0, 4a 150", .error = connection_refused, .end = 400ms, .peak = 2},
        {.id = "H34", .variant = "A first", .list = "6a R250, 4a R250", .v4_answers_first = true,
         .attempt_delay = 150ms,
         .starts = "6a 0, 4a 150", .error = connection_refused, .end = 400ms, .peak = 2},
        {.id = "H35", .variant = "v4", .list = "4a R500, 6a R500", .attempt_delay = 150ms, .family = v4,
         .starts = "4a 0", .error = connection_refused, .end = 500ms},
        {.id = "H35", .variant = "v6", .list = "4a R500, 6a R500", .attempt_delay = 150ms, .family = v6,
         .starts = "6a 0", .error = connection_refused, .end = 500ms},
        {.id = "H38", .source = list, .list = "4a A10000, 4b A0", .attempt_delay = 100ms,
         .starts = "4a 0, 4b 100", .winner = "4b", .end = 100ms},
        {.id = "H39", .source = list, .list = "4a R100, 4b A0", .attempt_delay = 10s,
         .starts = "4a 0, 4b 100", .winner = "4b", .end = 100ms},
        {.id = "H40", .variant = "delay 0", .source = list, .list = "4a R0, 4b R0", .attempt_delay = 0ms,
         .starts = "4a 0, 4b 0", .error = connection_refused},
        {.id = "H40", .variant = "delay 100", .source = list, .list = "4a R0, 4b R0", .attempt_delay = 100ms,
         .starts = "4a 0, 4b 0", .error = connection_refused},
        {.id = "H40", .variant = "delay 1000", .source = list, .list = "4a R0, 4b R0", .attempt_delay = 1s,
         .starts = "4a 0, 4b 0", .error = connection_refused},
        {.id = "H42", .list = "6a R0, 6b A0, 4a A0", .starts = "6a 0, 4a 0", .winner = "4a"},
        {.id = "H43", .list = "6a R0, 6b A0, 4a A0", .first_family_count = 2,
         .starts = "6a 0, 6b 0", .winner = "6b"},
        {.id = "H45", .list = "6a B, 6b B, 4a B", .cancel = 1ns,
         .starts = "6a 0", .error = operation_aborted, .end = 1ns},
        {.id = "H46", .variant = "v6 refused", .list = "6a R0, 4a A0", .starts = "6a 0, 4a 0", .winner = "4a"},
        {.id = "H46", .variant = "v6 accepts", .list = "6a A0, 4a A0", .starts = "6a 0", .winner = "6a"},
        {.id = "H47", .list = "6a B, 4a B, 6b B, 4b B, 6c R0, 4c A0",
         .starts = "6a 0, 4a 250, 6b 500, 4b 750, 6c 1000, 4c 1000", .winner = "4c", .end = 1s, .peak = 5},
        {.id = "H49", .list = "6a R0, 4a R0", .starts = "6a 0, 4a 0", .error = connection_refused},
        {.id = "H50", .list = "6a R0, 4a A0", .family = v6, .starts = "6a 0", .error = connection_refused},
        {.id = "H51", .source = list, .list = "4a A240", .starts = "4a 0", .winner = "4a", .end = 240ms},
        {.id = "H52", .source = list, .list = "4a A260, 4b A20",
         .starts = "4a 0, 4b 250", .winner = "4a", .end = 260ms},
        {.id = "H53", .source = list, .list = "4a A270, 4b A10",
         .starts = "4a 0, 4b 250", .winner = "4b", .end = 260ms},
        {.id = "H54", .source = list, .list = "4a A520, 4b A260, 4c A0",
         .starts = "4a 0, 4b 250, 4c 500", .winner = "4c", .end = 500ms},
        {.id = "H55", .source = list, .list = "4a R0, 4b R0",
         .starts = "4a 0, 4b 0", .error = connection_refused},
        {.id = "H57", .source = list, .list = "4a A270, 4b A10",
         .starts = "4a 0, 4b 250", .winner = "4b", .end = 260ms},
        {.id = "H61", .source = list, .list = "4a R600, 4b R0, 4c R300",
         .starts = "4a 0, 4b 250, 4c 250", .error = connection_refused, .end = 600ms},
        {.id = "H63", .list = "4a B, 4b B, 4c B, 4d B, 6a B, 6b B", .preferred = v4, .deadline = 2s,
         .starts = "4a 0, 6a 250, 4b 500, 6b 750, 4c 1000, 4d 1250", .error = errc::connect_timeout, .end = 2s},
        {.id = "H64", .source = list, .list = "4a B, 4b A0", .attempt_delay = 5s,
         .starts = "4a 0, 4b 2000", .winner = "4b", .end = 2s},
        {.id = "H65", .list = "6a S!, 4a A30", .starts = "4a 0", .winner = "4a", .end = 30ms},
        {.id = "H66", .list = "6a B, 4a B", .deadline = 600ms,
         .starts = "6a 0, 4a 250", .error = errc::connect_timeout, .end = 600ms},
        {.id = "H68", .variant = "6644", .list = "6a R0, 6b R0, 4a R0, 4b R0",
         .starts = "6a 0, 4a 0, 6b 0, 4b 0", .error = connection_refused},
        {.id = "H68", .variant = "6664", .list = "6a R0, 6b R0, 6c R0, 4a R0",
         .starts = "6a 0, 4a 0, 6b 0, 6c 0", .error = connection_refused},
        {.id = "H68", .variant = "464", .list = "4a R0, 6a R0, 4b R0", .preferred = v4,
         .starts = "4a 0, 6a 0, 4b 0", .error = connection_refused},
        {.id = "H68", .variant = "44", .list = "4a R0, 4b R0",
         .starts = "4a 0, 4b 0", .error = connection_refused},
        {.id = "H68", .variant = "none", .error = net::error::host_not_found},
        {.id = "H68", .variant = "count 2", .list = "6a R0, 6b R0, 6c R0, 4a R0", .first_family_count = 2,
         .starts = "6a 0, 6b 0, 4a 0, 6c 0", .error = connection_refused},
        {.id = "H68", .variant = "duplicates", .list = "6a R0, 6b R0, 6a R0, 6a R0, 4a R0, 4a R0",
         .starts = "6a 0, 4a 0, 6b 0", .error = connection_refused},
    };
    // clang-format on
}

/// Rows D..: lookups that take their time.
std::vector<race_row> connect_race_lookup_rows() {
    using namespace std::chrono_literals;
    // clang-format off
    return {
        {.id = "D01", .list = "6a A40, 4a A40", .v6 = answer_at(30), .v4 = answer_at(32),
         .starts = "6a 30", .winner = "6a", .end = 70ms},
        {.id = "D02", .list = "6a A40, 4a A40", .v6 = answer_at(40), .v4 = answer_at(30),
         .starts = "6a 40", .winner = "6a", .end = 80ms},
        {.id = "D05", .list = "6a A40", .v6 = answer_at(30), .v4 = never_answers(),
         .starts = "6a 30", .winner = "6a", .end = 70ms},
        {.id = "D06", .list = "4a A40", .v6 = no_such_host_at(10), .v4 = answer_at(60),
         .starts = "4a 60", .winner = "4a", .end = 100ms},
        {.id = "D08", .v6 = no_such_host_at(10), .v4 = no_such_host_at(25),
         .error = net::error::host_not_found, .end = 25ms},
        {.id = "D11", .list = "6a A20, 4a A40", .v6 = answer_at(0), .v4 = answer_at(100),
         .starts = "6a 0", .winner = "6a", .end = 20ms},
        {.id = "D12", .list = "4a A40", .v6 = never_answers(), .v4 = answer_at(10),
         .starts = "4a 60", .winner = "4a", .end = 100ms},
        {.id = "D13", .source = race_source::literal, .list = "6a A40",
         .starts = "6a 0", .winner = "6a", .end = 40ms},
        {.id = "D14", .list = "6a A40, 4a A40", .v6 = answer_at(35), .v4 = answer_at(30),
         .preferred = address_family::v4, .starts = "4a 30", .winner = "4a", .end = 70ms},
        {.id = "D16", .v6 = never_answers(), .v4 = never_answers(), .cancel = 20ms,
         .error = net::error::operation_aborted, .end = 20ms},
        {.id = "D17", .v6 = never_answers(), .v4 = never_answers(), .deadline = 1s,
         .error = errc::resolve_timeout, .end = 1s},
    };
    // clang-format on
}

}  // namespace

std::vector<race_row> connect_race_rows() {
    std::vector<race_row> rows = connect_race_attempt_rows();
    for (race_row& row : connect_race_lookup_rows()) rows.push_back(std::move(row));
    return rows;
}

}  // namespace uplink::tests
