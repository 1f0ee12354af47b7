// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversation with a proxy of either kind: which of the two it is, and that every step is passed on.
#include <uplink/detail/machine/any_proxy_handshake.hpp>

#include "machine/proxy_conversation.hpp"
#include "support/catch.hpp"

#include <string>

namespace uplink::tests {

using detail::any_proxy_handshake;
using detail::make_proxy_target;
using namespace std::string_literals;

TEST_CASE("the options choose the kind of conversation") {
    const auto target = make_proxy_target("a", 80);
    const auto socks5 = [&] { return any_proxy_handshake(socks5_proxy{.host = "p"}, target); };
    const auto http = [&] { return any_proxy_handshake(http_proxy{.host = "p"}, target); };
    check_conversation(socks5, "\5\0\5\5\0\1\1\2\3\4\0\x50"s, errc::proxy_connection_refused, 5);
    check_conversation(socks5, "\5\0\5\0\0\1\1\2\3\4\0\x50"s, {}, 0);
    check_conversation(http, "HTTP/1.1 503 No\r\n\r\n", errc::proxy_http_status, 503);
    check_conversation(http, "HTTP/1.1 200 OK\r\n\r\n", {}, 200);
    CHECK_FALSE(detail::is_set(no_proxy{}));
    CHECK(detail::is_set(socks5_proxy{}));
    CHECK(detail::is_set(http_proxy{}));
}

TEST_CASE("a server that this kind of proxy cannot be asked for is refused, in words") {
    const auto odd = make_proxy_target("a/b", 80);
    CHECK_FALSE(detail::find_refusal_of(socks5_proxy{.host = "p"}, odd));
    const detail::refusal why = detail::find_refusal_of(http_proxy{.host = "p"}, odd);
    CHECK(why.error == net::error::invalid_argument);
    const any_proxy_handshake refused(http_proxy{.host = "p"}, odd);
    CHECK(refused.next() == detail::proxy_action::fail);
    CHECK(refused.error() == why.error);
    CHECK(refused.reason() == why.reason);
    CHECK_FALSE(detail::find_refusal_of(no_proxy{}, odd));
}

}  // namespace uplink::tests
