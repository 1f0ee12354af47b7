// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The memory into which the reads of one connection put their bytes: the client's state, the caller's buffer,
// the overflow byte, or memory whose contents are discarded. The core owns the state and the caller owns its
// buffer; the overflow byte and the memory for discarding are owned here. The state is the user's code: it
// may throw, refuse bytes, and call the client.
#pragma once

#include <uplink/detail/connection/owners.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/detail/support/state_witness.hpp>
#include <uplink/net.hpp>

#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class read_room {
public:
    explicit read_room(Core& core) noexcept : core_(core) {
        static_assert(read_room_owner<Core>, "the owner of the room has to be a client's core");
    }

    std::size_t held() const { return core_.state().size(); }
    std::size_t most() const noexcept { return core_.options().max_receive; }

    /// Called before a receive: ends the view that the last receive delivered, and passes max_receive to the
    /// state.
    void begin_receive() {
        core_.end_view();
        if constexpr (requires { core_.state().limit_capacity(most()); })
            core_.state().limit_capacity(most());
    }

    /// Throws what the state's prepare() throws.
    net::mutable_buffer of(read_target where, receive_operation<Core>* receive) {
        switch (where) {
        case read_target::state: return in_state();
        case read_target::caller: return receive->direct_buffer();
        case read_target::discard: return discard_buffer();
        case read_target::overflow:
        case read_target::none: break;
        }
        return {&overflow_, 1};
    }
    net::mutable_buffer in_state() {
        const std::size_t free = most() - held();
        const net::mutable_buffer room = net::buffer(net::mutable_buffer(core_.state().prepare(free)), free);
#if !defined(NDEBUG)
        witness_.record(core_.state());
#endif
        return room;
    }

    /// n bytes have been read into the room. If the state refuses them, the machine is notified.
    void commit(std::size_t n, read_target where, receive_operation<Core>* receive,
                receive_machine& machine) {
        if (receive != nullptr) core_.restart_idle(receive->idle);
        if (where == read_target::state) commit_to_state(n, machine);
        else if (where == read_target::caller) receive->on_direct_read(n);
    }
    /// Puts the overflow byte into `room`, which is the state's.
    void commit_overflow(net::mutable_buffer room, receive_machine& machine) {
        *static_cast<char*>(room.data()) = overflow_;
        commit_to_state(1, machine);
    }

    /// While an asynchronous read into the state is in flight, a state that has guard() reports a change by
    /// the user immediately. For any other state the witness finds the change when the read has come back.
    void guard_state(bool is_guarded) noexcept {
        if constexpr (requires { core_.state().guard(is_guarded); }) core_.state().guard(is_guarded);
    }

private:
    net::mutable_buffer discard_buffer() noexcept {
        static constexpr std::size_t size = 16 * 1024;
        if (!discarded_) discarded_.reset(new (std::nothrow) char[size]);
        return discarded_ ? net::mutable_buffer(discarded_.get(), size) : net::mutable_buffer(&overflow_, 1);
    }

    void commit_to_state(std::size_t n, receive_machine& machine) {
        assert(
            witness_.is_unchanged(core_.state()) &&
            "state() was changed while a receive was pending: it may only be read until the handler is called");
        try {
            if constexpr (std::is_void_v<decltype(core_.state().commit(n))>) {
                core_.state().commit(n);
            } else if (const error_code refusal = core_.state().commit(n)) {
                machine.refuse(refusal);
            }
        } catch (const system_error& error) {
            machine.refuse(error.code());
        } catch (...) {
            machine.refuse(net::error::no_memory);
        }
    }

    Core& core_;
    state_witness witness_{};  ///< used in debug builds only
    char overflow_ = 0;        ///< the byte that did not fit into the state
    std::unique_ptr<char[]> discarded_;
};

}  // namespace uplink::detail
