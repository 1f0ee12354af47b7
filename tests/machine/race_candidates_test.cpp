// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/machine/race_candidates.hpp>

#include "support/catch.hpp"

#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using endpoint = net::ip::tcp::endpoint;

std::vector<endpoint> at(const std::vector<std::string>& addresses) {
    std::vector<endpoint> all;
    for (const std::string& each : addresses) all.emplace_back(net::ip::make_address(each), 80);
    return all;
}

}  // namespace

TEST_CASE("candidates have more until each has been started, and are pending until they are answered") {
    detail::race_candidates<endpoint> candidates;
    CHECK_FALSE(candidates.has_more());
    CHECK_FALSE(candidates.is_pending());
    candidates.state = detail::lookup_state::to_ask;
    CHECK(candidates.is_pending());
    candidates.state = detail::lookup_state::asked;
    CHECK(candidates.is_pending());
    candidates.state = detail::lookup_state::answered;
    CHECK_FALSE(candidates.is_pending());
    candidates.endpoints = at({"192.0.2.1", "192.0.2.2"});
    CHECK(candidates.has_more());
    candidates.started = 1;
    CHECK(candidates.has_more());
    candidates.started = 2;
    CHECK_FALSE(candidates.has_more());
}

TEST_CASE("the addresses of the other family than the first one's are taken out, in order") {
    std::vector<endpoint> all = at({"2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"});
    CHECK(detail::take_other_family(all) == at({"192.0.2.1", "192.0.2.2"}));
    CHECK(all == at({"2001:db8::1", "2001:db8::2"}));
    CHECK(detail::take_other_family(all).empty());
    CHECK(all.size() == 2);
    std::vector<endpoint> none;
    CHECK(detail::take_other_family(none).empty());
    std::vector<net::local::stream_protocol::endpoint> local = {{"/a"}, {"/b"}};  // without families
    CHECK(detail::take_other_family(local).empty());
    CHECK(local.size() == 2);
}

}  // namespace uplink::tests
