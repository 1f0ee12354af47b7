// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Drives a connect_race through a row on virtual time, as the real driver does, and checks on the way what
// must hold in every race: each action is legal when it comes, losers are closed once each, the record fits.
// At equal times: answers, then attempts by start, then the caller's cancel, the limit, the race's own timer.
#pragma once

#include <uplink/detail/machine/connect_race.hpp>

#include "support/connect_race_row.hpp"
#include "support/reported_race.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace uplink::tests {

class race_simulation {
public:
    using endpoint_type = net::ip::tcp::endpoint;
    using race_type = reported_race<endpoint_type>;

    std::vector<race_start> starts{};  ///< of sockets that were created
    std::vector<address_family> looked_up{};
    std::string winner{};
    error_code error{};
    nanoseconds end{};
    std::size_t open = 0;
    std::size_t peak = 0;
    std::size_t calls = 0;  ///< of the machine's functions
    bool stopped = false;   ///< before call number stop_at

    explicit race_simulation(const race_row& row, std::optional<std::size_t> stop_at = {});

    const basic_connect_report<endpoint_type>& report() const { return race_.report(); }

private:
    struct pending_lookup {
        address_family family = address_family::any;
        race_answer answer{};
        bool pending = false;
    };
    struct running_attempt {
        race_address address;
        nanoseconds start;
        bool open;
        bool told;  ///< what became of it, before any stop
    };

    static race_type make_race(const race_row& row);
    race_type& race();
    void drive();
    void look_up(address_family family);
    void start(std::size_t i);
    void close(std::size_t i);
    void finish(error_code ec);
    static std::optional<nanoseconds> end_of(const running_attempt& attempt);
    void take_next_event();
    void answer(pending_lookup& lookup);
    void report_to_race(std::size_t i);
    void check_record() const;
    void check_that_it_stays_finished();

    race_row row_;
    std::optional<std::size_t> stop_at_;
    race_type race_;
    nanoseconds now_{};
    pending_lookup lookups_[2];
    std::vector<running_attempt> attempts_{};
    std::optional<nanoseconds> timer_{};
    bool ending_ = false;  ///< a loser has been closed
    bool finished_ = false;
};

}  // namespace uplink::tests
