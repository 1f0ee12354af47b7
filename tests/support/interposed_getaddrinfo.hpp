// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Takes the place of the system's getaddrinfo in a test program. While an interposed_lookups lives, it decides what
// every lookup of the process answers, and when: a stuck one waits until the test releases it. Without one the
// real function is called. What has been asked, on how many threads at once, and which of those threads have
// ended can be waited for, so that no test needs to sleep; every wait gives up after 30 seconds.
#pragma once

#include <uplink/net.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

struct lookup_request {
    std::string host;
    std::string service;
    int family = 0;  // of the hints, as are the others
    int type = 0;
    int protocol = 0;
    int flags = 0;
};

struct lookup_reply {
    std::vector<net::ip::tcp::endpoint> addresses{};  // none: a null list
    int result = 0;                                   // an EAI_ code
    int error_number = 0;                             // left in errno
    bool stuck = false;                               // answers only once released
};

class interposed_lookups {
public:
    /// `decide` is called on the thread that looks up, by several at once.
    explicit interposed_lookups(std::function<lookup_reply(const lookup_request&)> decide);
    /// Releases what is stuck.
    ~interposed_lookups();
    interposed_lookups(const interposed_lookups&) = delete;
    interposed_lookups& operator=(const interposed_lookups&) = delete;

    void release_one();  // the one that has been stuck longest
    void release_all();

    std::size_t calls() const;
    std::size_t most_at_once() const;
    std::vector<lookup_request> requests() const;  // in the order asked

    bool wait_for_calls(std::size_t count) const;          // begun
    bool wait_for_stuck(std::size_t count) const;          // waiting to be released, or released
    bool wait_for_ended_threads(std::size_t count) const;  // threads that have looked up and are gone

    struct state;

private:
    std::shared_ptr<state> state_;
};

/// Lists of addresses that were handed out since the program began and those of them that were freed.
/// The second call for one list is the real function's, which does not survive it.
std::size_t lists_made();
std::size_t lists_freed();

/// Every lookup answers these.
lookup_reply addresses(std::vector<net::ip::tcp::endpoint> list);
lookup_reply stuck();

}  // namespace uplink::tests
