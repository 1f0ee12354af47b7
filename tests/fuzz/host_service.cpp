// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The first line is the host, the rest the service.

#include <fuzz/targets.hpp>

#include <uplink/detail/machine/connect_target.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace fuzz {

void host_service(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view host = input.substr(0, end);
    const std::string_view service = input.substr(std::min(end + 1, input.size()));
    using namespace uplink::detail;
    const uplink::detail::connect_target result = classify(host, service);
    if (result.error) {
        require(result.error == uplink::net::error::invalid_argument ||
                    result.error == uplink::net::error::host_not_found,
                "an invalid host or service is an invalid argument, an unknown interface not found");
        require(!result.literal && !result.port && result.host.empty() && result.service.empty(),
                "with an error nothing else is set");
        require(!result.reason.empty(), "an error has a reason");
        return;
    }
    require(result.reason.empty(), "without an error there is no reason");
    require(!result.host.empty() && result.host.size() <= longest_name + 1, "the host has a size");
    require(result.host != "*", "the host is the name of one");
    for (const std::string* text : {&result.host, &result.service}) {
        require(is_plain(*text), "no control characters and no spaces get through");
    }
    require(result.service == service, "the service is as given");
    require(result.host.find_first_of("[]") == std::string::npos, "the brackets are gone");
    require(!result.port || *result.port != 0, "no port is 0");
    require(result.literal.has_value() == (result.need != lookup_need::name), "a literal is never looked up");
    require((result.need == lookup_need::nothing) == (result.literal && result.port),
            "nothing to ask where all is known");
    if (!result.literal) return;
    // What the literal means does not depend on how it was written.
    const uplink::detail::connect_target again = classify(result.literal->to_string(), service);
    require(!again.error && again.literal == result.literal,
            "a literal in its plain form is the same literal");
    const uplink::detail::connect_target bracketed = classify("[" + result.host + "]", service);
    require(bracketed.error || bracketed.literal == result.literal, "brackets change nothing");
}

}  // namespace fuzz
