// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a reconnecting client does with its client: it connects, has the session prepared, notices the loss,
// and waits for the next attempt, as the machine says. It owns the client, the machine and the history. The
// user's rule for failures is called in a step, and may close or destroy all: the link is checked after it.
#pragma once

#include <uplink/detail/machine/attempt_history.hpp>
#include <uplink/detail/machine/reconnect_machine.hpp>
#include <uplink/detail/reconnecting/connection_link.hpp>
#include <uplink/detail/reconnecting/connection_reading.hpp>
#include <uplink/detail/reconnecting/failure_judge.hpp>
#include <uplink/detail/reconnecting/reconnect_seed.hpp>
#include <uplink/detail/reconnecting/session_preparation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct retry_due {};
struct hook_limit {};
struct stable_due {};

template <class Core> class reconnect_driver {
public:
    using client_type = typename Core::client_type;
    using clock_type = typename client_type::clock_type;
    using time_point = typename clock_type::time_point;
    using link_ptr = std::shared_ptr<connection_link>;
    using session_hook = typename session_preparation<Core>::hook_type;
    using retry_rule = typename failure_judge<client_type>::rule_type;
    using instant = reconnect_machine::instant;

    reconnect_driver(Core& core, client_type&& client, std::vector<server_address>&& servers,
                     const reconnect_options& options)
        : core_(core), client_(std::move(client)), servers_(std::move(servers)),
          machine_(options, servers_.size(), seed_of(options), core.time_now()), session_(core),
          reading_(core), retry_(*this), hook_limit_(*this), stable_(*this) {}

    client_type& client() noexcept { return *client_; }
    const reconnect_machine& machine() const noexcept { return machine_; }
    const attempt_history<clock_type>& history() const noexcept { return history_; }
    bool is_connected() const noexcept { return machine_.state() == reconnect_state::connected; }

    void on_session(session_hook&& hook) { session_.set(std::move(hook)); }
    void on_failure(retry_rule&& rule) { judge_.set(std::move(rule)); }

    // --- The user ---

    void start() {
        const bool is_possible = machine_.has_good_options() && !client_->is_open();
        perform(machine_.start(now(), is_possible));
    }
    void stop() {
        if (is_stopping()) core_.end_waits_for_connection();
        perform(machine_.stop(now()));
    }
    void close() { perform(machine_.close(now())); }
    void reconnect_now() { perform(machine_.reconnect_now(now())); }
    void mark_stable() {
        machine_.mark_stable();
        if (is_connected()) core_.deadlines().remove(stable_);
    }
    /// A pending stop does not wait any longer.
    void stop_at_once(const error_code& ec) {
        if (is_stopping()) finish_stop(ec, true);
    }
    void release() noexcept {
        session_.clear();
        judge_.clear();
    }
    /// Frees the client.
    void let_go() noexcept { client_.reset(); }

    // --- The connection ---
    bool is_live(const link_ptr& link) const noexcept { return link == link_ && link->is_open; }
    bool is_preparing(const link_ptr& link) const noexcept {
        return link == link_ && machine_.state() == reconnect_state::preparing;
    }
    session_preparation<Core>& session() noexcept { return session_; }
    bool is_stopping() const noexcept { return machine_.state() == reconnect_state::stopping; }
    connection_reading<Core>& reading() noexcept { return reading_; }
    void read() {
        if (link_ && link_->is_open) reading_.read(link_);
    }
    void send_failed(const link_ptr& link, const error_code& ec) { reading_.send_failed(link, ec); }
    void shut_down() {
        if (link_ && link_->is_open) reading_.shut_down(link_);
    }
    /// The connection ends at once.
    void connection_failed(const link_ptr& link, error_code ec) {
        // Asked about the failure, the user may start an operation that notices it too.
        if (!is_live(link) || std::exchange(link->has_failed, true)) return;
        if (is_stopping()) return finish_stop(ec);
        machine_.note_time(now());
        judged_failure failure{ec, retry_verdict::retry(), true};
        // Want of memory may show in the middle of a call, in which the user's rule is not asked.
        if (machine_.is_judged() && ec != net::error::no_memory) {
            failure = ask(failure_kind::loss, ec, true);
            if (!is_live(link)) return;
            if (is_stopping()) return finish_stop(ec);
        }
        end_link(failure.error, ec == net::error::eof ? ec : error_code(errc::connection_lost));
        perform(machine_.lost(now(), failure));
    }
    void both_have_ended() { finish_stop({}); }

    /// The session hook has ended. A loss that it has not seen is noticed now.
    void session_ended(const link_ptr& link, error_code ec) {
        if (!is_preparing(link)) return;
        if (!ec && session_.wait_for_sends(*client_, link, ec)) return;
        core_.deadlines().remove(hook_limit_);
        if (!ec) ec = client_->probe();
        if (ec) return attempt_failed(link, failure_kind::hook, ec, true);
        perform(machine_.prepared(now()));
    }

    void on_deadline(retry_due) { perform(machine_.timer(now())); }
    void on_deadline(stable_due) { mark_stable(); }
    void on_deadline(hook_limit) {
        if (link_) session_ended(link_, session_.at_limit(*client_, link_));
    }

private:
    instant now() { return core_.time_now(); }

    void perform(reconnect_step step) {
        if (step == reconnect_step::end || step == reconnect_step::give_up) {
            drop_attempt();
            if (step == reconnect_step::end) core_.end_all(net::error::operation_aborted);
            else core_.give_up(machine_.last_error());
        }
        core_.note_change();
        if (step == reconnect_step::end) core_.end_stops();
        switch (step) {
        case reconnect_step::connect: return connect();
        case reconnect_step::prepare: return prepare();
        case reconnect_step::open: return open();
        case reconnect_step::wait: return wait();
        case reconnect_step::cancel_attempt: return cancel_attempt();
        case reconnect_step::close_in_order: return core_.close_in_order();
        case reconnect_step::nothing:
        case reconnect_step::end:
        case reconnect_step::give_up: break;
        }
    }
    void wait() {
        client_->close();
        if (!arm(retry_, *machine_.next_attempt())) perform(machine_.exhausted(now()));
    }

    // --- Connecting ---

    void connect() {
        core_.deadlines().remove(retry_);
        try {
            link_ = std::make_shared<connection_link>();
        } catch (...) {
            return has_no_memory();
        }
        if (!has_connect_) begin_connect(link_);  // else when the one that was given up has come back
    }
    void begin_connect(link_ptr link) {
        link->has_begun = has_connect_ = true;
        const server_address& server = servers_[machine_.server()];
        auto handler = [core = core_.shared_from_this(), link](const error_code& ec,
                                                               const typename client_type::endpoint_type&) {
            core->step([&] { core->driver().has_connected(link, ec); });
        };
        try {
            if constexpr (is_local_v<typename client_type::endpoint_type::protocol_type>) {
                client_->async_connect(server.host, std::move(handler));
            } else {
                client_->async_connect(server.host, server.service, std::move(handler));
            }
        } catch (...) {
            has_connect_ = false;
            link_.reset();
            has_no_memory();
        }
    }
    /// A failed attempt, possibly in the middle of a call: the user's rule is not asked.
    void has_no_memory() {
        add_to_history(net::error::no_memory, false);
        perform(machine_.attempt_failed(now(), {net::error::no_memory, retry_verdict::retry(), false}));
    }
    void has_connected(const link_ptr& link, const error_code& ec) {
        link->is_connecting = has_connect_ = false;
        if (link_ && is_stopping()) return finish_stop({});
        if (link_ && !link_->has_begun) return begin_connect(link_);
        if (link != link_) return;
        if (ec) return attempt_failed(link, failure_kind::attempt, ec, was_established(*client_));
        perform(machine_.attempt_succeeded(now()));
    }
    void attempt_failed(const link_ptr& link, failure_kind kind, const error_code& ec, bool was_established) {
        const judged_failure failure = ask(kind, ec, was_established);
        if (link != link_) return;
        if (is_stopping()) return finish_stop({});
        add_to_history(failure.error, false);
        link_.reset();
        perform(machine_.attempt_failed(now(), failure));
    }
    void cancel_attempt() {
        core_.end_waits_for_connection();
        const bool is_connecting = link_ && link_->is_connecting;
        client_->close();
        if (!is_connecting) finish_stop({});
    }

    void prepare() {
        const link_ptr link = link_;
        if (!session_.is_needed()) return session_ended(link, {});
        if (!arm(hook_limit_, hook_deadline())) return session_ended(link, net::error::no_memory);
        session_.run(*client_, link);
    }
    instant hook_deadline() const {
        const instant start = machine_.attempt_start();
        const auto limit = client_->options().connect.timeout;
        return start + (std::min)(instant(limit), (instant::max)() - start);
    }
    void open() {
        link_->is_open = true;
        add_to_history({}, true);
        if (!machine_.is_stable() && !arm(stable_, machine_.stable_at())) mark_stable();
        core_.opened(link_);
        read();
    }

    // --- Ends ---

    judged_failure ask(failure_kind kind, const error_code& ec, bool was_established) {
        return judge_.ask(machine_, kind, ec, was_established, client_->last_connect());
    }
    void end_link(const error_code& ec, const error_code& reported) {
        end_connection(ec);
        core_.deadlines().remove(stable_);
        core_.lost(reported);
    }
    void end_connection(const error_code& ec) {
        std::exchange(link_, nullptr)->is_open = false;
        core_.receives().drop(client_->state().size());  // what the session hook has left there
        history_.connection_ended(ec);
    }
    void finish_stop(const error_code& ec, bool is_forced = false) {
        const bool was_connected = link_ && link_->is_open;
        drop_attempt(ec ? ec : net::error::eof);
        core_.stopped(ec, was_connected, is_forced);
        perform(machine_.ended(now()));
        if (machine_.take_restart()) start();
    }
    /// Whatever is under way is over, the connection with that error; the client is closed.
    void drop_attempt(const error_code& ec = net::error::operation_aborted) {
        core_.deadlines().remove(retry_);
        core_.deadlines().remove(hook_limit_);
        core_.deadlines().remove(stable_);
        if (link_ && link_->is_open) end_connection(ec);
        else if (std::exchange(link_, nullptr)) add_to_history(net::error::operation_aborted, false);
        client_->close();
    }
    void add_to_history(const error_code& ec, bool was_connected) {
        const instant start = machine_.attempt_start();
        history_.add({core_.time_point_of(start), machine_.server(), now() - start, ec, was_connected});
    }
    /// False: there is no memory for the wait.
    template <class Entry> bool arm(Entry& entry, instant at) noexcept {
        try {
            core_.deadlines().remove(entry);
            core_.deadlines().add(entry, core_.time_point_of(at));
            return true;
        } catch (...) {
            return false;
        }
    }

    Core& core_;
    std::optional<client_type> client_;  ///< until let_go()
    const std::vector<server_address> servers_;
    reconnect_machine machine_;
    attempt_history<clock_type> history_{};
    session_preparation<Core> session_;
    connection_reading<Core> reading_;
    failure_judge<client_type> judge_{};
    link_ptr link_{};
    bool has_connect_ = false;  ///< the client's connect is under way, maybe of a link that was given up
    operation_deadline<reconnect_driver, time_point, retry_due> retry_;
    operation_deadline<reconnect_driver, time_point, hook_limit> hook_limit_;
    operation_deadline<reconnect_driver, time_point, stable_due> stable_;
};

}  // namespace uplink::detail
