// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Drives the race of machine/connect_race.hpp (RFC 8305) with lookups, sockets and one timer. The connect
// operation owns this object, and begins one race, or one after the other: to find the addresses of a server
// without trying them, and to reach a server or a proxy.
//
// When a race is decided, the losers are closed immediately, and the operation is notified; it may begin the
// next race at once. The attempts are children of the operation, the lookups are not: nobody waits for them.
#pragma once

#include <uplink/detail/connect/connect_attempts.hpp>
#include <uplink/detail/connect/connect_owner.hpp>
#include <uplink/detail/connect/handed_socket.hpp>
#include <uplink/detail/connect/name_lookups.hpp>
#include <uplink/detail/connect/race_options.hpp>
#include <uplink/detail/machine/connect_race.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct next_attempt {};

template <class Core, class Operation> class address_race {
    using endpoint_type = typename Core::endpoint_type;
    using time_point = typename Core::time_point;
    using nanoseconds = std::chrono::nanoseconds;

public:
    explicit address_race(Operation& operation) noexcept : operation_(operation), timer_(operation) {
        static_assert(race_owner<Operation>, "the owner of a race has to be a connect operation");
    }

    name_lookups<Core, Operation>& lookups() noexcept { return lookups_; }
    const name_lookups<Core, Operation>& lookups() const noexcept { return lookups_; }
    connect_attempts<Core, Operation>& attempts() noexcept { return attempts_; }
    bool has_begun() const noexcept { return race_.has_value(); }
    /// The endpoint that the winner is connected to.
    const endpoint_type& endpoint() const noexcept { return endpoint_; }

    /// Begins a race; run() runs it. Throws std::bad_alloc.
    void begin(const connect_target& target) {
        Core& core = *operation_.core;
        race_settings settings = settings_of_race(core, target, lookups_.are_apart());
        if (operation_.only_looks_up()) {  // the proxy binds to addresses of its own
            settings.waits_for_both = true;
            settings.to_bind = address_family::any;
        }
        if (target.need != lookup_need::nothing) {
            race_.emplace(settings, core.record().report());
        } else if constexpr (Core::is_tcp) {
            race_.emplace(settings, core.record().list_of({*target.literal, *target.port}),
                          core.record().report());
        }
        is_over_ = false;
    }
    void begin(std::vector<endpoint_type>&& endpoints) {
        begin(settings_of_race(operation_.core->options().connect), std::move(endpoints));
    }

    /// A race with one attempt, whose socket is connected already; run() reports its result.
    void begin(handed_socket<Core>&& given) {
        race_settings settings = settings_of_race(operation_.core->options().connect);
        settings.to_bind = address_family::any;  // it is bound already
        begin(settings, operation_.core->record().list_of(given.known.peer));
        const std::size_t index = race_->next(operation_.elapsed()).index;
        operation_.events().attempt_started(index);
        if (const error_code ec = attempts_.take_over(operation_, index, std::move(given)))
            attempt_refused(index, ec);
    }

    /// The before_connect hook and the resolver are the user's code and may end the operation from within a
    /// step: the loop that called them notices it afterwards.
    void run() {
        if (!race_ || is_running_) return;
        is_running_ = true;
        while (!is_over_ && carry_out(race_->next(operation_.elapsed()))) continue;
        is_running_ = false;
    }

    // --- Events, while the race goes on; each is followed by run() ---

    void answered(address_family family, lookup_answer&& answer) {
        if constexpr (Core::is_tcp) {
            if (!race_ || is_over_) return;
            operation_.core->record().note_time_to_live(answer.time_to_live);
            drop_other_family(answer.endpoints, family);
            const std::size_t addresses = answer.error ? 0 : answer.endpoints.size();
            try {
                race_->answered(family, answer.error, std::move(answer.endpoints), operation_.elapsed());
            } catch (...) {
                stop(net::error::no_memory);
            }
            operation_.events().lookup_answered(addresses);
        }
    }
    /// False if the attempt has lost, or if it was closed while its completion was on the way: io_uring may
    /// report success for it.
    bool attempt_ended(const detail::attempt_ended& event, const error_code& ec) {
        attempts_.completed(event);
        if (is_over_ || !attempts_.is_open(event.index)) return false;
        endpoint_type remote = race_->endpoint(event.index);
        const error_code result = attempts_.result(operation_, event, ec, remote);
        if (result == net::error::in_progress) return true;
        if (result) {
            attempts_.close(event.index);
            race_->failed(event.index, result, operation_.elapsed());
        } else {
            endpoint_ = remote;
            race_->connected(event.index, operation_.elapsed());
        }
        operation_.events().attempt_ended(event.index);
        return true;
    }
    /// For addresses_found().
    std::vector<endpoint_type> take_addresses() { return race_->take_addresses(); }
    void stop(const error_code& ec) { race_->stop(ec, operation_.elapsed()); }
    void limit_reached() { race_->limit_reached(operation_.elapsed()); }

    /// The operation is over.
    void end() {
        operation_.core->deadlines().remove(timer_);
        if (!race_) return;
        if (race_->lacks_local_address()) operation_.core->record().explain(no_local_address);
        operation_.core->record().give_back(race_->take_endpoints());
    }

private:
    void begin(const race_settings& settings, std::vector<endpoint_type>&& endpoints) {
        race_.emplace(settings, std::move(endpoints), operation_.core->record().report());
        is_over_ = false;
    }

    /// Returns false if the race waits.
    bool carry_out(const race_action& action) {
        switch (action.kind) {
        case race_action_kind::look_up: look_up(action.family); return true;
        case race_action_kind::start:
            if (operation_.only_looks_up()) finish(false, [this] { operation_.addresses_found(); });
            else start_attempt(action.index);
            return true;
        case race_action_kind::close:
            attempts_.close(action.index);
            operation_.events().attempt_ended(action.index);
            return true;
        case race_action_kind::wait: return !wait_until(action.until);
        case race_action_kind::finish:
            finish(true, [&] { operation_.race_decided(action.error); });
            return true;
        }
        return false;
    }

    /// `has_decided` is false if the race has only looked up the server, before the proxy is reached.
    template <class Notify> void finish(bool has_decided, Notify notify) {
        is_over_ = true;
        operation_.core->deadlines().remove(timer_);
        lookups_.forget();
        operation_.events().lookups_forgotten(has_decided);
        notify();
    }

    /// False if there was no memory, so that the race is decided. No timer is needed while a posted result is
    /// on its way.
    bool wait_until(nanoseconds until) {
        auto& deadlines = operation_.core->deadlines();
        deadlines.remove(timer_);
        if (attempts_.has_posted_result()) return true;
        try {
            operation_.measure_limit();
            if (until != (nanoseconds::max)()) deadlines.add(timer_, operation_.time_at(until));
            return true;
        } catch (...) {
            stop(net::error::no_memory);
            return false;
        }
    }

    void look_up(address_family family) {
        if constexpr (Core::is_tcp) {
            const std::string& name = operation_.looked_up_name();
            const std::string& service = operation_.looked_up_service();
            operation_.events().lookup_asks(name, service);
            const error_code ec = lookups_.ask(operation_, *operation_.core, name, service, family);
            if (!ec) return;
            race_->answered(family, ec, {}, operation_.elapsed());
            operation_.events().lookup_answered(0);
        }
    }

    void start_attempt(std::size_t index) {
        operation_.events().attempt_started(index);
        if (const error_code ec = attempts_.start(operation_, index, race_->endpoint(index)))
            attempt_refused(index, ec);
    }
    void attempt_refused(std::size_t index, const error_code& ec) {
        race_->not_created(index, ec, operation_.elapsed());
        operation_.events().attempt_ended(index);
    }

    Operation& operation_;
    std::optional<connect_race<endpoint_type>> race_;
    name_lookups<Core, Operation> lookups_;
    connect_attempts<Core, Operation> attempts_;
    operation_deadline<Operation, time_point, next_attempt> timer_;
    endpoint_type endpoint_{};
    bool is_running_ = false;
    bool is_over_ = false;
};

}  // namespace uplink::detail
