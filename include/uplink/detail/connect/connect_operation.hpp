// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect: races the addresses of the server (RFC 8305), then builds the stream on the winner. If the stream is
// more than a socket, the handshake follows. If the options have a proxy, the race reaches the proxy, which is then
// asked for the server; see machine/proxy_route.hpp.
//
// Children: one connect for each attempt, the conversation with the proxy, and the handshake. All run on the client's
// executor. The operation completes when its last child has completed, so that nothing of it is left when the handler
// is called. A lookup is not a child, and the operation does not wait for it. The operation owns the race with its
// lookups and sockets, and the new connection until it completes.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/connect/address_race.hpp>
#include <uplink/detail/connect/connect_events.hpp>
#include <uplink/detail/connect/connect_owner.hpp>
#include <uplink/detail/connect/handshake.hpp>
#include <uplink/detail/connect/proxy_negotiation.hpp>
#include <uplink/detail/connect/race_options.hpp>
#include <uplink/detail/connection/connection.hpp>
#include <uplink/detail/machine/any_proxy_handshake.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_route.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class connect_operation : public operation_base {
    using executor_type = typename Core::executor_type;
    using endpoint_type = typename Core::endpoint_type;
    using time_point = typename Core::time_point;
    using nanoseconds = std::chrono::nanoseconds;

    enum class phase : unsigned char { racing, negotiating, handshaking, decided };

    using handshake_type = handshake<Core, connect_operation>;
    using proxy_type = proxy_negotiation<Core, connect_operation>;

public:
    explicit connect_operation(Core& owner)
        : core(&owner), limit(*this), events_(owner), race_(*this),
          work_(net::prefer(owner.get_executor(), net::execution::outstanding_work.tracked)) {
        static_assert(connect_owner<Core>, "the owner of a connect has to be a client's core");
    }

    std::tuple<error_code, endpoint_type> result() const {
        return {error, error ? endpoint_type() : race_.endpoint()};
    }
    bool closed_before_delivery() noexcept override {
        if (error) return false;
        error = net::error::operation_aborted;
        return true;
    }

    bool uses_proxy() const noexcept { return Core::is_tcp && is_set(core->options().proxy); }
    /// Called before start(). `target` is the server, and becomes what is looked up or raced first: with a proxy that
    /// may be another place.
    refusal plan(connect_target& target) {
        if (uses_proxy()) return make_proxy().plan(target);
        return target.literal ? check_literal(core->options().connect, *target.literal) : refusal();
    }
    /// The same for one of the caller's endpoints, to be reached through the proxy.
    refusal plan(const std::vector<endpoint_type>& endpoints, connect_target& first) {
        return make_proxy().plan(endpoints, first);
    }

    /// One of the start() is called, once, after the operation has been given to the core.
    void start(connect_target&& target) {
        host_ = std::move(target.host);
        begin([&] { race_.begin(target); });
    }
    void start(std::vector<endpoint_type>&& endpoints) {
        begin([&] { race_.begin(std::move(endpoints)); });
    }
    void start(handed_socket<Core>&& given) {
        host_ = std::move(given.known.host);
        begin([&] { race_.begin(std::move(given)); });
    }

    /// Called by attempt_handler.
    template <class Event> void child_ended(Event event, const error_code& ec) { on_event(event, ec); }

    /// A cancellation is still honoured when the race is won and losers are still in flight; a time limit is
    /// not.
    void stop() {
        const error_code aborted = net::error::operation_aborted;
        if (phase_ == phase::decided && !error) return decide(aborted);
        end_early([&] { race_.stop(aborted); }, aborted);
    }
    void on_deadline(total_limit) {
        end_early([this] { race_.limit_reached(); },
                  phase_ == phase::negotiating ? errc::proxy_timeout : errc::handshake_timeout);
    }
    void on_deadline(next_attempt) { race_.run(); }

    void on_answer(address_family family, lookup_answer&& answer) {
        const auto keep_alive = core->shared_from_this();
        {
            const typename Core::turn_guard scope(*core);
            race_.answered(family, std::move(answer));
            race_.run();
        }
        keep_alive->finish_turn();
    }

    /// Called when a child has completed, and when the last read or write of an earlier connection has come
    /// back.
    void complete_if_done() {
        if (phase_ != phase::decided || race_.attempts().are_pending() || handshake_.is_pending() ||
            (proxy_ && proxy_->is_pending()) || core->connections().has_retired())
            return;
        core->deadlines().remove(limit);
        core->record().report().lookup_began = race_.lookups().began();
        core->record().finish(error, elapsed(), race_.attempts().refused());
        if (proxy_ && error) proxy_->explain(core->record());
        race_.end();
        events_.connect_ended();
        core->connect_ended(*this, error ? nullptr : std::move(candidate_));
    }

    /// Called before the handler's allocator is destroyed.
    void release_memory() noexcept { race_.attempts().release_memory(); }

    /// Called before abandon().
    void tell_abandoned() noexcept {
        race_.lookups().forget();
        events_.connect_abandoned(error ? error : error_code(net::error::operation_aborted), elapsed());
    }

    /// Called before the operation starts: the resolver may be the user's code, and may close the client.
    void prepare_lookups() noexcept { race_.lookups().asks_families_apart(*core); }

    // --- Called by the race, the conversation with the proxy, and the handshake ---

    connect_events<Core>& events() noexcept { return events_; }
    nanoseconds elapsed() const { return std::chrono::duration_cast<nanoseconds>(core->now() - started_); }
    /// `since_start` later than the start.
    time_point time_at(nanoseconds since_start) const noexcept {
        return saturating_add(started_, saturating_duration_cast<typename time_point::duration>(since_start));
    }
    /// Arms the timer of the limit late: a local connect usually completes before it would be needed.
    void measure_limit() {
        if (!limit.is_linked()) core->deadlines().add(limit, limit.at);
    }
    const std::string& looked_up_name() const noexcept { return host_; }
    const std::string& looked_up_service() const noexcept {
        return proxy_ && !only_looks_up() ? proxy_->route().proxy_place().service
                                          : core->record().report().service;
    }
    bool only_looks_up() const noexcept { return proxy_ && proxy_->route().looks_server_up(); }
    /// The server is known now, so the proxy is reached.
    void addresses_found() {
        if constexpr (Core::is_tcp) {
            try {
                reach_proxy(proxy_->route().found(race_.take_addresses()));
            } catch (...) {
                decide(net::error::no_memory);
            }
        }
    }
    void race_decided(const error_code& ec) {
        if (ec) return decide(ec);
        if (!proxy_) return establish();
        phase_ = phase::negotiating;
        negotiate(proxy_->start(*this, winner()));
    }

    Core* core;
    error_code error{};
    operation_deadline<connect_operation, time_point, total_limit> limit;

