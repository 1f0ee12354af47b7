// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect: drives the race of machine/connect_race.hpp (RFC 8305) with lookups, sockets and one timer, then
// builds the stream on the winner. If the stream is more than a socket, the handshake follows.
//
// Children: one connect for each attempt, and the handshake. All run on the client's executor. When the result is
// decided, the losers are closed immediately. The operation completes when its last child has completed, so that
// nothing of it is left when the handler is called. A lookup is not a child, and the operation does not wait for it.
// The operation owns the race, the lookups, the sockets of the attempts, and the new connection until it completes.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/connect/connect_attempts.hpp>
#include <uplink/detail/connect/connect_owner.hpp>
#include <uplink/detail/connect/handshake.hpp>
#include <uplink/detail/connect/name_lookups.hpp>
#include <uplink/detail/connection/connection.hpp>
#include <uplink/detail/machine/connect_race.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct next_attempt {};

template <class Core> class connect_operation : public operation_base {
    using executor_type = typename Core::executor_type;
    using endpoint_type = typename Core::endpoint_type;
    using time_point = typename Core::time_point;
    using nanoseconds = std::chrono::nanoseconds;

    enum class phase : unsigned char { racing, handshaking, decided };

    using handshake_type = handshake<Core, connect_operation>;

public:
    explicit connect_operation(Core& owner)
        : core(&owner), limit(*this), race_timer_(*this),
          work_(net::prefer(owner.get_executor(), net::execution::outstanding_work.tracked)) {
        static_assert(connect_owner<Core>, "the owner of a connect has to be a client's core");
    }

    std::tuple<error_code, endpoint_type> result() const {
        return {error, error ? endpoint_type() : endpoint_};
    }
    bool closed_before_delivery() noexcept override {
        if (error) return false;
        error = net::error::operation_aborted;
        return true;
    }

    /// One of the two start() is called, once, after the operation has been given to the core.
    void start(connect_target target, const race_settings& settings) {
        host_ = std::move(target.host);
        begin([&] { race_.emplace(settings, core->record().report()); });
    }
    /// `host` is the name that the handshake verifies; if it is empty, the address of the winner is used.
    void start(std::vector<endpoint_type>&& endpoints, std::string&& host, const race_settings& settings) {
        host_ = std::move(host);
        begin([&] { race_.emplace(settings, std::move(endpoints), core->record().report()); });
    }

    /// Called by attempt_handler.
    template <class Event> void child_ended(Event event, const error_code& ec) { on_event(event, ec); }

    /// A cancellation is still honoured when the race is won and losers are still in flight; a time limit is
    /// not.
    void stop() {
        const error_code aborted = net::error::operation_aborted;
        if (phase_ == phase::decided && !error) return decide(aborted);
        end_early([&](nanoseconds now) { race_->stop(aborted, now); }, aborted);
    }
    void on_deadline(total_limit) {
        end_early([this](nanoseconds now) { race_->limit_reached(now); }, errc::handshake_timeout);
    }
    void on_deadline(next_attempt) { run_race(); }

    void on_answer(address_family family, lookup_answer&& answer) {
        const auto keep_alive = core->shared_from_this();
        {
            const typename Core::turn_guard scope(*core);
            take_answer(family, std::move(answer));
            run_race();
        }
        keep_alive->finish_turn();
    }

    /// Called when a child has completed, and when the last read or write of an earlier connection has come
    /// back.
    void complete_if_done() {
        if (phase_ != phase::decided || attempts_.are_pending() || handshake_.is_pending() ||
            core->connections().has_retired())
            return;
        core->deadlines().remove(limit);
        core->deadlines().remove(race_timer_);
        core->record().report().lookup_began = lookups_.began();
        core->record().finish(error, elapsed(), attempts_.refused());
        if (race_) core->record().give_back(race_->take_endpoints());
        core->connect_ended(*this, error ? nullptr : std::move(candidate_));
    }

    /// Called before the handler's allocator is destroyed.
    void release_memory() noexcept { attempts_.release_memory(); }

    void forget_lookups() noexcept { lookups_.forget(); }

    /// Called before the operation starts: the resolver may be the user's code and may do anything, such as
    /// close the client.
    bool asks_families_apart() noexcept { return lookups_.asks_families_apart(*core); }

    Core* core;
    error_code error{};
    operation_deadline<connect_operation, time_point, total_limit> limit;

protected:
    ~connect_operation() = default;

private:
    template <class MakeRace> void begin(MakeRace make_race) {
        started_ = core->now();
        try {
            attempts_.make_room(memory());
            make_race();
        } catch (...) {
            return decide(net::error::no_memory);
        }
        run_race();
    }

    nanoseconds elapsed() const { return std::chrono::duration_cast<nanoseconds>(core->now() - started_); }

    void take_answer(address_family family, lookup_answer&& answer) {
        if constexpr (std::is_same_v<endpoint_type, net::ip::tcp::endpoint>) {
            if (!race_) return;
            core->record().note_time_to_live(answer.time_to_live);
            drop_other_family(answer.endpoints, family);
            try {
                race_->answered(family, answer.error, std::move(answer.endpoints), elapsed());
            } catch (...) {
                race_->stop(net::error::no_memory, elapsed());
            }
        }
    }

    /// The before_connect hook and the resolver are the user's code and may end the operation from within a
    /// step: the loop that called them notices it afterwards.
    void run_race() {
        if (!race_ || phase_ != phase::racing || is_running_) return;
        is_running_ = true;
        run_race_until_it_waits();
        is_running_ = false;
    }

    void run_race_until_it_waits() {
        for (;;) {
            const race_action action = race_->next(elapsed());
            switch (action.kind) {
            case race_action_kind::look_up: look_up(action.family); break;
            case race_action_kind::start: start_attempt(action.index); break;
            case race_action_kind::close: attempts_.close(action.index); break;
            case race_action_kind::wait: wait_until(action.until); return;
            case race_action_kind::finish: finish_race(action.error); return;
            }
        }
    }

    /// No timer is needed while a posted result is on its way.
    void wait_until(nanoseconds until) {
        core->deadlines().remove(race_timer_);
        if (attempts_.has_posted_result()) return;
        try {
            measure_limit();
            if (until == (nanoseconds::max)()) return;
            core->deadlines().add(
                race_timer_,
                saturating_add(started_, saturating_duration_cast<typename time_point::duration>(until)));
        } catch (...) {
            race_->stop(net::error::no_memory, elapsed());
            run_race_until_it_waits();
        }
    }
    /// Arms the timer of the limit late: a local connect usually completes before it would be needed.
    void measure_limit() {
        if (!limit.is_linked()) core->deadlines().add(limit, limit.at);
    }

    void look_up(address_family family) {
        if constexpr (std::is_same_v<endpoint_type, net::ip::tcp::endpoint>) {
            if (const error_code ec =
                    lookups_.ask(*this, *core, host_, core->record().report().service, family)) {
                race_->answered(family, ec, {}, elapsed());
            }
        }
    }

    void start_attempt(std::size_t index) {
        if (const error_code ec = attempts_.start(*this, index, race_->endpoint(index)))
            race_->not_created(index, ec, elapsed());
    }

    void on_event(attempt_ended event, const error_code& ec) {
        attempts_.completed(event);
        // A loser, or an attempt that was closed while its completion was on the way: io_uring may report
        // success for it.
        if (phase_ != phase::racing || !attempts_.is_open(event.index)) return complete_if_done();
        end_attempt(event, ec);
        run_race();
    }
    void end_attempt(const attempt_ended& event, const error_code& ec) {
        endpoint_type remote = race_->endpoint(event.index);
        const error_code result = attempts_.result(*this, event, ec, remote);
        if (result == net::error::in_progress) return;
        if (result) {
            attempts_.close(event.index);
            race_->failed(event.index, result, elapsed());
        } else {
            endpoint_ = remote;
            race_->connected(event.index, elapsed());
        }
    }

    void finish_race(const error_code& ec) {
        core->deadlines().remove(race_timer_);
        forget_lookups();
        if (ec) return decide(ec);
        try {
            candidate_ = core->make_connection(std::move(attempts_.socket(*core->record().report().winner)));
            shake_hands();
        } catch (...) {
            candidate_.reset();
            decide(net::error::no_memory);
        }
    }

    void shake_hands() {
        if constexpr (handshake_type::is_needed) {
            phase_ = phase::handshaking;
            measure_limit();
            handshake_.start(*this, candidate_->stream(), peer(), elapsed());
        } else {
            decide({});
        }
    }
    /// A connect to endpoints has no host: the winner's address stands for it.
    handshake_target peer() const requires Core::is_tcp {
        const auto& report = core->record().report();
        return {host_.empty() ? endpoint_.address().to_string() : host_,
                report.service.empty() ? std::to_string(endpoint_.port()) : report.service};
    }
    void on_event(handshake_ended, const error_code& ec) {
        handshake_.completed(candidate_->stream(), elapsed(), core->record().report());
        if (phase_ == phase::handshaking) decide(ec);
        else complete_if_done();
    }

    /// Ends the operation for a time limit or a cancellation. The race decides its own result; a handshake is
    /// ended by closing the connection.
    template <class EndRace> void end_early(EndRace end_race, const error_code& ec) {
        if (phase_ == phase::handshaking) return decide(ec);
        if (!race_ || phase_ != phase::racing) return;
        end_race(elapsed());
        run_race();
    }

    void decide(const error_code& ec) {
        phase_ = phase::decided;
        error = ec;
        if (ec && candidate_) candidate_->close();
        complete_if_done();
    }

    std::string host_{};  ///< for the lookup and for the verification in the handshake
    std::optional<connect_race<endpoint_type>> race_;
    name_lookups<Core, connect_operation> lookups_;
    connect_attempts<Core, connect_operation> attempts_;
    handshake_type handshake_;
    std::shared_ptr<connection<Core>> candidate_;
    endpoint_type endpoint_{};
    time_point started_{};
    phase phase_ = phase::racing;
    bool is_running_ = false;
    operation_deadline<connect_operation, time_point, next_attempt> race_timer_;
    tracked_executor_t<executor_type> work_;
};

}  // namespace uplink::detail
