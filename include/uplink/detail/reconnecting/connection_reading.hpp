// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What goes on over a connection besides its sends: the client reads ahead, so that a loss is noticed
// although nobody receives, and it ends its side when the user stops. The driver owns this object, and learns
// how the connection ends.
#pragma once

#include <uplink/detail/reconnecting/connection_link.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Core` gives the client, the receives and the driver: is_live(link), is_stopping(),
/// connection_failed(link, error) and both_have_ended().
template <class Core> class connection_reading {
    using link_ptr = std::shared_ptr<connection_link>;

public:
    explicit connection_reading(Core& core) noexcept : core_(core) {}

    /// Reads if somebody wants bytes, or their end.
    void read(const link_ptr& link) {
        if (link->is_reading || link->has_ended) return;
        const std::size_t wanted = core_.receives().wanted();
        if (wanted == 0) {
            if (link->failure) core_.driver().connection_failed(link, link->failure);
            return;
        }
        try {
            if (!link->buffer)
                link->buffer = std::make_unique_for_overwrite<char[]>(connection_link::buffer_size);
            link->is_reading = true;
            core_.client().async_read_some(
                net::mutable_buffer(link->buffer.get(), (std::min)(wanted, connection_link::buffer_size)),
                [core = core_.shared_from_this(), link](const error_code& ec, std::size_t n) {
                    core->step([&] { core->driver().reading().has_read(link, ec, n); });
                });
        } catch (...) {
            link->is_reading = false;
            core_.driver().connection_failed(link, net::error::no_memory);
        }
    }
    /// A send has noticed that the connection has failed: what has come before that is read first.
    void send_failed(const link_ptr& link, const error_code& ec) {
        if (!core_.driver().is_live(link)) return;
        if (!link->failure) link->failure = ec;
        if (link->has_ended) return core_.driver().connection_failed(link, link->failure);
        read(link);
    }
    /// All sends are with the connection, and the user stops: our side ends behind them.
    void shut_down(const link_ptr& link) {
        if (std::exchange(link->is_ending, true)) return;
        try {
            core_.client().async_shutdown_send([core = core_.shared_from_this(), link](const error_code& ec) {
                core->step([&] { core->driver().reading().has_shut_down(link, ec); });
            });
        } catch (...) {
            core_.driver().connection_failed(link, net::error::no_memory);
        }
    }

private:
    void has_read(const link_ptr& link, const error_code& ec, std::size_t n) {
        link->is_reading = false;
        if (!core_.driver().is_live(link)) return core_.receives().drop(n);
        try {
            core_.receives().add({link->buffer.get(), n});
        } catch (...) {
            return core_.driver().connection_failed(link, net::error::no_memory);
        }
        if (ec == net::error::eof && core_.driver().is_stopping()) return server_has_ended(link);
        // The client's own limit for a pause is for the receives of the user.
        if (ec && ec != errc::receive_timeout)
            return core_.driver().connection_failed(link, link->failure ? link->failure : ec);
        read(link);
    }
    void server_has_ended(const link_ptr& link) {
        link->has_ended = true;
        core_.receives().connection_ended(net::error::eof);
        if (link->failure) return core_.driver().connection_failed(link, link->failure);
        if (link->has_shut_down) core_.driver().both_have_ended();
    }
    void has_shut_down(const link_ptr& link, const error_code& ec) {
        if (ec) return send_failed(link, ec);
        link->has_shut_down = true;
        if (link->has_ended && core_.driver().is_live(link)) core_.driver().both_have_ended();
    }

    Core& core_;
};

}  // namespace uplink::detail
