// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/connect_race_rule_rows.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

/// When attempts start, and which error stands for all.
std::vector<race_row> connect_race_rule_attempt_rows() {
    using namespace std::chrono_literals;
    using net::error::connection_refused;
    using net::error::host_unreachable;
    constexpr auto list = race_source::list;
    // clang-format off
    return {
        {.id = "R01", .variant = "an older failure changes nothing", .source = list,
         .list = "4a R300, 4b B, 4c A0", .starts = "4a 0, 4b 250, 4c 500", .winner = "4c", .end = 500ms},
        {.id = "R02", .variant = "the latest failure starts the next at once", .source = list,
         .list = "4a B, 4b R10, 4c A0", .starts = "4a 0, 4b 250, 4c 260", .winner = "4c", .end = 260ms},
        {.id = "R03", .variant = "failure and delay together", .source = list,
         .list = "4a R250, 4b A0", .starts = "4a 0, 4b 250", .winner = "4b", .end = 250ms},
        {.id = "R04", .variant = "failures in a row", .source = list, .list = "4a B, 4b R0, 4c R0, 4d A0",
         .starts = "4a 0, 4b 250, 4c 250, 4d 250", .winner = "4d", .end = 250ms, .peak = 2},
        {.id = "R05", .variant = "the delay counts from the latest start", .source = list,
         .list = "4a R100, 4b B, 4c A0", .starts = "4a 0, 4b 100, 4c 350", .winner = "4c", .end = 350ms},
        {.id = "R06", .variant = "no socket counts as failed at its start", .source = list,
         .list = "4a B, 4b S!, 4c S!, 4d A5", .starts = "4a 0, 4d 250", .winner = "4d", .end = 255ms},
        {.id = "R07", .variant = "no sockets at all", .source = list, .list = "4a S!, 4b S!",
         .error = net::error::no_descriptors},
        {.id = "R08", .variant = "an unusable connection is a failure", .source = list,
         .list = "4a X10, 4b A20", .starts = "4a 0, 4b 10", .winner = "4b", .end = 30ms},
        {.id = "R09", .variant = "an older unusable connection changes nothing", .source = list,
         .list = "4a X260, 4b A100, 4c B", .starts = "4a 0, 4b 250", .winner = "4b", .end = 350ms},
        {.id = "R10", .variant = "no more than max_parallel", .source = list, .list = "4a B, 4b R600, 4c A0",
         .max_parallel = 2, .starts = "4a 0, 4b 250, 4c 850", .winner = "4c", .end = 850ms, .peak = 2},
        {.id = "R11", .variant = "one at a time", .source = list, .list = "4a R1000, 4b A0",
         .max_parallel = 1, .starts = "4a 0, 4b 1000", .winner = "4b", .end = 1s, .peak = 1},
        {.id = "R12", .variant = "an older failure makes room", .source = list, .list = "4a R700, 4b B, 4c A0",
         .max_parallel = 2, .starts = "4a 0, 4b 250, 4c 700", .winner = "4c", .end = 700ms, .peak = 2},
        {.id = "R13", .variant = "room before the delay has passed", .source = list,
         .list = "4a R300, 4b B, 4c A0", .max_parallel = 2,
         .starts = "4a 0, 4b 250, 4c 500", .winner = "4c", .end = 500ms, .peak = 2},
        {.id = "R14", .variant = "no room until the limit", .source = list, .list = "4a B, 4b B, 4c A0",
         .max_parallel = 2, .deadline = 3s,
         .starts = "4a 0, 4b 250", .error = errc::connect_timeout, .end = 3s, .peak = 2},
        {.id = "R15", .variant = "a connection before the delay's end", .source = list,
         .list = "4a A250, 4b A0", .starts = "4a 0", .winner = "4a", .end = 250ms},
        {.id = "R16", .variant = "lowest start index wins a tie", .source = list,
         .list = "4a A500, 4b A250, 4c B", .starts = "4a 0, 4b 250", .winner = "4a", .end = 500ms},
        {.id = "R17", .variant = "a connection at the limit", .source = list, .list = "4a A100",
         .deadline = 100ms, .starts = "4a 0", .winner = "4a", .end = 100ms},
        {.id = "R18", .variant = "the caller's order and duplicates stay", .source = list,
         .list = "6a R0, 6b R0, 4a R0, 6a R0, 4a R0", .preferred = address_family::v4,
         .starts = "6a 0, 6b 0, 4a 0, 6a 0, 4a 0", .error = connection_refused},
        {.id = "R20", .variant = "unreachable tells less than refused", .source = list,
         .list = "6a U0, 4a R5", .starts = "6a 0, 4a 0", .error = connection_refused, .end = 5ms},
        {.id = "R21", .variant = "all unreachable: the first", .source = list,
         .list = "6a U0, 4a U5", .starts = "6a 0, 4a 0", .error = host_unreachable, .end = 5ms},
        {.id = "R22", .variant = "the first by address, not by time", .source = list,
         .list = "4a X600, 4b R0", .starts = "4a 0, 4b 250", .error = errc::self_connect, .end = 600ms},
        {.id = "R23", .variant = "the first that is not unreachable", .source = list,
         .list = "4a U0, 4b U0, 4c X9, 4d R0",
         .starts = "4a 0, 4b 0, 4c 0, 4d 9", .error = errc::self_connect, .end = 9ms},
    };
    // clang-format on
}

