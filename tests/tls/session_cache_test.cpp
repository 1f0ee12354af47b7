// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is kept of earlier connections, as conversations with the cache: letters are sessions, the time is counted in
// seconds.
#include <uplink/detail/tls/session_cache.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace uplink::tests {

namespace {

using detail::session_use;

class session_cache_run {
public:
    explicit session_cache_run(std::size_t most_peers) : cache(most_peers) {}

    void ticket(const std::string& peer, char session, int expiry = 100) {
        cache.keep(peer, session, session_use::once, at(expiry));
    }
    void reusable(const std::string& peer, char session, int expiry = 100) {
        cache.keep(peer, session, session_use::again, at(expiry));
    }
    /// '-' if there is none.
    char take(const std::string& peer, int now = 0) { return cache.take(peer, at(now)).value_or('-'); }
    std::string take_all(const std::string& peer, int now = 0) {
        std::string all;
        for (char each = take(peer, now); each != '-' && all.size() < 10; each = take(peer, now)) all += each;
        return all;
    }

    static std::chrono::steady_clock::time_point at(int seconds) {
        return std::chrono::steady_clock::time_point(std::chrono::seconds(seconds));
    }

    detail::session_cache<char> cache;
};

}  // namespace

TEST_CASE("TLS session cache: a ticket is used once, the newest first") {
    session_cache_run run(2);
    CHECK(run.take("a") == '-');
    run.ticket("a", '1');
    run.ticket("a", '2');
    run.ticket("b", '3');
    CHECK(run.take_all("a") == "21");
    CHECK(run.take("a") == '-');
    CHECK(run.take_all("b") == "3");
    CHECK(run.cache.size() == 0);  // a peer without tickets takes no place
}

TEST_CASE("TLS session cache: at most four tickets of a peer are kept, the newest") {
    session_cache_run run(2);
    for (const char each : std::string("123456")) run.ticket("a", each);
    CHECK(run.take_all("a") == "6543");
}

TEST_CASE("TLS session cache: a session of TLS 1.2 may be used again, and is one") {
    session_cache_run run(2);
    run.reusable("a", '1');
    CHECK(run.take("a") == '1');
    CHECK(run.take("a") == '1');
    run.reusable("a", '2');
    CHECK(run.take("a") == '2');
    CHECK(run.take("a") == '2');
}

TEST_CASE("TLS session cache: sessions of one version replace those of the other") {
    session_cache_run run(2);
    run.reusable("a", '1');
    run.ticket("a", '2');
    run.ticket("a", '3');
    CHECK(run.take_all("a") == "32");
    run.ticket("a", '4');
    run.reusable("a", '5');
    CHECK(run.take("a") == '5');
    CHECK(run.take("a") == '5');
}

TEST_CASE("TLS session cache: what has expired is not given, nor kept") {
    session_cache_run run(3);
    run.ticket("a", '1', 10);
    run.ticket("a", '2', 5);
    run.ticket("a", '3', 10);
    run.ticket("a", '4', 5);
    CHECK(run.take("a", 4) == '4');
    CHECK(run.take("a", 5) == '3');  // at its expiry it has expired
    CHECK(run.take("a", 9) == '1');
    run.ticket("a", '5', 5);
    CHECK(run.take("a", 5) == '-');
    CHECK(run.cache.size() == 0);
    run.reusable("b", '6', 10);
    CHECK(run.take("b", 9) == '6');
    CHECK(run.take("b", 10) == '-');
    CHECK(run.cache.size() == 0);
}

TEST_CASE("TLS session cache: the peer that was used least recently makes room") {
    session_cache_run run(3);
    run.ticket("a", '1');
    run.ticket("b", '2');
    run.ticket("b", '3');
    run.reusable("c", '4');
    CHECK(run.take("b") == '3');
    run.ticket("a", '5');  // a kept session counts as a use, as a taken one does
    run.ticket("d", '6');  // c goes
    CHECK(run.cache.size() == 3);
    CHECK(run.take("c") == '-');
    CHECK(run.take("b") == '2');
    run.ticket("e", '7');
    run.ticket("f", '8');  // a goes
    CHECK(run.take("a") == '-');
    CHECK(run.take("d") == '6');
    CHECK(run.take("e") == '7');
    CHECK(run.take("f") == '8');
}

TEST_CASE("TLS session cache: with room for no peer nothing is kept") {
    session_cache_run run(0);
    run.ticket("a", '1');
    run.reusable("b", '2');
    CHECK(run.cache.size() == 0);
    CHECK(run.take("a") == '-');
    CHECK(run.take("b") == '-');
}

TEST_CASE("TLS session cache: all sessions of one peer can be dropped, and those of all peers") {
    session_cache_run run(3);
    run.ticket("a", '1');
    run.ticket("a", '2');
    run.reusable("b", '3');
    run.ticket("c", '4');
    run.cache.drop("a");
    run.cache.drop("nobody");
    CHECK(run.take("a") == '-');
    CHECK(run.take("b") == '3');
    run.cache.clear();
    CHECK(run.cache.size() == 0);
    CHECK(run.take("b") == '-');
    CHECK(run.take("c") == '-');
    run.ticket("c", '5');
    CHECK(run.take("c") == '5');
}

}  // namespace uplink::tests
