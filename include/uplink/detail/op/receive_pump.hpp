// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of one connection: at most one receive, at most one read in flight. A byte goes from the
// transport straight into the client's state (or, for async_read_some, into the caller's buffer); after
// every read the receive judges the state, and machine/outcome.hpp decides whether that is its end.
// Nothing is read ahead of a receive, so a peer that floods meets TCP's own back-pressure.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/read_tries.hpp>
#include <uplink/detail/op/receive_operation.hpp>
#include <uplink/detail/op/transport_call.hpp>
#include <uplink/detail/support/asio.hpp>
#include <uplink/detail/support/state_witness.hpp>
#include <uplink/detail/support/stream_traits.hpp>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class connection;

template <class Core> class receive_pump {
    using operation = receive_operation<Core>;
    /// Where the read in flight puts its bytes.
    enum class target : unsigned char { none, state, caller, overflow, discard };

public:
    receive_pump(Core& core, connection<Core>& owner) noexcept : core_(core), connection_(owner) {}
    receive_pump(const receive_pump&) = delete;
    receive_pump& operator=(const receive_pump&) = delete;
    ~receive_pump() {
        if (target_ == target::state) guard_state(false);  // the context is gone, and the read with it
    }

    bool is_busy() const noexcept { return active_ != nullptr; }
    bool is_in_flight() const noexcept { return target_ != target::none; }

    /// Takes the operation; none is active.
    void start(operation& receive) {
        active_ = &receive;
        tries_.receive_started();
        core_.end_view();
        if constexpr (requires { core_.state().limit_capacity(core_.options().max_receive); })
            core_.state().limit_capacity(core_.options().max_receive);
        if (connection_.failure()) salvage();
        advance();
    }

    void stop(operation& receive, stop_reason reason) {
        if (active_ != &receive) return;
        if (receive.stop == stop_reason::none) receive.stop = reason;
        interrupt();
    }
    void stop_active(stop_reason reason) {
        if (active_ != nullptr) stop(*active_, reason);
    }

    /// The connection has failed elsewhere, or was closed.
    void connection_ended() { interrupt(); }

    /// A write has finished that an end of stream may have been waiting for.
    void write_settled() {
        if (!end_awaits_write_) return;
        end_awaits_write_ = false;
        if (!connection_.failure()) judge_end();
        advance();
    }

    /// async_close: what comes and no receive takes is read and forgotten until the peer's end.
    void discard_until_end() {
        discarding_ = true;
        if (!is_in_flight()) advance();
    }

    /// Nothing is lost silently: what the kernel still holds of a failed connection goes into the state,
    /// unless the user's own code closes the client meanwhile.
    void salvage() {
        if constexpr (connection<Core>::can_poll) {
            if (is_in_user_code_) return;
            refill_from_overflow();
            try {
                // Without room for the overflow, what follows must not come before it; nor may anything
                // follow what the state has refused.
                while (!has_overflow_ && !refusal_ && !connection_.is_closed() &&
                       core_.state().size() < core_.options().max_receive) {
                    const net::mutable_buffer room = room_in_state();
                    if (connection_.is_closed()) return;
                    error_code ec;
                    const std::size_t n = connection_.stream().read_some(room, ec);
                    if (ec || n == 0) return;
                    take(n, target::state);
                }
            } catch (...) {
                refusal_ = net::error::no_memory;
            }
        }
    }

    /// What is known against the connection, and what the system says without waiting; nothing is consumed. A
    /// failure that shows here is the connection's.
    error_code probe() {
        if (connection_.failure()) return connection_.failure();
        if (core_.state().size() != 0 || has_overflow_) return {};
        if (ended_ || end_awaits_write_) return net::error::eof;
        error_code ec = peek();
        if (ec == net::error::eof && decide_end(connection_.end_facts()) == end_meaning::reset)
            ec = net::error::connection_reset;
        if (ec && ec != net::error::eof) core_.transport_failed(connection_, ec);
        return ec;
    }

    void abandon() noexcept {
        if (active_ != nullptr) std::exchange(active_, nullptr)->abandon();
        guard_state(false);
    }

    /// Called by the transport, on the client's executor.
    void on_transfer(const error_code& ec, std::size_t n) {
        guard_state(false);
        if (connection_.is_closed()) {
            target_ = target::none;
            advance();
            return;
        }
        tries_.read_came_back(n);
        settle(ec, n, std::exchange(target_, target::none));
        advance();
    }

    net::cancellation_signal& cancellation() noexcept { return cancellation_; }
    transport_memory<typename Core::executor_type>& memory() noexcept { return memory_; }

private:
    /// Looks at everything that is known and goes on from there: ends the receive, or reads.
    void advance() {
        if (is_in_user_code_) return;
        while (active_ != nullptr && !is_in_flight()) {
            const receive_facts known = facts();
            const outcome now = decide_receive(known);
            if (now.ended) {
                if (is_decided_by_end(known)) connection_.end_reported();
                end_active(now.error);
            } else if (end_awaits_write_) break;
            else if (!ask_at_once()) read();
        }
        if (active_ == nullptr && discarding_ && !is_in_flight() && !connection_.is_closed())
            continue_discarding();
    }

    /// Framings and states are the user's, and may send, cancel or close: so they are asked first.
    receive_facts facts() {
        receive_facts facts;
        if (!connection_.is_closed()) {
            const bool had_failed = static_cast<bool>(connection_.failure());
            judge_bytes(facts);
            // What is delivered already is a view into the state, which must not be written to any more.
            if (!had_failed && connection_.failure() && !facts.satisfied) {
                salvage_for_active();
                judge_bytes(facts);
            }
        }
        facts.stop = active_->stop;
        facts.timeout_code = active_->timeout_code();
        if (connection_.is_closed()) {
            facts.satisfied = false;
            facts.refusal = error_code();
            return facts;
        }
        facts.failure = connection_.failure();
        facts.stream_ended = ended_;
        if (ended_) facts.end_error = active_->at_end(core_.state());
        // The byte that did not fit has been read, so the limit is certain.
        if (has_overflow_ && !facts.refusal) facts.refusal = errc::receive_limit;
        return facts;
    }

    void judge_bytes(receive_facts& facts) {
        refill_from_overflow();
        // The state's refusal of a piece ends the receive even if that piece would have been enough.
        if (!facts.refusal) facts.refusal = std::exchange(refusal_, error_code());
        if (facts.refusal || connection_.is_closed()) return;
        const user_code_scope scope(*this);
        const examination judged = active_->examine(core_.state());
        facts.satisfied = judged.satisfied;
        facts.refusal = judged.refusal;
    }

    /// While one lives, what happens to the connection waits to be looked at.
    class user_code_scope {
    public:
        explicit user_code_scope(receive_pump& pump) noexcept
            : pump_(pump), before_(std::exchange(pump.is_in_user_code_, true)) {}
        user_code_scope(const user_code_scope&) = delete;
        user_code_scope& operator=(const user_code_scope&) = delete;
        ~user_code_scope() { pump_.is_in_user_code_ = before_; }

    private:
        receive_pump& pump_;
        bool before_;
    };

    void end_active(const error_code& ec) {
        operation& receive = *std::exchange(active_, nullptr);
        receive.error = ec;
        if (!ec) connection_.count_receive();
        receive.decided();
    }

    void read() {
        try {
            const target where = next_target();
            const net::mutable_buffer room = room_for(where);
            if (may_read()) start_read(where, room);
            else salvage_for_active();
        } catch (...) {  // The state could not grow, or Asio could not start: both for want of memory.
            target_ = target::none;
            guard_state(false);
            end_active(net::error::no_memory);
        }
    }

    /// Asked again once the user's code has given room.
    bool may_read() const noexcept {
        return active_ != nullptr && active_->stop == stop_reason::none && !is_in_flight() &&
               !connection_.failure() && !connection_.is_closed();
    }

    target next_target() {
        if (active_->is_direct()) return target::caller;
        return core_.state().size() < core_.options().max_receive ? target::state : target::overflow;
    }
    net::mutable_buffer room_for(target where) {
        if (where == target::caller) return active_->direct_buffer();
        return where == target::state ? room_in_state() : net::mutable_buffer(&overflow_, 1);
    }

    /// A read that does not wait, where one is worth it. True if there is something to look at.
    bool ask_at_once() {
        if constexpr (connection<Core>::can_poll) {
            const read_try kind =
                tries_.next(core_.options().receive_spin != std::chrono::nanoseconds::zero());
            if (kind == read_try::none) return false;
            if (kind == read_try::spin) core_.flush();  // what the peer may answer
            if (!may_read()) return true;
            const target where = next_target();
            error_code ec;
            std::size_t n = 0;
            try {
                const net::mutable_buffer room = room_for(where);
                if (!may_read()) {
                    salvage_for_active();
                    return true;
                }
                n = kind == read_try::spin ? poll_socket(room, ec) : connection_.stream().read_some(room, ec);
            } catch (...) {
                return false;  // read() will meet it again
            }
            if (is_transient(ec)) return false;
            settle(ec, n, where);
            return true;
        } else {
            return false;
        }
    }
    /// Until the receive's limits at most. Where time is simulated it does not pass in here: it is asked
    /// once.
    std::size_t poll_socket(net::mutable_buffer room, error_code& ec) {
        using clock = std::chrono::steady_clock;
        if constexpr (std::is_same_v<typename Core::clock_type, clock>) {
            clock::time_point end = clock::now() + core_.options().receive_spin;
            if (active_->limit.is_linked()) end = (std::min)(end, active_->limit.at);
            if (active_->idle.is_linked()) end = (std::min)(end, active_->idle.at);
            for (;;) {
                const std::size_t n = connection_.stream().read_some(room, ec);
                if (!is_transient(ec) || clock::now() >= end) return n;
            }
        } else {
            return connection_.stream().read_some(room, ec);
        }
    }

    void continue_discarding() {
        if (ended_) {
            core_.peer_ended(connection_);
            return;
        }
        if (connection_.failure() || end_awaits_write_) return;
        if (!scratch_) scratch_.reset(new (std::nothrow) char[scratch_size]);
        try {
            start_read(target::discard, scratch_ ? net::mutable_buffer(scratch_.get(), scratch_size)
                                                 : net::mutable_buffer(&overflow_, 1));
        } catch (...) {
            target_ = target::none;
            core_.transport_failed(connection_, net::error::no_memory);
        }
    }

    void start_read(target where, net::mutable_buffer buffer) {
        target_ = where;
        tries_.read_started(buffer.size());
        if (where == target::state) guard_state(true);
        connection_.stream().async_read_some(buffer, read_call<Core>(core_, connection_));
    }

    /// A state that can tell is asked to notice a change at once; the witness sees that of any other when the read
    /// has come back.
    void guard_state(bool is_guarded) noexcept {
        if constexpr (requires { core_.state().guard(is_guarded); }) core_.state().guard(is_guarded);
    }

    error_code peek() {
        auto& socket = socket_under(connection_.stream());
        error_code ec;
        char byte = 0;
        if constexpr (requires {
                          socket.receive(net::mutable_buffer(&byte, 1), net::socket_base::message_peek, ec);
                      }) {
            socket.receive(net::mutable_buffer(&byte, 1), net::socket_base::message_peek, ec);
        }
        return is_transient(ec) ? error_code() : ec;
    }

    net::mutable_buffer room_in_state() {
        const std::size_t most = core_.options().max_receive - core_.state().size();
        const user_code_scope scope(*this);
        const net::mutable_buffer room = net::buffer(net::mutable_buffer(core_.state().prepare(most)), most);
#if !defined(NDEBUG)
        witness_.look(core_.state());
#endif
        return room;
    }

    /// What a read has brought.
    void settle(const error_code& ec, std::size_t n, target where) {
        if (n != 0) take(n, where);
        if (ec) judge_error(ec);
        salvage_for_active();
    }
    void salvage_for_active() {
        if (connection_.failure() && active_ != nullptr && !active_->is_direct()) salvage();
    }

    void take(std::size_t n, target where) {
        connection_.count_received(n);
        if (active_ != nullptr) core_.restart_idle(active_->idle);
        switch (where) {
        case target::state: commit(n); break;
        case target::caller: active_->took(n); break;
        case target::overflow: has_overflow_ = true; break;
        case target::discard:
        case target::none: break;
        }
    }

    void commit(std::size_t n) {
        assert(
            witness_.is_unchanged(core_.state()) &&
            "state() was changed while a receive was pending: it may only be read until the handler is called");
        if (active_ != nullptr) active_->received += n;
        const user_code_scope scope(*this);
        try {
            if constexpr (std::is_void_v<decltype(core_.state().commit(n))>) {
                core_.state().commit(n);
            } else {
                refusal_ = core_.state().commit(n);
            }
        } catch (const system_error& error) {
            refusal_ = error.code();
        } catch (...) {
            refusal_ = net::error::no_memory;
        }
    }

    void refill_from_overflow() {
        if (!has_overflow_ || connection_.is_closed()) return;
        if (core_.state().size() >= core_.options().max_receive) return;
        try {
            const net::mutable_buffer room = room_in_state();
            if (connection_.is_closed()) return;
            *static_cast<char*>(room.data()) = overflow_;
            has_overflow_ = false;
            commit(1);
        } catch (...) {
            refusal_ = net::error::no_memory;
        }
    }

    void judge_error(const error_code& ec) {
        if (ec == net::error::eof) {
            judge_end();
        } else if (ec == net::error::operation_aborted) {
            // Not ours: somebody cancelled on the stream itself. As for a socket, that ends the receive.
            if (active_ != nullptr && active_->stop == stop_reason::none && !connection_.failure()) {
                active_->stop = stop_reason::cancel;
            }
        } else if (!is_transient(ec)) {
            core_.transport_failed(connection_, ec);
        }
    }

    void judge_end() {
        switch (decide_end(connection_.end_facts())) {
        case end_meaning::orderly: ended_ = true; break;
        case end_meaning::wait_for_write:
            // It has its error already, or never will: io_uring was seen to leave it pending.
            end_awaits_write_ = true;
            connection_.sends().give_back_write();
            break;
        case end_meaning::reset: core_.transport_failed(connection_, net::error::connection_reset); break;
        }
    }

    void interrupt() {
        if (is_in_flight()) {
            cancellation_.emit(net::cancellation_type::terminal);
            return;
        }
        if (is_in_user_code_) return;
        salvage_for_active();
        advance();
    }

    static constexpr std::size_t scratch_size = 16 * 1024;

    Core& core_;
    connection<Core>& connection_;
    operation* active_ = nullptr;
    target target_ = target::none;
    bool ended_ = false;             ///< an orderly end has been read
    bool end_awaits_write_ = false;  ///< an end has been read that a write in flight may explain
    bool discarding_ = false;
    bool is_in_user_code_ = false;
    bool has_overflow_ = false;
    char overflow_ = 0;  ///< the byte that did not fit into the state
    read_tries tries_;
    state_witness witness_{};  ///< used in debug builds alone
    error_code refusal_{};     ///< of the state, for the piece just taken
    std::unique_ptr<char[]> scratch_;
    net::cancellation_signal cancellation_;
    transport_memory<typename Core::executor_type> memory_;
};

}  // namespace uplink::detail
