// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Deadlines in the order of their times, deadlines of the same time in the order added. It is a pairing heap
// of nodes that others own. Linking does not allocate and cannot fail. Adding a deadline and reading the
// first one take constant time; removing any deadline takes a time that grows with the logarithm of their
// number (amortised).
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstdint>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class TimePoint> class deadline_heap;

/// The part of a deadline that the heap uses.
template <class TimePoint> class deadline_node {
public:
    deadline_node(const deadline_node&) = delete;
    deadline_node& operator=(const deadline_node&) = delete;

    bool is_linked() const noexcept { return previous_ != nullptr; }

    TimePoint at{};

protected:
    deadline_node() = default;
    ~deadline_node() = default;

private:
    friend class deadline_heap<TimePoint>;

    deadline_node* child_ = nullptr;  ///< the first of the children, which are not earlier than this
    deadline_node* next_ = nullptr;   ///< the next child of the same parent
    /// The previous child; for a first child its parent; for the root the root itself.
    deadline_node* previous_ = nullptr;
    std::uint64_t number_ = 0;  ///< in order of adding
};

/// One deadline. `expired` is called once, on the client's executor, with the entry already unlinked.
template <class TimePoint> class deadline_entry : public deadline_node<TimePoint> {
public:
    virtual void expired() = 0;

protected:
    deadline_entry() = default;
    ~deadline_entry() = default;
};

template <class TimePoint> class deadline_heap {
    using entry = deadline_entry<TimePoint>;
    using node = deadline_node<TimePoint>;

public:
    deadline_heap() noexcept = default;
    deadline_heap(const deadline_heap&) = delete;
    deadline_heap& operator=(const deadline_heap&) = delete;

    bool empty() const noexcept { return root_ == nullptr; }
    entry& front() noexcept { return static_cast<entry&>(*root_); }

    /// Adds a deadline at `item.at`, which must not change while the entry is linked.
    void add(node& item) noexcept {
        item.number_ = ++last_number_;
        set_root(root_ == nullptr ? &item : meld(*root_, item));
    }

    void remove(node& item) noexcept {
        node* children = meld_all(std::exchange(item.child_, nullptr));
        if (&item == root_) {
            set_root(children);
        } else {
            (item.previous_->child_ == &item ? item.previous_->child_ : item.previous_->next_) = item.next_;
            if (item.next_ != nullptr) item.next_->previous_ = item.previous_;
            if (children != nullptr) set_root(meld(*root_, *children));
        }
        item.next_ = item.previous_ = nullptr;
    }

    entry& pop_front() noexcept {
        entry& first = front();
        remove(first);
        return first;
    }

private:
    static bool is_earlier(const node& left, const node& right) {
        if (left.at < right.at) return true;
        return !(right.at < left.at) && left.number_ < right.number_;
    }

    void set_root(node* root) noexcept {
        root_ = root;
        if (root == nullptr) return;
        root->next_ = nullptr;
        root->previous_ = root;
    }

    /// Makes one heap of two; returns its root.
    static node* meld(node& left, node& right) noexcept {
        const bool left_is_first = is_earlier(left, right);
        node& parent = left_is_first ? left : right;
        node& child = left_is_first ? right : left;
        child.next_ = parent.child_;
        child.previous_ = &parent;
        if (child.next_ != nullptr) child.next_->previous_ = &child;
        parent.child_ = &child;
        return &parent;
    }

    /// Makes one heap of siblings: first of each two neighbours, then of all these pairs from the last to the
    /// first.
    static node* meld_all(node* first) noexcept {
        node* pairs = nullptr;
        while (first != nullptr) {
            node* left = first;
            node* right = left->next_;
            first = right == nullptr ? nullptr : right->next_;
            node* pair = right == nullptr ? left : meld(*left, *right);
            pair->next_ = pairs;
            pairs = pair;
        }
        node* whole = pairs;
        if (whole == nullptr) return nullptr;
        for (node* rest = whole->next_; rest != nullptr;) {
            node* following = rest->next_;
            whole = meld(*whole, *rest);
            rest = following;
        }
        return whole;
    }

    node* root_ = nullptr;
    std::uint64_t last_number_ = 0;
};

}  // namespace uplink::detail
