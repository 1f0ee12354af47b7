// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One row of a connect race's table: the addresses and how each behaves, what the options and the lookups
// are, and how the race has to go. The rows are in connect_race_rows.hpp and connect_race_rule_rows.hpp;
// every level of tests drives its own code through them on virtual time. A row is written in the notation
// of tests/machine/data/connect_races.tsv, times in milliseconds:
//   "6a A120"  the first IPv6 address accepts 120 after its attempt starts
//   "4b R0"    the second IPv4 address refuses at once        "4b U5"   no route to it, known after 5
//   "6a B"     a black hole: neither ever                     "6a S!"   its socket cannot be created
//   "4a X9"    accepts after 9, and is then found unusable (that attempt fails with errc::self_connect)
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace uplink::tests {

using std::chrono::nanoseconds;

inline nanoseconds milliseconds(double count) {
    return nanoseconds(static_cast<nanoseconds::rep>(count * 1e6));
}

struct race_behaviour {
    enum class kind { accept, refuse, unreachable, black_hole, creation_error, unusable };
    kind does = kind::black_hole;
    nanoseconds after{};  ///< of accept, refuse, unreachable and unusable: since the attempt's start
};

/// What an attempt on such an address fails with.
error_code failure_of(race_behaviour::kind does);

/// "6a" is the first IPv6 address, "4b" the second IPv4 address; from the 27th on "6:27".
struct race_address {
    address_family family = address_family::v6;
    std::size_t number = 0;
    race_behaviour behaviour{};

    std::string name() const;

    /// An address reserved for documentation or private use, and port 80.
    net::ip::tcp::endpoint endpoint() const;
};

enum class race_source {
    looked_up,  ///< a name: each family's answer has its addresses in the order of the list
    list,       ///< a sequence of endpoints that the caller gives
    literal,    ///< an IP literal
};

struct race_answer {
    enum class kind { positive, negative, never };  ///< positive: the family's addresses, maybe none
    kind is = kind::positive;
    nanoseconds at{};    ///< since the operation began
    error_code error{};  ///< of negative
};

inline race_answer answer_at(double at) { return {race_answer::kind::positive, milliseconds(at), {}}; }
inline race_answer no_such_host_at(double at, error_code error = net::error::host_not_found) {
    return {race_answer::kind::negative, milliseconds(at), error};
}
inline race_answer never_answers() { return {race_answer::kind::never, nanoseconds::max(), {}}; }

struct race_start {
    std::string name;  ///< of the address
    nanoseconds at;
    bool operator==(const race_start&) const = default;
};

/// The notation of starts: "6a 0, 4a 250".
struct race_starts : std::vector<race_start> {
    race_starts() = default;
    race_starts(const char* text);
};

/// The notation of addresses, described above.
struct race_list : std::vector<race_address> {
    race_list() = default;
    race_list(const char* text);

    static race_behaviour behaviour(const std::string& text);
};

struct race_row {
    std::string id{};  ///< as in the table's file; rows with the same id are variants of it
    std::string variant{};
    race_source source = race_source::looked_up;
    race_list list{};
    race_answer v6{}, v4{};         ///< of the lookups, where there are any
    bool v4_answers_first = false;  ///< where both answer at the same time

    nanoseconds attempt_delay = milliseconds(250);
    nanoseconds resolution_delay = milliseconds(50);
    std::size_t first_family_count = 1;
    std::size_t max_parallel = 64;
    address_family family = address_family::any;
    address_family preferred = address_family::v6;
    std::optional<nanoseconds> deadline{};
    std::optional<nanoseconds> cancel{};
    std::size_t operations = 1;  ///< so many of them at the same time

    race_starts starts{};  ///< those of sockets that were created, in order
    std::string winner{};  ///< the address's name; empty: none
    error_code error{};    ///< what the operation ends with
    nanoseconds end{};
    std::optional<std::size_t> peak{};  ///< most sockets open at once

    std::size_t open() const { return winner.empty() ? 0 : 1; }  ///< sockets open at the end
    std::string title() const { return variant.empty() ? id : id + " (" + variant + ")"; }
};

}  // namespace uplink::tests
