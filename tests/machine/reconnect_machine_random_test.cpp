// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The reconnect machine in random sequences of events, against a model: after each event state, generation, times and
// counts are those of the table and the rules, and at the end every token of the budget is accounted for.
#include "machine/reconnect_machine_model.hpp"
#include "machine/reconnect_rig.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// Up to three clients with one budget.
class reconnect_program {
public:
    explicit reconnect_program(std::uint64_t seed, std::ostream* log = nullptr) : random_(seed), log_(log) {
        options_.backoff.floor = one_in(3) ? 0ns : nanoseconds(below(100) * 1'000'000);
        options_.backoff.base = options_.backoff.floor + nanoseconds(below(1'000) * 1'000'000);
        options_.backoff.cap = options_.backoff.base + nanoseconds(below(60'000) * 1'000'000);
        options_.backoff.factor = 1 + static_cast<double>(below(8)) / 4;
        options_.stable_after = one_in(8) ? 0ns : nanoseconds(below(20) * 1'000'000'000);
        options_.max_failures = one_in(2) ? 0 : 1 + index_below(6);
        if (one_in(2)) {
            const double rate = one_in(4) ? 1e12 : static_cast<double>(1 + below(40)) / 8;
            const double burst = 1 + static_cast<double>(below(12)) / 4;
            options_.budget = std::make_shared<reconnect_budget>(rate, burst);
            bucket_.emplace(rate, burst);
        }
        const std::size_t clients = options_.budget ? 1 + index_below(3) : 1;
        for (std::size_t i = 0; i != clients; ++i)
            clients_.emplace_back(i, options_, 1 + below(4), random_.next(), now_,
                                  bucket_ ? &*bucket_ : nullptr);
    }

    std::size_t events() const noexcept { return events_; }

    void play() {
        for (std::size_t left = 10 + index_below(60); left != 0; --left)
            happen(clients_[index_below(clients_.size())]);
        for (client& each : clients_) apply(each, modelled_event::close);
        // The tokens of those that waited are back: the budget is where it is without them.
        for (int i = 0; bucket_ && i != 5; ++i)
            must(options_.budget->reserve(now_) == bucket_->reserve(now_),
                 "no token is lost, and none is new");
    }

private:
    struct client {
        client(std::size_t index, const reconnect_options& options, std::size_t servers, std::uint64_t seed,
               nanoseconds now, detail::token_bucket* bucket)
            : number(index), machine(options, servers, seed, now), model(options, servers, seed, bucket),
              since(now) {}
        client(client&&) = delete;

        const std::size_t number;
        detail::reconnect_machine machine;
        modelled_reconnect model;
        std::uint64_t generation = 0;  ///< when it was looked at last
        nanoseconds since;
    };

    void happen(client& who) {
        pass_time(who);
        const auto dice = below(100);
        using event = modelled_event;
        // What drives the client more often than not, then anything at all.
        if (dice < 60) {
            switch (who.model.now_in) {
            case reconnect_state::idle:
            case reconnect_state::stopped:
            case reconnect_state::failed: return apply(who, event::start);
            case reconnect_state::connecting: return apply(who, one_in(3) ? event::connected : event::failed);
            case reconnect_state::preparing: return apply(who, one_in(4) ? event::failed : event::prepared);
            case reconnect_state::connected: return apply(who, one_in(2) ? event::stable : event::lost);
            case reconnect_state::waiting: return apply(who, event::timer);
            case reconnect_state::stopping: return apply(who, one_in(3) ? event::start : event::rest);
            }
        }
        if (dice < 61) return exhaust(who);
        if (dice < 66) return apply(who, event::now);
        if (dice < 70) return apply(who, event::stop);
        apply(who, static_cast<event>(below(11)));
    }
    void pass_time(const client& who) {
        const auto dice = below(10);
        if (dice < 3) return;
        if (dice < 8 && who.model.next) now_ = (std::max)(now_, *who.model.next);
        else now_ += nanoseconds(below(dice == 9 ? 30'000'000'000 : 1'000'000'000));
    }
    detail::judged_failure failure() {
        const error_code codes[] = {net::error::connection_refused, net::error::eof, errc::connect_timeout};
        const auto dice = below(10);
        const auto verdict = dice == 0  ? retry_verdict::stop()
                             : dice < 3 ? retry_verdict::retry_after(nanoseconds(below(5'000'000'000)))
                                        : retry_verdict::retry();
        return {codes[below(3)], verdict, one_in(2)};
    }

    void apply(client& who, modelled_event event) {
        ++events_;
        const bool is_possible = !one_in(20);
        const detail::judged_failure why = failure();
        if (log_ != nullptr)
            *log_ << name_of(who.model.now_in) << ": event " << static_cast<int>(event) << " of client "
                  << who.number << " at " << now_.count() << '\n';
        const auto expected = who.model.happen(event, now_, is_possible, why);
        must(tell(who.machine, event, is_possible, why) == expected, "the step is the model's");
        compare(who);
        if (who.model.now_in == reconnect_state::stopped) {
            must(who.machine.take_restart() == who.model.starts_again, "the last word counts");
            if (std::exchange(who.model.starts_again, false)) apply(who, modelled_event::start);
        }
    }
    detail::reconnect_step tell(detail::reconnect_machine& machine, modelled_event event, bool is_possible,
                                const detail::judged_failure& why) const {
        switch (event) {
        case modelled_event::start: return machine.start(now_, is_possible && machine.has_good_options());
        case modelled_event::stop: return machine.stop(now_);
        case modelled_event::close: return machine.close(now_);
        case modelled_event::connected: return machine.attempt_succeeded(now_);
        case modelled_event::failed: return machine.attempt_failed(now_, why);
        case modelled_event::prepared: return machine.prepared(now_);
        case modelled_event::lost: return machine.lost(now_, why);
        case modelled_event::rest: return machine.ended(now_);
        case modelled_event::timer: return machine.timer(now_);
        case modelled_event::now: return machine.reconnect_now(now_);
        case modelled_event::stable: machine.mark_stable(); return detail::reconnect_step::nothing;
        }
        throw std::logic_error("no such event");
    }
    void exhaust(client& who) {
        if (who.model.now_in != reconnect_state::waiting) return;
        ++events_;
        must(who.machine.exhausted(now_) == detail::reconnect_step::give_up, "without memory it gives up");
        if (who.model.has_token) bucket_->give_back();
        who.model.has_token = false;
        who.model.now_in = reconnect_state::failed;
        ++who.model.generation;
        who.model.next.reset();
        who.model.error = net::error::no_memory;
        compare(who);
    }
    void compare(client& who) const {
        const detail::reconnect_machine& machine = who.machine;
        const modelled_reconnect& model = who.model;
        must(machine.generation() == model.generation, "generation");
        must(machine.state() == model.now_in, "state");
        if (std::exchange(who.generation, machine.generation()) != machine.generation()) who.since = now_;
        must(machine.since() == who.since, "since");
        must(machine.next_attempt() == model.next, "next_attempt");
        must(machine.next_attempt().has_value() == (machine.state() == reconnect_state::waiting),
             "there is a next attempt while waiting, and only then");
        must(!machine.next_attempt() || *machine.next_attempt() >= machine.since(), "it is not in the past");
        must(machine.failures() == model.failures, "failures");
        must(machine.server() == model.server, "server");
        must(machine.connections() == model.connections, "connections");
        must(machine.last_error() == model.error, "last_error");
        must(machine.attempt_start() == model.attempt_start, "attempt_start");
        if (machine.state() == reconnect_state::connected) {
            must(machine.is_stable() == model.is_stable, "is_stable");
            must(machine.stable_at() == machine.since() + options_.stable_after, "stable_at");
            must(!machine.is_stable() || machine.failures() == 0, "a stable connection has no failures");
        }
        must(machine.will_start_again() == model.starts_again, "will_start_again");
    }

    void must(bool is_so, const char* rule) const {
        if (!is_so) throw std::logic_error(rule);
    }
    std::uint64_t below(std::uint64_t n) noexcept { return random_.next() % n; }
    std::size_t index_below(std::size_t n) noexcept { return static_cast<std::size_t>(below(n)); }
    bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }

    detail::random_numbers random_;
    std::ostream* log_;
    nanoseconds now_ = 1h;
    reconnect_options options_{};
    std::optional<detail::token_bucket> bucket_{};
    std::deque<client> clients_{};
    std::size_t events_ = 0;
};

/// Returns the number of events. A broken rule is shown with the seed and the events that led to it.
std::size_t play_reconnects(std::uint64_t first, std::uint64_t count) {
    std::size_t events = 0;
    for (std::uint64_t seed = first; seed != first + count; ++seed) {
        reconnect_program program(seed);
        try {
            program.play();
        } catch (const std::exception& broken) {
            std::ostringstream story;
            try {
                reconnect_program(seed, &story).play();
            } catch (const std::exception&) {
            }
            FAIL("seed " << seed << ", broken: " << broken.what() << '\n' << story.str());
        }
        events += program.events();
    }
    return events;
}

TEST_CASE("in random sequences of events the reconnect machine follows its table and its rules") {
    CHECK(play_reconnects(1, 10'000) > 300'000);
}

TEST_CASE("reconnect machine: 10^6 random sequences", "[.]") {
    const std::size_t events = play_reconnects(1'000'000, 1'000'000);
    WARN(events << " events");
    CHECK(events > 30'000'000);
}

}  // namespace

}  // namespace uplink::tests
