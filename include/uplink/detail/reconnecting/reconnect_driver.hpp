// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a reconnecting client does with its client: it connects, runs the session hook, reads ahead, notices the loss,
// and waits for the next attempt, as the machine says. The driver owns the client, the machine and the history; the core
// owns the driver, and carries the user's operations. The user's functions are called here in the middle of a step: they
// may stop, close or destroy everything, so each call is followed by a look at the link.
#pragma once

#include <uplink/detail/machine/attempt_history.hpp>
#include <uplink/detail/machine/reconnect_machine.hpp>
#include <uplink/detail/reconnecting/connection_link.hpp>
#include <uplink/detail/reconnecting/reconnect_callbacks.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct retry_due {};
struct hook_limit {};
struct stable_due {};

inline std::uint64_t seed_of(const reconnect_options& options) {
    if (options.seed) return *options.seed;
    std::random_device entropy;
    return (std::uint64_t{entropy()} << 32) | entropy();
}

template <class Core> class reconnect_driver {
public:
    using client_type = typename Core::client_type;
    using clock_type = typename client_type::clock_type;
    using time_point = typename clock_type::time_point;
    using link_ptr = std::shared_ptr<connection_link>;
    using done_function = std::function<void(error_code)>;
    using session_hook = std::function<void(client_type&, done_function)>;
    using retry_rule =
        std::function<retry_verdict(const error_code&, const typename client_type::connect_report_type&)>;
    using instant = reconnect_machine::instant;

    reconnect_driver(Core& core, client_type&& client, std::vector<server_address>&& servers,
                     const reconnect_options& options)
        : core_(core), client_(std::move(client)), servers_(std::move(servers)),
          machine_(options, servers_.size(), seed_of(options), core.time_now()), retry_(*this),
          hook_limit_(*this), stable_(*this) {}

    client_type& client() noexcept { return client_; }
    const client_type& client() const noexcept { return client_; }
    const reconnect_machine& machine() const noexcept { return machine_; }
    const attempt_history<clock_type>& history() const noexcept { return history_; }
    bool is_connected() const noexcept { return machine_.state() == reconnect_state::connected; }

    void on_session(session_hook&& hook) { hook_ = share_function(std::move(hook)); }
    void on_failure(retry_rule&& rule) { rule_ = share_function(std::move(rule)); }

    // --- The user ---

    void start() {
        const bool is_possible = machine_.has_good_options() && !client_.is_open();
        perform(machine_.start(now(), is_possible));
    }
    void stop() { perform(machine_.stop(now())); }
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
        hook_.reset();
        rule_.reset();
    }
    void remove_timers() noexcept {
        core_.deadlines().remove(retry_);
        core_.deadlines().remove(hook_limit_);
        core_.deadlines().remove(stable_);
    }

    // --- The connection, for the core ---

    /// Reads if somebody wants bytes, or their end.
    void read() {
        const link_ptr link = link_;
        if (!link || !link->is_open || link->is_reading || link->has_ended) return;
        const std::size_t wanted = core_.receives().wanted();
        if (wanted == 0) {
            if (link->failure) connection_failed(link, link->failure);
            return;
        }
        try {
            if (!link->buffer)
                link->buffer = std::make_unique_for_overwrite<char[]>(connection_link::buffer_size);
            link->is_reading = true;
            client_.async_read_some(
                net::mutable_buffer(link->buffer.get(), (std::min)(wanted, connection_link::buffer_size)),
                [core = core_.shared_from_this(), link](const error_code& ec, std::size_t n) {
                    core->step([&] { core->driver().has_read(link, ec, n); });
                });
        } catch (...) {
            link->is_reading = false;
            connection_failed(link, net::error::no_memory);
        }
    }
    /// A send has noticed that the connection has failed: what has come before that is read first.
    void send_failed(const link_ptr& link, const error_code& ec) {
        if (link != link_ || !link->is_open) return;
        if (!link->failure) link->failure = ec;
        if (!link->is_reading) read();
    }
    /// The connection ends at once.
    void connection_failed(const link_ptr& link, error_code ec) {
        // Asked about the failure, the user may start an operation that notices it too.
        if (link != link_ || !link->is_open || std::exchange(link->has_failed, true)) return;
        if (is_stopping()) return finish_stop(ec);
        judged_failure failure{ec, retry_verdict::retry(), true};
        if (machine_.is_judged()) {
            failure = ask(failure_kind::loss, ec, true);
            if (link != link_ || !link->is_open) return;
            if (is_stopping()) return finish_stop(ec);
        }
        end_link(failure.error, ec == net::error::eof ? ec : error_code(errc::connection_lost));
        perform(machine_.lost(now(), failure));
    }
    /// All sends are with the connection, and the client stops.
    void shut_down() {
        const link_ptr link = link_;
        if (!link || !link->is_open || std::exchange(link->is_ending, true)) return;
        try {
            client_.async_shutdown_send([core = core_.shared_from_this(), link](const error_code& ec) {
                core->step([&] { core->driver().has_shut_down(link, ec); });
            });
        } catch (...) {
            connection_failed(link, net::error::no_memory);
        }
    }
    bool is_stopping() const noexcept { return machine_.state() == reconnect_state::stopping; }

    void on_deadline(retry_due) { perform(machine_.timer(now())); }
    void on_deadline(stable_due) { mark_stable(); }
    void on_deadline(hook_limit) {
        if (machine_.state() == reconnect_state::preparing) hook_ended(link_, errc::handshake_timeout);
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
        client_.close();
        if (!arm(retry_, *machine_.next_attempt())) perform(machine_.exhausted(now()));
    }

    // --- Connecting ---

    void connect() {
        core_.deadlines().remove(retry_);
        try {
            link_ = std::make_shared<connection_link>();
        } catch (...) {
            return perform(
                machine_.attempt_failed(now(), ask(failure_kind::attempt, net::error::no_memory, false)));
        }
        const link_ptr link = link_;
        const server_address& server = servers_[machine_.server()];
        auto handler = [core = core_.shared_from_this(), link](const error_code& ec,
                                                               const typename client_type::endpoint_type&) {
            core->step([&] { core->driver().has_connected(link, ec); });
        };
        try {
            if constexpr (is_local_v<typename client_type::endpoint_type::protocol_type>) {
                client_.async_connect(server.host, std::move(handler));
            } else {
                client_.async_connect(server.host, server.service, std::move(handler));
            }
        } catch (...) {
            link->is_connecting = false;
            attempt_failed(link, failure_kind::attempt, net::error::no_memory, false);
        }
    }
    void has_connected(const link_ptr& link, const error_code& ec) {
        link->is_connecting = false;
        if (link != link_) return;
        if (is_stopping()) return finish_stop({});
        if (ec) return attempt_failed(link, failure_kind::attempt, ec, was_established());
        perform(machine_.attempt_succeeded(now()));
    }
    bool was_established() const {
        const auto& attempts = client_.last_connect().attempts;
        return std::any_of(attempts.begin(), attempts.end(), [](const auto& each) { return !each.error; });
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
        client_.close();
        if (!is_connecting) finish_stop({});
    }

    // --- The session hook ---

    void prepare() {
        const link_ptr link = link_;
        const auto hook = hook_;
        if (!hook) return hook_ended(link, {});
        if (!arm(hook_limit_, hook_deadline())) return hook_ended(link, net::error::no_memory);
        const auto done = [weak = core_.weak_from_this(), link](error_code ec) {
            if (std::exchange(link->is_hook_done, true)) return;
            link->hook_error = ec;
            if (const auto core = weak.lock()) core->driver().post_hook_end(link);
        };
        try {
            (*hook)(client_, done);
        } catch (const system_error& failure) {
            done(failure.code());
        } catch (const std::bad_alloc&) {
            done(net::error::no_memory);
        } catch (...) {
            done(net::error::connection_aborted);
        }
    }
    instant hook_deadline() const {
        const instant start = machine_.attempt_start();
        const auto limit = client_.options().connect.timeout;
        return start + (std::min)(instant(limit), instant::max() - start);
    }
    void post_hook_end(const link_ptr& link) {
        if (core_.is_abandoned()) return;
        net::post(core_.get_executor(), [core = core_.shared_from_this(), link] {
            core->step([&] { core->driver().hook_ended(link, link->hook_error); });
        });
    }
    void hook_ended(const link_ptr& link, error_code ec) {
        if (link != link_ || machine_.state() != reconnect_state::preparing) return;
        core_.deadlines().remove(hook_limit_);
        if (!ec) ec = client_.probe();
        if (ec) return attempt_failed(link, failure_kind::hook, ec, true);
        perform(machine_.prepared(now()));
    }

    // --- Connected ---

    void open() {
        link_->is_open = true;
        add_to_history({}, true);
        if (!machine_.is_stable() && !arm(stable_, machine_.stable_at())) mark_stable();
        core_.opened(link_);
        read();
    }
    void has_read(const link_ptr& link, const error_code& ec, std::size_t n) {
        link->is_reading = false;
        if (link != link_ || !link->is_open) return core_.receives().drop(n);
        try {
            core_.receives().add({link->buffer.get(), n});
        } catch (...) {
            return connection_failed(link, net::error::no_memory);
        }
        if (ec == net::error::eof && is_stopping()) return server_has_ended(link);
        // The client's own limit for a pause is for the receives of the user.
        if (ec && ec != errc::receive_timeout)
            return connection_failed(link, link->failure ? link->failure : ec);
        read();
    }
    void has_shut_down(const link_ptr& link, const error_code& ec) {
        if (link != link_ || !link->is_open) return;
        if (ec) return send_failed(link, ec);
        link->has_shut_down = true;
        if (link->has_ended) finish_stop({});
    }
    void server_has_ended(const link_ptr& link) {
        link->has_ended = true;
        core_.receives().connection_ended(net::error::eof);
        if (link->has_shut_down) finish_stop({});
    }

    // --- Ends ---

    judged_failure ask(failure_kind kind, const error_code& ec, bool was_established) {
        judged_failure failure{ec, machine_.judge(kind, ec), was_established};
        const auto rule = rule_;
        if (!rule) return failure;
        try {
            failure.verdict = (*rule)(ec, client_.last_connect());
        } catch (...) {
            failure.verdict = retry_verdict::stop();
            failure.error = net::error::no_recovery;
        }
        return failure;
    }
    void end_link(const error_code& ec, const error_code& told) {
        link_->is_open = false;
        core_.receives().drop(client_.state().size());  // what the session hook has left there
        link_.reset();
        core_.deadlines().remove(stable_);
        history_.connection_ended(ec);
        core_.lost(told);
    }
    void finish_stop(const error_code& ec, bool is_forced = false) {
        const bool was_connected = link_ && link_->is_open;
        drop_attempt(ec);
        core_.stopped(ec, was_connected, is_forced);
        perform(machine_.ended(now()));
        if (machine_.take_restart()) start();
    }
    /// Whatever is under way is over, the connection with that error; the client is closed.
    void drop_attempt(const error_code& ec = {}) {
        remove_timers();
        if (link_ && link_->is_open) {
            history_.connection_ended(ec);
            core_.receives().drop(client_.state().size());
        } else if (link_) {
            add_to_history(net::error::operation_aborted, false);
        }
        if (link_) link_->is_open = false;
        link_.reset();
        client_.close();
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
    client_type client_;
    const std::vector<server_address> servers_;
    reconnect_machine machine_;
    attempt_history<clock_type> history_{};
    shared_function<session_hook> hook_{};
    shared_function<retry_rule> rule_{};
    link_ptr link_{};
    operation_deadline<reconnect_driver, time_point, retry_due> retry_;
    operation_deadline<reconnect_driver, time_point, hook_limit> hook_limit_;
    operation_deadline<reconnect_driver, time_point, stable_due> stable_;
};

}  // namespace uplink::detail