protected:
    ~connect_operation() = default;

private:
    template <class MakeRace> void begin(MakeRace make_race) {
        started_ = core->now();
        try {
            race_.attempts().make_room(memory());
            make_race();
        } catch (...) {
            return decide(net::error::no_memory);
        }
        race_.run();
    }

    void on_event(const attempt_ended& event, const error_code& ec) {
        if (!race_.attempt_ended(event, ec)) return complete_if_done();
        race_.run();
    }

    typename Core::socket_type& winner() noexcept {
        return race_.attempts().socket(*core->record().report().winner);
    }

    proxy_type& make_proxy() {
        proxy_ = std::make_shared<proxy_type>(*core);
        return *proxy_;
    }
    void reach_proxy(const connect_target& place) {
        host_ = place.host;
        race_.begin(place);
    }
    void on_event(proxy_transferred, const error_code& ec) {
        proxy_->completed(ec);
        if (phase_ != phase::negotiating) return complete_if_done();
        negotiate(proxy_->go_on(*this, winner()));
    }
    void negotiate(const error_code& ec) {
        if (ec == net::error::in_progress) return;
        const bool asks_again = end_negotiation(ec);
        if (!ec) return establish();
        if (!asks_again) return decide(proxy_->route().failure().why.error);
        core->record().report().winner.reset();
        try {
            reach_proxy(proxy_->route().proxy_place());
        } catch (...) {
            return decide(net::error::no_memory);
        }
        race_.run();
    }
    /// After an error the connection to the proxy is of no use. True: the proxy is asked again, over another one.
    bool end_negotiation(const error_code& ec) {
        phase_ = phase::racing;
        if (ec) race_.attempts().close(*core->record().report().winner);
        return proxy_->ended(*this, ec);
    }

    void establish() {
        try {
            candidate_ = core->make_connection(std::move(winner()));
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
            const auto& report = core->record().report();
            handshake_.start(*this, candidate_->stream(),
                             proxy_ ? target_behind(proxy_->route(), core->options().proxy, report.service)
                                    : target_at(race_.endpoint(), host_, report.service));
        } else {
            decide({});
        }
    }
    void on_event(handshake_ended, const error_code& ec) {
        handshake_.completed(*this, candidate_->stream(), phase_ == phase::handshaking ? ec : error);
        if (phase_ == phase::handshaking) decide(ec);
        else complete_if_done();
    }

    /// Ends the operation for a time limit or a cancellation. The race decides its own result; what follows it is
    /// ended by closing the connection.
    template <class EndRace> void end_early(EndRace end_race, const error_code& ec) {
        if (phase_ == phase::negotiating) end_negotiation(ec);
        else if (phase_ != phase::handshaking) return end_race_early(end_race);
        decide(ec);
    }
    template <class EndRace> void end_race_early(EndRace end_race) {
        if (!race_.has_begun() || phase_ != phase::racing) return;
        end_race();
        race_.run();
    }

    void decide(const error_code& ec) {
        phase_ = phase::decided;
        error = ec;
        if (ec && candidate_) candidate_->close();
        complete_if_done();
    }

    std::string host_{};  ///< to look up or, after the race, to verify in the handshake
    connect_events<Core> events_;
    address_race<Core, connect_operation> race_;
    std::shared_ptr<proxy_type> proxy_;  ///< null: no proxy
    handshake_type handshake_;
    std::shared_ptr<connection<Core>> candidate_;
    time_point started_{};
    phase phase_ = phase::racing;
    tracked_executor_t<executor_type> work_;
};

}  // namespace uplink::detail
