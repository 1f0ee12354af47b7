// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The closed connections that the transport has not given back yet: when each of them is freed.
#include <uplink/detail/connection/retired_connections.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

/// Writes its name down when it is freed.
class named_connection {
public:
    named_connection(char its_name, std::string& freed) : name(its_name), freed_(freed) {}
    named_connection(const named_connection&) = delete;
    named_connection& operator=(const named_connection&) = delete;
    ~named_connection() { freed_ += name; }

    std::shared_ptr<named_connection>& next_retired() noexcept { return next_; }
    bool is_in_flight() const noexcept { return in_flight; }
    void abandon() noexcept { ++abandoned; }

    const char name;
    bool in_flight = true;
    int abandoned = 0;

private:
    std::string& freed_;
    std::shared_ptr<named_connection> next_;
};

struct retired_test {
    std::string freed{};
    std::string given_back{};
    detail::retired_connections<named_connection> retired{};

    /// The list alone owns it.
    named_connection& push(char name) {
        auto made = std::make_shared<named_connection>(name, freed);
        named_connection& pushed = *made;
        retired.push(std::move(made));
        return pushed;
    }
    void free_given_back() {
        retired.free_given_back([this](const named_connection& each) {
            CHECK(freed.find(each.name) == std::string::npos);
            given_back += each.name;
        });
    }
};

std::string sorted(std::string names) {
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

TEST_CASE_METHOD(retired_test, "a connection in flight is kept, however often it is looked at") {
    CHECK(retired.is_empty());
    free_given_back();
    push('a');
    push('b');
    free_given_back();
    free_given_back();
    CHECK_FALSE(retired.is_empty());
    CHECK(freed.empty());
    CHECK(given_back.empty());
}

TEST_CASE_METHOD(retired_test, "a connection that was given back is shown, then freed, from any place") {
    for (const char name : {'a', 'b', 'c'}) {
        freed.clear();
        given_back.clear();
        for (const char each : {'a', 'b', 'c'}) push(each).in_flight = each != name;
        free_given_back();
        CHECK(given_back == std::string(1, name));
        CHECK(freed == std::string(1, name));
        CHECK_FALSE(retired.is_empty());
        retired.clear();
        CHECK(sorted(freed) == "abc");
    }
}

TEST_CASE_METHOD(retired_test,
                 "connections that were given back are freed together, or one after the other") {
    named_connection& a = push('a');
    for (const char name : {'b', 'c'}) push(name).in_flight = false;
    free_given_back();
    CHECK(sorted(freed) == "bc");
    a.in_flight = false;
    free_given_back();
    CHECK(sorted(given_back) == "abc");
    CHECK(sorted(freed) == "abc");
    CHECK(retired.is_empty());
}

TEST_CASE_METHOD(retired_test, "the list gives up its share alone: who has another keeps the connection") {
    push('a');
    const auto shared = std::make_shared<named_connection>('b', freed);
    retired.push(shared);
    shared->in_flight = false;
    free_given_back();
    CHECK(given_back == "b");
    CHECK(freed.empty());
    CHECK(shared.use_count() == 1);
    CHECK(shared->next_retired() == nullptr);  // nor does it keep the one behind it
}

TEST_CASE_METHOD(retired_test, "all connections are abandoned once, and stay in the list") {
    std::vector<named_connection*> all;
    for (const char name : {'a', 'b', 'c'}) all.push_back(&push(name));
    all[1]->in_flight = false;
    retired.abandon();
    for (const named_connection* each : all) CHECK(each->abandoned == 1);
    CHECK(freed.empty());
    CHECK_FALSE(retired.is_empty());
}

TEST_CASE_METHOD(retired_test,
                 "a list that is cleared frees its connections, and none that is in flight elsewhere") {
    const auto in_flight = std::make_shared<named_connection>('a', freed);
    retired.push(in_flight);
    for (const char name : {'b', 'c'}) push(name);
    retired.clear();
    CHECK(retired.is_empty());
    CHECK(sorted(freed) == "bc");
    CHECK(given_back.empty());
    CHECK(in_flight.use_count() == 1);
}

TEST_CASE_METHOD(retired_test, "after clear() a connection in flight keeps no other one alive") {
    push('a');
    push('b');
    const std::shared_ptr<named_connection> read = std::make_shared<named_connection>('c', freed);
    retired.push(read);
    retired.clear();
    CHECK(retired.is_empty());
    CHECK(sorted(freed) == "ab");
    CHECK(read->next_retired() == nullptr);
}

}  // namespace uplink::tests
