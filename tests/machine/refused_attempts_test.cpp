// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The refused attempts of a connect: whose refusal is kept, and when its reason is the reason of the whole
// connect.
#include <uplink/detail/machine/refused_attempts.hpp>
#include <uplink/error.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <vector>

namespace uplink::tests {

namespace {

using uplink::detail::refused_attempts;

struct attempt {
    error_code error{};
};
using attempts = std::vector<attempt>;

const error_code denied = net::error::access_denied;
const error_code no_descriptors = net::error::no_descriptors;
const error_code no_route = net::error::network_unreachable;
const error_code no_host = net::error::host_unreachable;

}  // namespace

TEST_CASE("there is no reason if no attempt was refused") {
    const refused_attempts refused;
    CHECK(refused.reason_for(attempts{}, denied).empty());
    CHECK(refused.reason_for(attempts{{denied}}, denied).empty());
    CHECK(refused.reason_for(attempts{{}}, {}).empty());
}

TEST_CASE("the reason is that of the refused attempt if it decided the result, wherever it stands") {
    for (const std::size_t index : {0u, 1u, 2u}) {
        attempts all(3, {net::error::connection_refused});
        all[index].error = denied;
        refused_attempts refused;
        refused.add(index, {denied, "not allowed"});
        CHECK(refused.reason_for(all, denied) == "not allowed");
    }
}

TEST_CASE("there is no reason if an earlier attempt failed with the result and was not refused") {
    refused_attempts refused;
    refused.add(1, {denied, "not allowed"});
    CHECK(refused.reason_for(attempts{{denied}, {denied}}, denied).empty());
}

TEST_CASE("there is no reason if the result is another error, or that of no attempt") {
    refused_attempts refused;
    refused.add(1, {denied, "not allowed"});
    const attempts all{{net::error::connection_refused}, {denied}};
    CHECK(refused.reason_for(all, net::error::connection_refused).empty());
    CHECK(refused.reason_for(all, errc::connect_timeout).empty());
    CHECK(refused.reason_for(attempts{}, denied).empty());
}

TEST_CASE("the first refusal is kept, though a later one says as much") {
    refused_attempts refused;
    refused.add(0, {denied, "first"});
    refused.add(1, {no_descriptors, "second"});
    const attempts all{{denied}, {no_descriptors}};
    CHECK(refused.reason_for(all, denied) == "first");
    CHECK(refused.reason_for(all, no_descriptors).empty());
}

TEST_CASE("the first of refusals that are merely unreachable is kept") {
    refused_attempts refused;
    refused.add(0, {no_route, "first"});
    refused.add(1, {no_host, "second"});
    const attempts all{{no_route}, {no_host}};
    CHECK(refused.reason_for(all, no_route) == "first");
    CHECK(refused.reason_for(all, no_host).empty());
}

TEST_CASE("a refusal that says more replaces one that is merely unreachable, and is not replaced itself") {
    refused_attempts refused;
    refused.add(0, {no_route, "first"});
    refused.add(1, {denied, "second"});
    refused.add(2, {no_descriptors, "third"});
    refused.add(3, {no_host, "fourth"});
    const attempts all{{no_route}, {denied}, {no_descriptors}, {no_host}};
    CHECK(refused.reason_for(all, denied) == "second");
    for (const error_code& other : {no_route, no_descriptors, no_host})
        CHECK(refused.reason_for(all, other).empty());
}

TEST_CASE("a refusal without words gives none") {
    refused_attempts refused;
    refused.add(0, {denied, {}});
    CHECK(refused.reason_for(attempts{{denied}}, denied).empty());
}

}  // namespace uplink::tests
