// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/connect_race_simulation.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace uplink::tests {

race_simulation::race_simulation(const race_row& row, std::optional<std::size_t> stop_at)
    : row_(row), stop_at_(stop_at), race_(make_race(row)) {
    lookups_[0] = {row.v4_answers_first ? address_family::v4 : address_family::v6, {}, false};
    lookups_[1] = {row.v4_answers_first ? address_family::v6 : address_family::v4, {}, false};
    for (pending_lookup& lookup : lookups_)
        lookup.answer = lookup.family == address_family::v6 ? row.v6 : row.v4;
    drive();
    while (!finished_) {
        take_next_event();
        drive();
    }
    check_record();
    check_that_it_stays_finished();
}

race_simulation::race_type race_simulation::make_race(const race_row& row) {
    const detail::race_settings settings{.attempt_delay = row.attempt_delay,
                                         .resolution_delay = row.resolution_delay,
                                         .first_family_count = row.first_family_count,
                                         .max_parallel = row.max_parallel,
                                         .family = row.family,
                                         .preferred = row.preferred,
                                         .families_apart = true};
    if (row.source == race_source::looked_up) return race_type(settings);
    std::vector<endpoint_type> endpoints;
    for (const race_address& address : row.list) endpoints.push_back(address.endpoint());
    return race_type(settings, std::move(endpoints));
}

race_simulation::race_type& race_simulation::race() {
    if (calls++ == stop_at_) {
        race_.stop(net::error::operation_aborted, now_);
        stopped = true;
    }
    return race_;
}

void race_simulation::drive() {
    for (;;) {
        const detail::race_action action = race().next(now_);
        switch (action.kind) {
        case detail::race_action_kind::look_up: look_up(action.family); break;
        case detail::race_action_kind::start: start(action.index); break;
        case detail::race_action_kind::close: close(action.index); break;
        case detail::race_action_kind::wait:
            REQUIRE(action.until > now_);
            timer_ = action.until;
            return;
        case detail::race_action_kind::finish: finish(action.error); return;
        }
    }
}

void race_simulation::look_up(address_family family) {
    REQUIRE_FALSE(ending_);
    REQUIRE(std::count(looked_up.begin(), looked_up.end(), family) == 0);
    looked_up.push_back(family);
    for (pending_lookup& lookup : lookups_) {
        if (lookup.family == family) lookup.pending = true;
    }
}

void race_simulation::start(std::size_t i) {
    REQUIRE_FALSE(ending_);
    REQUIRE_FALSE(stopped);
    REQUIRE(i == attempts_.size());
    const auto address = std::find_if(row_.list.begin(), row_.list.end(), [&](const race_address& candidate) {
        return candidate.endpoint() == race_.endpoint(i);
    });
    REQUIRE(address != row_.list.end());
    const bool created = address->behaviour.does != race_behaviour::kind::creation_error;
    attempts_.push_back({*address, now_, created, false});
    if (!created) {
        race_type& told = race();
        attempts_[i].told = !stopped;
        return told.not_created(i, failure_of(address->behaviour.does), now_);
    }
    starts.push_back({address->name(), now_});
    peak = std::max(peak, ++open);
    REQUIRE(peak <= row_.max_parallel);
}

void race_simulation::close(std::size_t i) {
    ending_ = true;
    REQUIRE(i < attempts_.size());
    REQUIRE(attempts_[i].open);
    attempts_[i].open = false;
    --open;
}

void race_simulation::finish(error_code ec) {
    finished_ = true;
    error = ec;
    end = now_;
    const auto index = race_.report().winner;
    REQUIRE(index.has_value() == !ec);
    REQUIRE(open == (index ? 1 : 0));
    if (!index) return;
    REQUIRE(attempts_.at(*index).open);
    winner = attempts_[*index].address.name();
}

std::optional<nanoseconds> race_simulation::end_of(const running_attempt& attempt) {
    const auto& behaviour = attempt.address.behaviour;
    if (!attempt.open || attempt.told || behaviour.does == race_behaviour::kind::black_hole) return {};
    return attempt.start + behaviour.after;
}

void race_simulation::take_next_event() {
    nanoseconds when = nanoseconds::max();
    for (const pending_lookup& lookup : lookups_) {
        if (lookup.pending) when = std::min(when, lookup.answer.at);
    }
    for (const running_attempt& attempt : attempts_) when = std::min(when, end_of(attempt).value_or(when));
    for (const auto& time : {row_.cancel, row_.deadline, timer_}) when = std::min(when, time.value_or(when));
    REQUIRE(when != nanoseconds::max());  // else the race would never end
    REQUIRE(when >= now_);
    now_ = when;
    for (pending_lookup& lookup : lookups_) {
        if (lookup.pending && lookup.answer.at == when) return answer(lookup);
    }
    for (std::size_t i = 0; i != attempts_.size(); ++i) {
        if (end_of(attempts_[i]) == when) return report_to_race(i);
    }
    if (row_.cancel == when) return race().stop(net::error::operation_aborted, now_);
    if (row_.deadline == when) return race().limit_reached(now_);
}

void race_simulation::answer(pending_lookup& lookup) {
    lookup.pending = false;
    std::vector<endpoint_type> endpoints;
    for (const race_address& address : row_.list) {
        if (address.family == lookup.family) endpoints.push_back(address.endpoint());
    }
    race().answered(lookup.family, lookup.answer.error, std::move(endpoints), now_);
}

void race_simulation::report_to_race(std::size_t i) {
    const error_code failure = failure_of(attempts_[i].address.behaviour.does);
    race_type& told = race();
    attempts_[i].told = !stopped;
    if (!failure) return told.connected(i, now_);
    attempts_[i].open = false;
    --open;
    told.failed(i, failure, now_);
}

void race_simulation::check_record() const {
    const auto& record = race_.report().attempts;
    REQUIRE(record.size() == attempts_.size());
    for (std::size_t i = 0; i != record.size(); ++i) {
        const running_attempt& attempt = attempts_[i];
        const auto& does = attempt.address.behaviour;
        REQUIRE(record[i].endpoint == attempt.address.endpoint());
        REQUIRE(record[i].start == attempt.start);
        if (attempt.told && failure_of(does.does)) {
            REQUIRE(record[i].error == failure_of(does.does));
            REQUIRE(record[i].duration == does.after);  // 0 where there was no socket
        } else {
            const error_code lost = error ? error : error_code(net::error::operation_aborted);
            REQUIRE(record[i].error == (race_.report().winner == i ? error_code() : lost));
            REQUIRE(record[i].duration == end - attempt.start);
        }
    }
}

void race_simulation::check_that_it_stays_finished() {
    const auto before = race_.report().winner;
    for (std::size_t i = 0; i <= std::min<std::size_t>(attempts_.size(), 8); ++i) {
        race_.connected(i, now_);
        race_.failed(i, net::error::connection_reset, now_);
        race_.not_created(i, net::error::no_descriptors, now_);
    }
    for (const pending_lookup& lookup : lookups_) race_.answered(lookup.family, {}, {endpoint_type()}, now_);
    race_.stop(net::error::connection_aborted, now_);
    race_.limit_reached(now_);
    const auto action = race_.next(now_ + milliseconds(1000));
    REQUIRE(action.kind == detail::race_action_kind::finish);
    REQUIRE(action.error == error);
    REQUIRE(race_.report().winner == before);
    check_record();
}

}  // namespace uplink::tests
