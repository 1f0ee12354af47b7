// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For tests of the system's resolver: names that decide what becomes of their lookup, and answers to wait for.
#pragma once

#include <uplink/detail/system/system_resolver.hpp>

#include "support/catch.hpp"
#include "support/interposed_getaddrinfo.hpp"

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

constexpr std::size_t all_threads = detail::system_resolver::max_threads;

inline std::vector<net::ip::tcp::endpoint> some_addresses() {
    return {{net::ip::make_address("192.0.2.1"), 80}};
}

/// A name that begins with "stuck" is stuck until released; every name has some_addresses().
inline lookup_reply stuck_if_so_named(const lookup_request& request) {
    lookup_reply reply = addresses(some_addresses());
    reply.stuck = request.host.starts_with("stuck");
    return reply;
}

/// An answer that comes on another thread, or does not come: then what it owns is destroyed uncalled.
class awaited_answer {
public:
    using value_type = std::pair<error_code, std::vector<net::ip::tcp::endpoint>>;

    auto function() {
        auto promise = std::make_shared<std::promise<value_type>>();
        result_ = promise->get_future();
        alive_ = promise;
        return [promise](lookup_answer answer) {
            promise->set_value({answer.error, std::move(answer.endpoints)});
        };
    }
    bool is_destroyed() const { return alive_.expired(); }
    bool is_pending() const {
        return result_.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
    }
    /// Empty: destroyed uncalled.
    std::optional<value_type> get() {
        if (result_.wait_for(std::chrono::seconds(30)) != std::future_status::ready) FAIL("no answer");
        try {
            return result_.get();
        } catch (const std::future_error&) {
            return std::nullopt;
        }
    }
    /// With some_addresses().
    bool came() {
        const auto value = get();
        return value && !value->first && value->second == some_addresses();
    }

private:
    std::future<value_type> result_;
    std::weak_ptr<void> alive_;
};

/// "stuck0.test", "stuck1.test" ...: questions that share no lookup.
inline lookup_question stuck_question(std::size_t number, address_family family = address_family::v4) {
    return {"stuck" + std::to_string(number) + ".test", "80", family};
}
inline lookup_question question_of(std::string host, address_family family = address_family::v4) {
    return {std::move(host), "80", family};
}
inline void ignore_answer(const lookup_answer&) {}

/// Makes that many lookups that are stuck.
inline void occupy(detail::system_resolver& resolver, interposed_lookups& lookups, std::size_t count) {
    for (std::size_t i = 0; i != count; ++i) {
        resolver.resolve(stuck_question(i), ignore_answer);
    }
    REQUIRE(lookups.wait_for_calls(count));
}

}  // namespace uplink::tests
