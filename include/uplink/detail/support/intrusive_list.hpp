// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A doubly linked list of nodes that others own. Linking does not allocate and cannot fail, and a node is
// removed from any position in constant time. Pending operations need both.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Tag` lets one object be in several lists at the same time.
template <class Tag> class list_hook {
public:
    list_hook() noexcept = default;
    list_hook(const list_hook&) = delete;
    list_hook& operator=(const list_hook&) = delete;
    bool is_linked() const noexcept { return next_ != nullptr; }

private:
    template <class, class> friend class intrusive_list;
    list_hook* next_ = nullptr;
    list_hook* previous_ = nullptr;
};

template <class T, class Tag> class intrusive_list {
    using hook = list_hook<Tag>;

public:
    intrusive_list() noexcept { reset(); }
    intrusive_list(const intrusive_list&) = delete;
    intrusive_list& operator=(const intrusive_list&) = delete;

    bool empty() const noexcept { return root_.next_ == &root_; }
    T& front() noexcept { return item_of(*root_.next_); }
    const T& front() const noexcept { return static_cast<const T&>(*root_.next_); }
    T& back() noexcept { return item_of(*root_.previous_); }

    void push_back(T& item) noexcept { link_before(root_, item); }
    void insert_before(T& where, T& item) noexcept { link_before(static_cast<hook&>(where), item); }
    void push_front(T& item) noexcept { link_before(*root_.next_, item); }

    T& pop_front() noexcept {
        T& item = front();
        erase(item);
        return item;
    }

    static void erase(T& item) noexcept {
        hook& node = item;
        node.previous_->next_ = node.next_;
        node.next_->previous_ = node.previous_;
        node.next_ = node.previous_ = nullptr;
    }

    /// The following item, or null at the end.
    T* next(T& item) noexcept {
        hook* following = static_cast<hook&>(item).next_;
        return following == &root_ ? nullptr : &item_of(*following);
    }
    T* previous(T& item) noexcept {
        hook* preceding = static_cast<hook&>(item).previous_;
        return preceding == &root_ ? nullptr : &item_of(*preceding);
    }

private:
    /// Converts a reference and not a pointer, which the compiler would have to check for null.
    static T& item_of(hook& node) noexcept { return static_cast<T&>(node); }
    void reset() noexcept { root_.next_ = root_.previous_ = &root_; }
    static void link_before(hook& where, T& item) noexcept {
        hook& node = item;
        node.next_ = &where;
        node.previous_ = where.previous_;
        where.previous_->next_ = &node;
        where.previous_ = &node;
    }
    hook root_;
};

}  // namespace uplink::detail
