// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connections that are closed and whose last read or write the transport has not given back yet.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Connection` links them itself, by next_retired().
template <class Connection> class retired_connections {
public:
    bool is_empty() const noexcept { return first_ == nullptr; }
    void push(std::shared_ptr<Connection> closed) noexcept {
        closed->next_retired() = std::move(first_);
        first_ = std::move(closed);
    }
    /// Frees those that the transport has given back, each after `given_back` was called with it.
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
    /// Lets all go; what is in flight keeps its connection.
    void clear() noexcept { first_.reset(); }

private:
    std::shared_ptr<Connection> first_;
};

}  // namespace uplink::detail
