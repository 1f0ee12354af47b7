// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The core of a reconnecting client. It is shared by the object of the user, which may be destroyed at any
// moment, by the pending operations, and by the handlers of the client below. It carries the user's
// operations from one connection to the next; the driver makes the connections. turn.hpp decides when
// handlers may be called.
//
// Threads: everything runs on the client's executor, or is called by the user as if it did.
#pragma once

#include <uplink/detail/reconnecting/carried_operation.hpp>
#include <uplink/detail/reconnecting/carried_receives.hpp>
#include <uplink/detail/reconnecting/carried_sends.hpp>
#include <uplink/detail/reconnecting/connection_link.hpp>
#include <uplink/detail/reconnecting/reconnect_callbacks.hpp>
#include <uplink/detail/reconnecting/reconnect_driver.hpp>
#include <uplink/detail/support/client_service.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/support/turn.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Client>
class reconnect_core final : public std::enable_shared_from_this<reconnect_core<Client>>,
                             public registered_client {
public:
    using client_type = Client;
    using stream_type = typename Client::stream_type;
    using executor_type = typename Client::executor_type;
    using clock_type = typename Client::clock_type;
    using timer_type = timer_of_t<socket_of_t<stream_type>>;
    using time_point = typename clock_type::time_point;
    using time_limit = typename Client::time_limit;
    using status_type = basic_reconnect_status<clock_type>;
    using link_type = connection_link;
    using link_ptr = std::shared_ptr<connection_link>;
    using turn_type = turn<reconnect_core, timer_type, time_point>;
    using driver_type = reconnect_driver<reconnect_core>;

    reconnect_core(Client&& client, std::vector<server_address>&& servers, reconnect_options&& options)
        : executor_(client.get_executor()), options_(std::move(options)), turn_(*this),
          registry_(net::use_service<client_service>(context_of(*executor_)).registry()),
          driver_(*this, std::move(client), std::move(servers), options_),
          noted_(driver_.machine().generation()) {
        registry_->add(*this);
    }
    ~reconnect_core() {
        registry_->remove(*this);
        abandon_operations();
    }

    // --- The turn ---

    struct turn_guard : turn_type::guard {
        explicit turn_guard(reconnect_core& core) noexcept : turn_type::guard(core.turn_) {}
    };

    const executor_type& get_executor() const noexcept { return *executor_; }
    auto& completions() noexcept { return turn_.completions(); }
    auto& deadlines() noexcept { return turn_.deadlines(); }
    void deliver(operation_base& operation) noexcept { turn_.completions().push(operation); }
    void finish_turn() { turn_.finish(); }
    void finish_call() noexcept { turn_.finish_call(); }
    template <class Entry> void restart_idle(Entry& entry) noexcept {
        if (driver_.is_connected()) turn_.restart_idle(entry, client().options().idle_timeout);
    }
    void free_retired() noexcept {}
    void resume_deferred() noexcept {}
    /// Lets the context go if the user's object is gone and nothing is left to do. The client below goes
    /// here, on its executor: the core may be destroyed on any thread afterwards, with a view that a handler
    /// there has.
    void let_go_if_done() noexcept {
        if (!is_released_ || turn_.is_going_on() || sends_.in_flight() != 0) return;
        if (completions().is_waiting() || completions().is_running()) return;
        deadlines().let_go();
        driver_.let_go();
    }
    /// A step of I/O: a handler of the client has been called.
    template <class Step> void step(Step run) {
        if (is_abandoned_) return;
        {
            const turn_guard guard(*this);
            run();
        }
        finish_turn();
    }
    /// A call of the user.
    template <class Call> void call(Call run) {
        {
            const turn_guard guard(*this);
            run();
        }
        finish_call();
    }

    // --- Time ---

    using instant = reconnect_machine::instant;
    instant time_now() { return time_of(deadlines().now()); }
    static instant time_of(time_point at) noexcept {
        return std::chrono::duration_cast<instant>(at.time_since_epoch());
    }
    static time_point time_point_of(instant at) noexcept {
        return time_point(std::chrono::ceil<typename time_point::duration>(at));
    }

    // --- The parts ---

    const reconnect_options& options() const noexcept { return options_; }
    Client& client() noexcept { return driver_.client(); }
    std::size_t max_receive() noexcept { return client().options().max_receive; }
    driver_type& driver() noexcept { return driver_; }
    carried_sends<reconnect_core>& sends() noexcept { return sends_; }
    carried_receives<reconnect_core>& receives() noexcept { return receives_; }
    state_waits<reconnect_core>& waits() noexcept { return waits_; }
    change_notice<reconnect_core>& changes() noexcept { return changes_; }

    status_type status() const {
        const reconnect_machine& machine = driver_.machine();
        status_type status;
        status.state = machine.state();
        status.generation = machine.generation();
        status.since = time_point_of(machine.since());
        status.failures = machine.failures();
        if (machine.next_attempt()) status.next_attempt = time_point_of(*machine.next_attempt());
        status.last_error = machine.last_error();
        status.server = machine.server();
        status.connections = machine.connections();
        status.dropped_bytes = receives_.dropped();
        return status;
    }

    // --- Called by the driver ---

    void note_change() {
        if (std::exchange(noted_, driver_.machine().generation()) == driver_.machine().generation()) return;
        const status_type now = status();
        waits_.changed(now);
        changes_.changed(now);
    }
    void opened(const link_ptr& link) {
        waits_.end_connected({});
        receives_.open();
        sends_.open(link);
    }
    /// `code`: the pending receive, or the next one, completes with it.
    void lost(const error_code& code) {
        receives_.connection_ended(code);
        sends_.lost(options_.on_loss);
    }
    void close_in_order() {
        end_waits_for_connection();
        receives_.discard();
        queue_changed();
        driver_.read();
    }
    /// When nothing waits any more, a client that stops ends its side.
    void queue_changed() {
        if (driver_.is_stopping() && !sends_.has_waiting()) driver_.shut_down();
    }
    void end_waits_for_connection() { waits_.end_connected(net::error::not_connected); }
    /// The client has stopped; `ec` is of the connection, or of the user who does not wait for its end.
    void stopped(error_code ec, bool was_connected, bool is_forced) {
        if (was_connected && ec && !is_forced) {
            receives_.connection_ended(errc::connection_lost);
            sends_.end_all(errc::connection_lost);
        }
        if (!was_connected && !ec && !sends_.is_empty()) ec = errc::connection_lost;
        stops_.decide(ec);
    }
    void end_all(const error_code& ec) {
        receives_.stop(ec);
        receives_.drop_all();
        sends_.end_all(ec);
        sends_.end_drains(ec);
        if (!driver_.machine().will_start_again()) waits_.end_connected(ec);
        stops_.decide(ec);
    }
    /// Last: behind all that ends with the client.
    void end_stops() {
        if (sends_.in_flight() == 0) stops_.end_decided();
    }
    void give_up(const error_code& ec) {
        receives_.stop(ec);
        sends_.end_all(ec);
        sends_.end_drains(ec);
        waits_.end_connected(ec);
    }
    void send_came_back(const link_ptr& link, carried_send<reconnect_core>& send, const error_code& ec,
                        std::size_t n) {
        step([&] {
            const carried_send_outcome outcome = sends_.returned(link, send, ec, n);
            if (outcome.interrupts) driver_.connection_failed(link, errc::send_interrupted);
            else if (outcome.has_failed) driver_.send_failed(link, ec);
            queue_changed();
            end_stops();
        });
    }

    // --- The user ---

    void stop(stop_operation<reconnect_core>& operation) {
        const bool is_lossless = sends_.is_empty() && !driver_.is_connected();
        driver_.stop();
        if (driver_.is_stopping()) return stops_.add(operation);
        end_stop(operation, is_lossless ? error_code() : error_code(errc::connection_lost));
    }
    void stop_without_time(stop_operation<reconnect_core>& operation) {
        driver_.stop();
        stop_at_once(errc::close_timeout);
        end_stop(operation, errc::close_timeout);
    }
    void stop_at_once(const error_code& ec) { driver_.stop_at_once(ec); }
    void cancel() {
        call([this] {
            sends_.cancel_all();
            receives_.stop(net::error::operation_aborted);
            waits_.end_all(net::error::operation_aborted, status());
            driver_.stop_at_once(net::error::operation_aborted);
        });
    }
    void close() noexcept {
        if (is_abandoned_) return;
        call([this] {
            driver_.close();
            waits_.changed(status());  // had it stopped before, they would wait for ever
        });
    }
    /// The user's object is gone: no function of the user is called any more.
    void release() noexcept {
        is_released_ = true;
        changes_.clear();
        driver_.release();
        if (is_abandoned_) return executor_.reset();
        call([this] {
            waits_.end_all(net::error::operation_aborted, status());
            driver_.close();
        });
        let_go_if_done();
    }
    bool is_abandoned() const noexcept { return is_abandoned_; }
    bool is_released() const noexcept { return is_released_; }

    /// The context is being destroyed, see client_core.
    void abandon() noexcept override {
        const bool has_user = !std::exchange(is_released_, true);
        abandon_operations();
        deadlines().let_go();
        is_abandoned_ = true;
        if (!has_user) executor_.reset();
    }
    std::shared_ptr<registered_client> keep_alive() noexcept override {
        return this->weak_from_this().lock();
    }

private:
    /// The client has stopped, perhaps long ago.
    void end_stop(stop_operation<reconnect_core>& operation, const error_code& ec) {
        waits_.changed(status());
        stops_.decide(operation, ec);
        end_stops();
    }
    void abandon_operations() noexcept {
        const turn_guard guard(*this);
        deadlines().abandon();  // first: the entries are inside the operations
        sends_.abandon();
        receives_.abandon();
        waits_.abandon();
        stops_.abandon();
        completions().abandon();
    }

    std::optional<executor_type> executor_;
    const reconnect_options options_;
    turn_type turn_;
    const std::shared_ptr<client_registry> registry_;
    carried_sends<reconnect_core> sends_{*this};
    carried_receives<reconnect_core> receives_{*this};
    state_waits<reconnect_core> waits_{};
    stop_list<reconnect_core> stops_{};
    change_notice<reconnect_core> changes_{*this};
    driver_type driver_;
    std::uint64_t noted_;
    bool is_released_ = false;
    bool is_abandoned_ = false;
};

}  // namespace uplink::detail
