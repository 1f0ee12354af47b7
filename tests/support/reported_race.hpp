// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A connect race together with the report that it writes into.
#pragma once

#include <uplink/detail/machine/connect_race.hpp>

#include <utility>
#include <vector>

namespace uplink::tests {

template <class Endpoint> struct written_report { uplink::basic_connect_report<Endpoint> written{}; };

template <class Endpoint>
class reported_race : written_report<Endpoint>, public uplink::detail::connect_race<Endpoint> {
    using race = uplink::detail::connect_race<Endpoint>;
    using settings = uplink::detail::race_settings;

public:
    explicit reported_race(const settings& of) : race(of, this->written) {}
    reported_race(const settings& of, std::vector<Endpoint> endpoints)
        : race(of, std::move(endpoints), this->written) {}
    const uplink::basic_connect_report<Endpoint>& report() const noexcept { return this->written; }
};

}  // namespace uplink::tests
