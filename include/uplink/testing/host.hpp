// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The addresses of a name in a simulated network. The two families answer separately, as RFC 8305, section 3
// asks for them separately. Each call adds the answer to one more lookup of the family: the first lookup gets
// the first answer, and all lookups after the last answer get the last one. The network owns its hosts.
//
//     net.host("server.test").v6({"2001:db8::1"}, 30ms).v4({"192.0.2.1", "192.0.2.2"});
//     net.host("flaky.test").v4_fails(net::error::host_not_found_try_again).v4({"192.0.2.1"}, 5ms);
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/clock.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// The addresses of one name of a simulated network: each function adds an answer, and returns the same
/// object. See host.hpp for an example.
class host {
public:
    /// The answer to one lookup of one family; without a delay it never comes.
    struct answer {
        std::optional<clock::duration> delay{clock::duration::zero()};  ///< after the question; none: never
        error_code error{};                         ///< none: the addresses are the answer
        std::vector<net::ip::address> addresses{};  ///< in the order in which they are given
    };

    /// The addresses of a family, in the order of the system's sorting, `delay` after the question.
    host& v4(const std::vector<std::string>& addresses, clock::duration delay = {});
    /// As above, but of IPv6.
    host& v6(const std::vector<std::string>& addresses, clock::duration delay = {});

    /// The lookup fails, `delay` after the question. A family without any answer gives host_not_found
    /// immediately.
    host& v4_fails(error_code ec = net::error::host_not_found, clock::duration delay = {});
    /// As above, but of IPv6.
    host& v6_fails(error_code ec = net::error::host_not_found, clock::duration delay = {});

    /// The lookup is never answered, as when getaddrinfo is stuck.
    host& v4_never();
    /// As above, but of IPv6.
    host& v6_never();

    /// For the simulated resolver: takes the next answer.
    answer next(bool v6);

private:
    struct family {
        std::vector<answer> answers;
        std::size_t used = 0;
    };

    host& add(family& to, answer value);

    static std::vector<net::ip::address> parse(const std::vector<std::string>& texts);

    family v4_;
    family v6_;
};

}  // namespace uplink::testing

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/impl/host.ipp>
#endif
