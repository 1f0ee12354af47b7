// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Registers the clients of an execution context. When the context is destroyed before a client, the handlers
// that wait inside the client (a queued send, a lookup) are destroyed with the context, uncalled, as Asio
// does with the handlers that wait inside Asio. Otherwise a handler that owns its client would keep itself
// alive. The context owns the service; the service and each client own shares of the registry, which links
// the clients and does not own them.
//
// The header also records which client was active last on a thread, so that a client notices that it is not
// the only one.
#pragma once

#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/net.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct client_list_tag;

class registered_client : public list_hook<client_list_tag> {
public:
    /// Destroys every pending handler uncalled, and everything that belongs to the context.
    virtual void abandon() noexcept = 0;
    virtual std::shared_ptr<registered_client> keep_alive() noexcept = 0;

protected:
    registered_client() = default;
    ~registered_client() = default;
};

/// The clients of one context. Each client owns a share of the registry, so it can still remove itself if it
/// outlives the context or is destroyed at the same time on another thread.
class client_registry {
public:
    void add(registered_client& client) noexcept;
    void remove(registered_client& client) noexcept;
    /// The context is being destroyed.
    void abandon_all() noexcept;

private:
    std::mutex mutex_;
    intrusive_list<registered_client, client_list_tag> clients_;
};

class client_service final : public net::execution_context::service {
public:
    [[gnu::visibility("default")]] static inline net::execution_context::id id;
    using key_type = client_service;

    explicit client_service(net::execution_context& context);

    const std::shared_ptr<client_registry>& registry() const noexcept { return registry_; }

private:
    void shutdown() noexcept override;

    std::shared_ptr<client_registry> registry_;
};

/// Numbers that are unique among the clients of the process, across shared libraries.
struct [[gnu::visibility("default")]] client_ids {
    static inline std::atomic<std::uint64_t> last{0};
};
inline std::uint64_t next_client_id() noexcept {
    return client_ids::last.fetch_add(1, std::memory_order_relaxed) + 1;
}

/// The client that was active last on this thread. The record is kept for each thread, so that threads do not
/// share a cache line.
class turn_of_clients {
public:
    /// This client is active now; true if another client was active before.
    static bool take(const registered_client& client) noexcept {
        if (last_ == &client) return false;
        return std::exchange(last_, &client) != nullptr;
    }
    static void leave(const registered_client& client) noexcept {
        if (last_ == &client) last_ = nullptr;
    }

private:
    static inline constinit thread_local const registered_client* last_ = nullptr;
};

template <class Executor> net::execution_context& context_of(const Executor& executor) {
    return net::query(executor, net::execution::context);
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/support/impl/client_service.ipp>
#endif