/// RFC 8305, section 3: when the race begins, and what a late answer does to it.
std::vector<race_row> connect_race_rule_lookup_rows() {
    using namespace std::chrono_literals;
    using net::error::connection_refused;
    using net::error::host_not_found;
    using net::error::host_not_found_try_again;
    constexpr auto v4 = address_family::v4;
    constexpr auto v6 = address_family::v6;
    // clang-format off
    return {
        {.id = "R30", .variant = "AAAA within the resolution delay", .list = "6a A40, 4a A40",
         .v6 = answer_at(59), .v4 = answer_at(10), .starts = "6a 59", .winner = "6a", .end = 99ms},
        {.id = "R31", .variant = "AAAA at its very end", .list = "6a A40, 4a A40",
         .v6 = answer_at(60), .v4 = answer_at(10), .starts = "6a 60", .winner = "6a", .end = 100ms},
        {.id = "R32", .variant = "AAAA after it", .list = "6a A40, 4a B", .v6 = answer_at(61), .v4 = answer_at(10),
         .starts = "4a 60, 6a 310", .winner = "6a", .end = 350ms},
        {.id = "R33", .variant = "a late preferred family gets its turn", .list = "6a B, 6b B, 4a B, 4b B, 4c A0",
         .v6 = answer_at(100), .v4 = answer_at(0),
         .starts = "4a 50, 6a 300, 4b 550, 6b 800, 4c 1050", .winner = "4c", .end = 1050ms},
        {.id = "R34", .variant = "it has lost its head start", .list = "6a B, 6b B, 4a B, 4b A0",
         .v6 = answer_at(100), .v4 = answer_at(0), .first_family_count = 2,
         .starts = "4a 50, 6a 300, 4b 550", .winner = "4b", .end = 550ms},
        {.id = "R35", .variant = "late A after two of AAAA", .list = "6a B, 6b B, 6c B, 4a A0",
         .v4 = answer_at(300), .starts = "6a 0, 6b 250, 4a 500", .winner = "4a", .end = 500ms},
        {.id = "R36", .variant = "late A within the head start", .list = "6a B, 6b B, 6c B, 6d B, 4a B, 4b B",
         .v4 = answer_at(300), .first_family_count = 3, .deadline = 1400ms,
         .starts = "6a 0, 6b 250, 6c 500, 4a 750, 6d 1000, 4b 1250", .error = errc::connect_timeout, .end = 1400ms},
        {.id = "R37", .variant = "late A when all has failed", .list = "6a R10, 4a A5", .v4 = answer_at(500),
         .starts = "6a 0, 4a 500", .winner = "4a", .end = 505ms},
        {.id = "R38", .variant = "late A when the delay has passed", .list = "6a B, 4a A5", .v4 = answer_at(600),
         .starts = "6a 0, 4a 600", .winner = "4a", .end = 605ms},
        {.id = "R39", .variant = "late A before the delay has passed", .list = "6a B, 4a A5",
         .v4 = answer_at(100), .starts = "6a 0, 4a 250", .winner = "4a", .end = 255ms},
        {.id = "R40", .variant = "attempts failed, then a lookup", .list = "6a R10",
         .v4 = no_such_host_at(500, host_not_found_try_again),
         .starts = "6a 0", .error = connection_refused, .end = 500ms},
        {.id = "R41", .variant = "no AAAA while A waits", .list = "4a A40", .v6 = no_such_host_at(30),
         .v4 = answer_at(10), .starts = "4a 30", .winner = "4a", .end = 70ms},
        {.id = "R42", .variant = "an empty AAAA while A waits", .list = "4a A40", .v6 = answer_at(30),
         .v4 = answer_at(10), .starts = "4a 30", .winner = "4a", .end = 70ms},
        {.id = "R43", .variant = "v4 preferred, A within the delay", .list = "6a A40, 4a A40",
         .v6 = answer_at(10), .v4 = answer_at(20), .preferred = v4, .starts = "4a 20", .winner = "4a", .end = 60ms},
        {.id = "R44", .variant = "v4 preferred, A never", .list = "6a A40", .v6 = answer_at(10),
         .v4 = never_answers(), .preferred = v4, .starts = "6a 60", .winner = "6a", .end = 100ms},
        {.id = "R45", .variant = "no A, then late AAAA", .list = "6a A40", .v6 = answer_at(500),
         .v4 = no_such_host_at(1), .starts = "6a 500", .winner = "6a", .end = 540ms},
        {.id = "R46", .variant = "no resolution delay", .list = "4a A40", .v6 = never_answers(),
         .v4 = answer_at(10), .resolution_delay = 0ms, .starts = "4a 10", .winner = "4a", .end = 50ms},
        {.id = "R47", .variant = "one family: A is not delayed", .list = "4a A40, 6a A0", .v4 = answer_at(10),
         .family = v4, .starts = "4a 10", .winner = "4a", .end = 50ms},
        {.id = "R48", .variant = "one family: AAAA", .list = "4a A0, 6a A40", .v6 = answer_at(10),
         .family = v6, .preferred = v4, .starts = "6a 10", .winner = "6a", .end = 50ms},
        {.id = "R49", .variant = "A answers first at the same time", .list = "6a A40, 4a A40",
         .v6 = answer_at(10), .v4 = answer_at(10), .v4_answers_first = true,
         .starts = "6a 10", .winner = "6a", .end = 50ms},
        {.id = "R50", .variant = "try again, by AAAA", .v6 = no_such_host_at(10, host_not_found_try_again),
         .v4 = no_such_host_at(20), .error = host_not_found_try_again, .end = 20ms},
        {.id = "R51", .variant = "try again, by A", .v6 = no_such_host_at(10),
         .v4 = no_such_host_at(20, host_not_found_try_again), .error = host_not_found_try_again, .end = 20ms},
        {.id = "R52", .variant = "the preferred family's error", .v6 = no_such_host_at(10, net::error::no_recovery),
         .v4 = no_such_host_at(5, net::error::no_data), .error = net::error::no_recovery, .end = 10ms},
        {.id = "R53", .variant = "v4 preferred: its error", .v6 = no_such_host_at(10, net::error::no_recovery),
         .v4 = no_such_host_at(5, net::error::no_data), .preferred = v4, .error = net::error::no_data, .end = 10ms},
        {.id = "R54", .variant = "one family: its error", .v4 = no_such_host_at(5, net::error::no_data),
         .family = v4, .error = net::error::no_data, .end = 5ms},
        {.id = "R55", .variant = "limit while A waits for AAAA", .list = "4a A0", .v6 = never_answers(),
         .v4 = answer_at(990), .deadline = 1s, .error = errc::resolve_timeout, .end = 1s},
        {.id = "R56", .variant = "limit after failures, A pending", .list = "6a R10", .v4 = never_answers(),
         .deadline = 500ms, .starts = "6a 0", .error = errc::resolve_timeout, .end = 500ms},
        {.id = "R57", .variant = "limit with an attempt open, A pending", .list = "6a B", .v4 = never_answers(),
         .deadline = 500ms, .starts = "6a 0", .error = errc::connect_timeout, .end = 500ms},
        {.id = "R58", .variant = "cancelled while A waits for AAAA", .list = "4a A0", .v6 = never_answers(),
         .v4 = answer_at(10), .cancel = 20ms, .error = net::error::operation_aborted, .end = 20ms},
        {.id = "R59", .variant = "late AAAA waits for room", .list = "6a A0, 4a R700", .v6 = answer_at(100),
         .v4 = answer_at(0), .max_parallel = 1, .starts = "4a 50, 6a 750", .winner = "6a", .end = 750ms, .peak = 1},
    };
    // clang-format on
}

}  // namespace

std::vector<race_row> connect_race_rule_rows() {
    std::vector<race_row> rows = connect_race_rule_attempt_rows();
    for (race_row& row : connect_race_rule_lookup_rows()) rows.push_back(std::move(row));
    return rows;
}

}  // namespace uplink::tests
