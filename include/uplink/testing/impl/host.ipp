// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of host.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/host.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing {

UPLINK_TESTING_DECL host& host::v4(const std::vector<std::string>& addresses, clock::duration delay) {
    return add(v4_, {delay, {}, parse(addresses)});
}

UPLINK_TESTING_DECL host& host::v6(const std::vector<std::string>& addresses, clock::duration delay) {
    return add(v6_, {delay, {}, parse(addresses)});
}

UPLINK_TESTING_DECL host& host::v4_fails(error_code ec, clock::duration delay) {
    return add(v4_, {delay, ec, {}});
}

UPLINK_TESTING_DECL host& host::v6_fails(error_code ec, clock::duration delay) {
    return add(v6_, {delay, ec, {}});
}

UPLINK_TESTING_DECL host& host::v4_never() { return add(v4_, {std::nullopt, {}, {}}); }

UPLINK_TESTING_DECL host& host::v6_never() { return add(v6_, {std::nullopt, {}, {}}); }

UPLINK_TESTING_DECL host::answer host::next(bool v6) {
    family& from = v6 ? v6_ : v4_;
    if (from.answers.empty()) return {clock::duration::zero(), net::error::host_not_found, {}};
    const std::size_t index = (std::min)(from.used, from.answers.size() - 1);
    ++from.used;
    return from.answers[index];
}

UPLINK_TESTING_DECL host& host::add(family& to, answer value) {
    to.answers.push_back(std::move(value));
    return *this;
}

UPLINK_TESTING_DECL std::vector<net::ip::address> host::parse(const std::vector<std::string>& texts) {
    std::vector<net::ip::address> addresses;
    for (const std::string& text : texts) addresses.push_back(net::ip::make_address(text));
    return addresses;
}

}  // namespace uplink::testing
