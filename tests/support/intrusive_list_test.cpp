// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The list of nodes that others own: its order, and nodes that leave it from any place.
#include <uplink/detail/support/intrusive_list.hpp>

#include "support/catch.hpp"

#include <string>
#include <type_traits>
#include <utility>

namespace uplink::tests {

namespace {

using uplink::detail::intrusive_list;
using uplink::detail::list_hook;

struct first_tag;
struct second_tag;

struct node : list_hook<first_tag>, list_hook<second_tag> {
    explicit node(char its_name) noexcept : name(its_name) {}
    char name;
};
using node_list = intrusive_list<node, first_tag>;
using other_list = intrusive_list<node, second_tag>;

static_assert(!std::is_copy_constructible_v<node_list> &&
              !std::is_copy_constructible_v<list_hook<first_tag>>);
static_assert(std::is_nothrow_default_constructible_v<node_list>);

bool is_linked(const node& item) { return item.list_hook<first_tag>::is_linked(); }

/// The names from the front to the back; checks that the way back gives the same ones.
std::string names(node_list& list) {
    std::string forwards, backwards;
    for (node* each = list.empty() ? nullptr : &list.front(); each != nullptr; each = list.next(*each)) {
        forwards += each->name;
        if (forwards.size() > 9) return "endless";
    }
    for (node* each = list.empty() ? nullptr : &list.back(); each != nullptr; each = list.previous(*each))
        backwards.insert(backwards.begin(), each->name);
    CHECK(forwards == backwards);
    return forwards;
}

struct linked_nodes {
    node a{'a'}, b{'b'}, c{'c'};
    node_list list{};

    void push_all() {
        for (node* each : {&a, &b, &c}) list.push_back(*each);
    }
};

}  // namespace

TEST_CASE_METHOD(linked_nodes, "an empty list has no nodes, and neither has one that has lost its last") {
    CHECK(list.empty());
    CHECK(names(list).empty());
    list.push_back(a);
    CHECK_FALSE(list.empty());
    CHECK(&list.front() == &list.back());
    CHECK(list.next(a) == nullptr);
    CHECK(list.previous(a) == nullptr);
    node_list::erase(a);
    CHECK(list.empty());
}

TEST_CASE_METHOD(linked_nodes, "nodes are added at the back, at the front or before another one") {
    list.push_back(b);
    list.push_back(c);
    list.push_front(a);
    CHECK(names(list) == "abc");
    CHECK(&static_cast<const node_list&>(list).front() == &a);
    node first{'1'}, middle{'2'};
    list.insert_before(a, first);
    list.insert_before(c, middle);
    CHECK(names(list) == "1ab2c");
}

TEST_CASE_METHOD(linked_nodes, "a node is linked from when it is added until it is removed") {
    CHECK_FALSE(is_linked(a));
    list.push_back(a);
    CHECK(is_linked(a));  // the only one too
    list.push_front(b);
    list.insert_before(a, c);
    for (const node* each : {&a, &b, &c}) CHECK(is_linked(*each));
    node_list::erase(c);
    list.pop_front();
    CHECK(is_linked(a));
    CHECK_FALSE(is_linked(b));
    CHECK_FALSE(is_linked(c));
}

TEST_CASE_METHOD(linked_nodes, "a node leaves the list from any place, and the others keep their order") {
    for (const auto& [leaving, left] : {std::pair{&a, "bc"}, std::pair{&b, "ac"}, std::pair{&c, "ab"}}) {
        push_all();
        node_list::erase(*leaving);
        CHECK(names(list) == left);
        for (node* each : {&a, &b, &c})
            if (is_linked(*each)) node_list::erase(*each);
    }
}

TEST_CASE_METHOD(linked_nodes, "nodes are popped in order, and may be added again, to another list too") {
    push_all();
    node_list another;
    CHECK(&list.pop_front() == &a);
    another.push_back(a);
    CHECK(&list.pop_front() == &b);
    list.push_back(b);
    CHECK(names(list) == "cb");
    CHECK(names(another) == "a");
}

TEST_CASE_METHOD(linked_nodes, "a node is in one list for each of its tags, independent of the others") {
    other_list other;
    push_all();
    for (node* each : {&c, &a}) other.push_back(*each);
    node_list::erase(c);
    CHECK(names(list) == "ab");
    CHECK(&other.front() == &c);
    CHECK(other.next(c) == &a);
    CHECK_FALSE(is_linked(c));
    CHECK(c.list_hook<second_tag>::is_linked());
    CHECK_FALSE(b.list_hook<second_tag>::is_linked());
}

}  // namespace uplink::tests
