// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which failures are worth another attempt, if the user has no rule of his own.
#include <uplink/detail/machine/retry_rule.hpp>

#include "support/catch.hpp"

#include <cerrno>
#include <initializer_list>
#include <iterator>
#include <system_error>
#include <vector>

namespace uplink::tests {

namespace {

using uplink::detail::failure_kind;
using uplink::detail::retry_rule_by_default;

constexpr failure_kind kinds[] = {failure_kind::attempt, failure_kind::hook, failure_kind::loss};

/// A failure, and how often in a row it has to come to stop the client; 0: it never does.
struct rule_row {
    failure_kind kind;
    error_code error;
    int stops_at;
};

error_code system_code(int value) { return {value, net::error::get_system_category()}; }
error_code generic_code(int value) {
    return {value, make_generic_condition(generic_errc::timed_out).category()};
}

std::vector<rule_row> rule_rows() {
    std::vector<rule_row> rows = {
        {failure_kind::attempt, net::error::invalid_argument, 1},
        {failure_kind::attempt, system_code(EINVAL), 1},
        {failure_kind::attempt, errc::tls_configuration, 1},
        {failure_kind::attempt, errc::certificate_rejected, 2},
        {failure_kind::attempt, errc::proxy_authentication_failed, 2},
        {failure_kind::hook, net::error::access_denied, 2},
        {failure_kind::hook, net::error::no_permission, 2},
        {failure_kind::hook, system_code(EACCES), 2},
        {failure_kind::hook, system_code(EPERM), 2},
        {failure_kind::hook, generic_code(EACCES), 2},
        {failure_kind::hook, generic_code(EPERM), 2},
        // What another kind of failure makes of these codes.
        {failure_kind::attempt, net::error::access_denied, 0},
        {failure_kind::attempt, net::error::no_permission, 0},
        {failure_kind::attempt, generic_code(EACCES), 0},
        {failure_kind::attempt, generic_code(EPERM), 0},
        {failure_kind::hook, net::error::invalid_argument, 0},
        {failure_kind::hook, errc::tls_configuration, 0},
        {failure_kind::hook, errc::certificate_rejected, 0},
        {failure_kind::hook, errc::proxy_authentication_failed, 0},
    };
    const error_code stopping[] = {
        net::error::invalid_argument, errc::tls_configuration,   errc::certificate_rejected,
        net::error::access_denied,    net::error::no_permission, errc::proxy_authentication_failed,
    };
    for (const error_code& each : stopping) rows.push_back({failure_kind::loss, each, 0});
    const error_code retried[] = {
        net::error::host_not_found,
        net::error::host_not_found_try_again,
        net::error::no_data,
        net::error::no_recovery,
        net::error::service_not_found,
        net::error::connection_refused,
        net::error::connection_reset,
        net::error::connection_aborted,
        net::error::network_unreachable,
        net::error::host_unreachable,
        net::error::timed_out,
        net::error::no_memory,
        net::error::no_descriptors,
        net::error::operation_aborted,
        net::error::eof,
        net::error::address_family_not_supported,
    };
    // All of errc but the three that have rows above.
    for (int value = 1; value <= static_cast<int>(errc::connection_lost); ++value) {
        const auto code = static_cast<errc>(value);
        if (code == errc::tls_configuration || code == errc::certificate_rejected) continue;
        if (code == errc::proxy_authentication_failed) continue;
        for (const failure_kind kind : kinds) rows.push_back({kind, code, 0});
    }
    for (const error_code& each : retried)
        for (const failure_kind kind : kinds) rows.push_back({kind, each, 0});
    return rows;
}

TEST_CASE("each code stops the client at once, when it comes twice in a row, or never, by what has failed") {
    for (const rule_row& row : rule_rows()) {
        INFO(row.error.message() << " (" << row.error.category().name() << "), kind "
                                 << static_cast<int>(row.kind));
        retry_rule_by_default rule;
        for (int n = 1; n <= 4; ++n) {
            INFO("time " << n);
            const retry_verdict verdict = rule.judge(row.kind, row.error);
            CHECK(verdict.is_stop() == (row.stops_at != 0 && n >= row.stops_at));
            CHECK_FALSE(verdict.delay());
        }
    }
}

struct failure {
    failure_kind kind;
    error_code error;
};
/// Is the last of these a reason to stop?
bool stops(std::initializer_list<failure> failures) {
    retry_rule_by_default rule;
    bool stop = false;
    for (const failure& each : failures) stop = rule.judge(each.kind, each.error).is_stop();
    return stop;
}

TEST_CASE(
    "refusals of the hook are one kind, in whatever words: EACCES followed by EPERM is twice in a row") {
    const error_code refusals[] = {net::error::access_denied, net::error::no_permission, generic_code(EACCES),
                                   generic_code(EPERM)};
    for (const error_code& first : refusals)
        for (const error_code& second : refusals)
            CHECK(stops({{failure_kind::hook, first}, {failure_kind::hook, second}}));
}

TEST_CASE(
    "two refusals of different kinds are not twice in a row, nor are two with another failure between") {
    const failure refusals[] = {{failure_kind::attempt, errc::certificate_rejected},
                                {failure_kind::attempt, errc::proxy_authentication_failed},
                                {failure_kind::hook, net::error::access_denied}};
    const failure others[] = {{failure_kind::attempt, net::error::host_not_found},
                              {failure_kind::attempt, errc::connect_timeout},
                              {failure_kind::attempt, net::error::access_denied},
                              {failure_kind::hook, net::error::eof},
                              {failure_kind::hook, errc::certificate_rejected},
                              {failure_kind::loss, net::error::access_denied},
                              {failure_kind::loss, net::error::eof}};
    for (const failure& first : refusals) {
        for (const failure& second : refusals) {
            if (first.error == second.error) continue;
            CHECK_FALSE(stops({first, second}));
            CHECK_FALSE(stops({first, second, first}));
            CHECK(stops({first, second, second}));
        }
        for (const failure& between : others) {
            INFO(first.error.message() << ", " << between.error.message());
            CHECK_FALSE(stops({first, between, first}));
            CHECK(stops({first, between, first, first}));
        }
        CHECK_FALSE(stops({first, {failure_kind::attempt, net::error::invalid_argument}, first}));
    }
}

TEST_CASE("a success between two refusals makes the second the first") {
    retry_rule_by_default rule;
    for (int i = 0; i != 3; ++i) {
        CHECK_FALSE(rule.judge(failure_kind::attempt, errc::certificate_rejected).is_stop());
        rule.succeeded();
    }
    rule.judge(failure_kind::attempt, errc::certificate_rejected);
    CHECK(rule.judge(failure_kind::attempt, errc::certificate_rejected).is_stop());
}

}  // namespace

}  // namespace uplink::tests
