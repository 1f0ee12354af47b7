// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The session hook: the user's function that logs in, subscribes, or whatever a fresh connection needs before
// anything queued moves. It has the client to itself until it calls the function that it is given, or until
// its limit. It may throw, hang, call that function twice or late, and stop, close or destroy everything. The
// driver owns this object.
#pragma once

#include <uplink/detail/reconnecting/connection_link.hpp>
#include <uplink/detail/reconnecting/reconnect_callbacks.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <memory_resource>
#include <new>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Core` gives the driver, which is called back with session_ended(link, error), never within run(). As an
/// operation of the completion queue it passes the hook's result to the driver, which needs no memory.
template <class Core> class session_preparation final : public operation_base {
public:
    using client_type = typename Core::client_type;
    using done_function = std::function<void(error_code)>;
    using hook_type = std::function<void(client_type&, done_function)>;
    using link_ptr = std::shared_ptr<connection_link>;

    explicit session_preparation(Core& core) noexcept : core_(core) {}

    void set(hook_type&& hook) { hook_ = share_function(std::move(hook)); }
    void clear() noexcept { hook_.reset(); }
    bool is_needed() const noexcept { return static_cast<bool>(hook_); }

    /// The hook may destroy this object.
    void run(client_type& client, const link_ptr& link) {
        const auto hook = hook_;
        const auto done = [weak = core_.weak_from_this(), link](error_code ec) {
            if (std::exchange(link->is_hook_done, true)) return;
            if (const auto core = weak.lock()) core->driver().session().is_done(link, ec);
        };
        try {
            (*hook)(client, done);
        } catch (const system_error& failure) {
            done(failure.code() ? failure.code() : error_code(net::error::connection_aborted));
        } catch (const std::bad_alloc&) {
            done(net::error::no_memory);
        } catch (...) {
            done(net::error::connection_aborted);
        }
    }

    /// The hook has ended well: all that it sends has to be sent before anything queued moves.
    /// True: some of it is not, and session_ended() is called again.
    bool wait_for_sends(client_type& client, const link_ptr& link, error_code& ec) {
        if (client.send_queue_bytes() == 0) return false;
        try {
            // Sends complete in order, so one without bytes completes behind those of the hook. If it ends by
            // the client's idle_timeout, so do those of the hook, each at its own time: it looks again.
            const auto look_again = [core = core_.shared_from_this(), link](const error_code& end,
                                                                            std::size_t) {
                const error_code result = end == errc::send_timeout ? error_code() : end;
                core->step([&] { core->driver().session_ended(link, result); });
            };
            client.async_write_some(net::const_buffer(), look_again);
            return true;
        } catch (...) {
            ec = net::error::no_memory;
            return false;
        }
    }
    /// The result at the limit of the hook. Without memory the driver may not have processed the hook's
    /// result yet.
    error_code at_limit(const client_type& client, const link_ptr& link) const noexcept {
        const bool has_ended = done_ == link && (error_ || client.send_queue_bytes() == 0);
        return has_ended ? error_ : error_code(errc::handshake_timeout);
    }

    void complete() override {
        is_queued_ = false;
        const link_ptr link = std::exchange(done_, nullptr);
        core_.call([&] { core_.driver().session_ended(link, error_); });
    }
    void abandon() noexcept override {
        is_queued_ = false;
        done_.reset();
    }
    std::pmr::memory_resource& memory() noexcept override { return *std::pmr::new_delete_resource(); }

private:
    /// Without memory to post, the client processes it with its next step.
    void is_done(const link_ptr& link, const error_code& ec) noexcept {
        if (core_.is_abandoned() || !core_.driver().is_preparing(link)) return;
        done_ = link;
        error_ = ec;
        if (!std::exchange(is_queued_, true)) core_.deliver(*this);
        core_.finish_call();
    }

    Core& core_;
    shared_function<hook_type> hook_{};
    link_ptr
        done_{};  ///< the connection whose hook has called its function, until the driver has processed that
    error_code error_{};
    bool is_queued_ = false;
};

}  // namespace uplink::detail
