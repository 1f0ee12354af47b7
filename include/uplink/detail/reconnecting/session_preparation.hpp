// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The session hook: the user's function that logs in, subscribes, or whatever a fresh connection needs before anything
// queued moves. It has the client to itself until it calls the function that it is given, or until its limit. It may
// throw, hang, call that function twice or late, and stop, close or destroy everything. The driver owns this object.
#pragma once

#include <uplink/detail/reconnecting/connection_link.hpp>
#include <uplink/detail/reconnecting/reconnect_callbacks.hpp>
#include <uplink/net.hpp>

#include <functional>
#include <memory>
#include <new>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Core` gives the driver, which is called back with session_ended(link, error), never within run().
template <class Core> class session_preparation {
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
            if (const auto core = weak.lock()) post_end(core, link, ec);
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

private:
    static void post_end(const std::shared_ptr<Core>& core, const link_ptr& link, const error_code& ec) {
        if (core->is_abandoned()) return;
        net::post(core->get_executor(),
                  [core, link, ec] { core->step([&] { core->driver().session_ended(link, ec); }); });
    }

    Core& core_;
    shared_function<hook_type> hook_{};
};

}  // namespace uplink::detail
