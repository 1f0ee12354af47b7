// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connections that are closed, and whose last read or write has not come back from the transport yet. The
// list owns a share of each connection.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Connection` has the link of the list, next_retired().
template <class Connection> class retired_connections {
public:
    bool is_empty() const noexcept { return first_ == nullptr; }
    void push(std::shared_ptr<Connection> closed) noexcept {
        closed->next_retired() = std::move(first_);
        first_ = std::move(closed);
    }
    /// Calls given_back(connection) for each connection that the transport has given back, and frees it.
    template <class GivenBack> void free_given_back(GivenBack given_back) noexcept {
        for (std::shared_ptr<Connection>* place = &first_; *place;) {
            if ((*place)->is_in_flight()) {
                place = &(*place)->next_retired();
            } else {
                given_back(**place);
                *place = std::exchange((*place)->next_retired(), nullptr);
            }
        }
    }
    void abandon() noexcept {
        for (Connection* each = first_.get(); each != nullptr; each = each->next_retired().get())
            each->abandon();
    }
    /// Gives up all shares; a read or write in flight keeps its own connection alive, and no other.
    void clear() noexcept {
        while (first_) first_ = std::exchange(first_->next_retired(), nullptr);
    }

private:
    std::shared_ptr<Connection> first_;
};

}  // namespace uplink::detail
