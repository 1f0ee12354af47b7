// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect: races the addresses of the server (RFC 8305), then builds the stream on the winner. If the
// stream is more than a socket, the handshake follows. If the options have a proxy, the race reaches the
// proxy, which is then asked for the server; see machine/proxy_route.hpp.
//
// Children: one connect for each attempt, the conversation with the proxy, and the handshake. All run on the
// client's executor. The operation completes when its last child has completed, so that nothing of it is left
// when the handler is called. A lookup is not a child, and the operation does not wait for it. The operation
// owns the race with its lookups and sockets, and the new connection until it completes.
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
#include <uplink/detail/support/operation_ptr.hpp>
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
    explicit connect_operation(Core& owner);

    std::tuple<error_code, endpoint_type> result() const;
    bool closed_before_delivery() noexcept override {
        if (error) return false;
        error = net::error::operation_aborted;
        return true;
    }

    bool uses_proxy() const noexcept { return Core::is_tcp && is_set(core->options().proxy); }
    /// Called before start(). `target` is the server, and becomes what is looked up or raced first: maybe a
    /// proxy.
    refusal plan(connect_target& target);
    /// The same for one of the caller's endpoints, to be reached through the proxy.
    [[gnu::cold]] refusal plan(const std::vector<endpoint_type>& endpoints, connect_target& first);

    /// Exactly one start() is called, once, after the operation has been given to the core.
    void start(connect_target&& target);
    void start(std::vector<endpoint_type>&& endpoints);
    void start(handed_socket<Core>&& given);

    /// Called by attempt_handler.
    template <class Event> void child_ended(Event event, const error_code& ec) { on_event(event, ec); }
    using admitted = connect_operation;
    static constexpr net::cancellation_type honoured = any_cancellation;
    void cancelled(net::cancellation_type);
    /// Counts even after the race is won, while losers are in flight; a time limit does not.
    void stop();
    void on_deadline(total_limit) {
        end_early([this] { race_.limit_reached(); },
                  phase_ == phase::negotiating ? errc::proxy_timeout : errc::handshake_timeout);
    }
    void on_deadline(next_attempt) { race_.run(); }

    void on_answer(address_family family, lookup_answer&& answer);

    /// Called when a child has completed, and when the last transfer of an earlier connection has come back.
    void complete_if_done();

    /// Called before the handler's allocator is destroyed.
    void release_memory() noexcept;

    /// Called before abandon().
    [[gnu::cold]] void notify_abandoned() noexcept;

    /// Called before the operation starts: the resolver may be the user's code, and may close the client.
    void prepare_lookups() noexcept;

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
    /// The lookup of the server has ended: the race to the proxy begins.
    [[gnu::cold]] void addresses_found();
    void race_decided(const error_code& ec);

    Core* core;
    error_code error{};
    operation_deadline<connect_operation, time_point, total_limit> limit;

protected:
    ~connect_operation();

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

    void on_event(const attempt_ended& event, const error_code& ec);

    typename Core::socket_type& winner() noexcept {
        return race_.attempts().socket(*core->record().report().winner);
    }

    [[gnu::cold]] proxy_type& make_proxy();
    [[gnu::cold]] void reach_proxy(const connect_target& place);
    void on_event(proxy_transferred, const error_code& ec);
    [[gnu::cold]] void negotiate(const error_code& ec);
    /// After an error the connection to the proxy is of no use. True: the proxy is asked again, over another
    /// connection.
    [[gnu::cold]] bool end_negotiation(const error_code& ec);

    void establish();
    void shake_hands();
    void on_event(handshake_ended, const error_code& ec);

    /// Ends the operation for a time limit or a cancellation. The race decides its own result; what follows
    /// it is ended by closing the connection.
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

    void decide(const error_code& ec);

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

#include <uplink/detail/connect/impl/connect_operation.ipp>
