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
#include <uplink/detail/connect/attempt_handler.hpp>
#include <uplink/detail/connect/attempt_sockets.hpp>
#include <uplink/detail/connect/name_lookups.hpp>
#include <uplink/detail/connection/connection.hpp>
#include <uplink/detail/machine/connect_race.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/refused_attempts.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <algorithm>
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
    using stream_type = typename Core::stream_type;
    using socket_type = typename Core::socket_type;
    using endpoint_type = typename Core::endpoint_type;
    using time_point = typename Core::time_point;
    using nanoseconds = std::chrono::nanoseconds;

    enum class phase : unsigned char { racing, handshaking, decided };

    struct attempt_ended {
        std::size_t index;
        bool has_result = false;  ///< the result is final: poll_connect() is not needed
    };
    struct handshake_ended {};

    template <class Event> using child = attempt_handler<Core, connect_operation, Event>;
    using posted_result = posted_attempt_handler<Core, connect_operation, attempt_ended>;

public:
    explicit connect_operation(Core& owner)
        : core(&owner), limit(*this), race_timer_(*this),
          work_(net::prefer(owner.get_executor(), net::execution::outstanding_work.tracked)) {}

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
    template <class Event> void child_ended(Event event, const error_code& ec) {
        --children_;
        on_event(event, ec);
    }

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
        if (phase_ != phase::decided || children_ != 0 || core->has_retired_connections()) return;
        core->deadlines().remove(limit);
        core->deadlines().remove(race_timer_);
        basic_connect_report<endpoint_type>& report = core->record().report();
        report.lookup_began = lookups_.began();
        report.total = elapsed();
        if (race_) core->record().give_back(race_->take_endpoints());
        report.error = error;
        if (error) core->record().explain(refusals_.reason_for(report.attempts, error));
        core->connect_ended(*this, error ? nullptr : std::move(candidate_));
    }

    /// Called before the handler's allocator is destroyed.
    void release_memory() noexcept { sockets_.reset(); }

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
            sockets_.emplace(memory());
            make_race();
        } catch (...) {
            decide(net::error::no_memory);
            return;
        }
        run_race();
    }

    nanoseconds elapsed() const { return std::chrono::duration_cast<nanoseconds>(core->now() - started_); }

    void take_answer(address_family family, lookup_answer&& answer) {
        if constexpr (std::is_same_v<endpoint_type, net::ip::tcp::endpoint>) {
            if (!race_) return;
            const auto& told = answer.time_to_live;
            auto& time_to_live = core->record().report().time_to_live;
            if (told) time_to_live = (std::min)(time_to_live.value_or(*told), *told);
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
            case race_action_kind::close: sockets_->close(action.index); break;
            case race_action_kind::wait: wait_until(action.until); return;
            case race_action_kind::finish: finish_race(action.error); return;
            }
        }
    }

    /// No timer is needed while a posted result is on its way.
    void wait_until(nanoseconds until) {
        core->deadlines().remove(race_timer_);
        if (posted_results_ != 0) return;
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
        refusal why;
        try {
            const endpoint_type endpoint = race_->endpoint(index);
            socket_type& socket = sockets_->open(index, core->get_executor(), endpoint, core->options(), why);
            if (!why) return connect(index, socket, endpoint);
        } catch (...) {
            why = {net::error::no_memory};
        }
        sockets_->close(index);
        refusals_.add(index, why);
        race_->not_created(index, why.error, elapsed());
    }

    /// A result that is known immediately is processed in a later turn of the event loop nevertheless: until
    /// then the connect can be cancelled, as any other can.
    void connect(std::size_t index, socket_type& socket, const endpoint_type& endpoint) {
        if constexpr (connects_at_once<socket_type>) {
            const error_code ec = start_connect(socket, endpoint);
            if (ec == net::error::in_progress) {
                await_connect(index, socket);
                return;
            }
            net::post(core->get_executor(), posted_result(*this, attempt_ended{index, true}, ec));
            ++posted_results_;
        } else {
            socket.async_connect(endpoint, child<attempt_ended>(*this, attempt_ended{index}));
        }
        ++children_;
    }

    void await_connect(std::size_t index, socket_type& socket) {
        socket.async_wait(socket_type::wait_write, child<attempt_ended>(*this, attempt_ended{index}));
        ++children_;
    }

    void on_event(attempt_ended event, const error_code& result) {
        if (event.has_result) --posted_results_;
        // A loser, or an attempt that was closed while its completion was on the way: io_uring may report
        // success for it.
        if (phase_ != phase::racing || !sockets_->is_open(event.index)) {
            complete_if_done();
            return;
        }
        end_attempt(event.index, result || event.has_result ? result : poll_again(event.index));
        run_race();
    }
    /// in_progress if the attempt is still connecting.
    error_code poll_again(std::size_t index) {
        if constexpr (connects_at_once<socket_type>) {
            return poll_connect((*sockets_)[index], race_->endpoint(index));
        } else {
            return {};
        }
    }

    void end_attempt(std::size_t index, error_code ec) {
        if constexpr (connects_at_once<socket_type>) {
            if (ec == net::error::in_progress) {
                try {
                    return await_connect(index, (*sockets_)[index]);
                } catch (...) {
                    ec = net::error::no_memory;
                }
            }
        }
        if (!ec) {
            endpoint_ = race_->endpoint(index);
            ec = sockets_->check_connected(index, endpoint_);
        }
        if (ec) {
            sockets_->close(index);
            race_->failed(index, ec, elapsed());
        } else {
            race_->connected(index, elapsed());
        }
    }

    void finish_race(const error_code& ec) {
        core->deadlines().remove(race_timer_);
        forget_lookups();
        if (ec) {
            decide(ec);
            return;
        }
        try {
            candidate_ = core->make_connection(std::move((*sockets_)[*core->record().report().winner]));
            shake_hands();
        } catch (...) {
            candidate_.reset();
            decide(net::error::no_memory);
        }
    }

    void shake_hands() {
        if constexpr (requires(stream_type & stream, child<handshake_ended> call) {
                          stream.async_handshake(std::string(), std::move(call));
                      }) {
            phase_ = phase::handshaking;
            handshake_started_ = elapsed();
            measure_limit();
            if (host_.empty()) host_ = endpoint_.address().to_string();
            candidate_->stream().async_handshake(host_, child<handshake_ended>(*this, {}));
            ++children_;
        } else {
            decide({});
        }
    }

    void on_event(handshake_ended, const error_code& ec) {
        core->record().report().handshake = elapsed() - handshake_started_;
        if (phase_ == phase::handshaking) {
            decide(ec);
        } else {
            complete_if_done();
        }
    }

    /// Ends the operation for a time limit or a cancellation. The race decides its own result; a handshake is
    /// ended by closing the connection.
    template <class EndRace> void end_early(EndRace end_race, const error_code& ec) {
        if (race_ && phase_ == phase::racing) {
            end_race(elapsed());
            run_race();
        } else if (phase_ == phase::handshaking) {
            decide(ec);
        }
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
    std::optional<attempt_sockets<socket_type>> sockets_;
    std::shared_ptr<connection<Core>> candidate_;
    endpoint_type endpoint_{};
    time_point started_{};
    nanoseconds handshake_started_{};
    std::size_t children_ = 0;
    refused_attempts refusals_{};
    std::size_t posted_results_ = 0;  ///< how many of the children have a result that is known
    phase phase_ = phase::racing;
    bool is_running_ = false;
    operation_deadline<connect_operation, time_point, next_attempt> race_timer_;
    tracked_executor_t<executor_type> work_;
};

}  // namespace uplink::detail
