// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The first line is the URL, the second the list of no_proxy, the rest the host.

#include <fuzz/proxy_driver.hpp>
#include <fuzz/targets.hpp>

#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/proxy_choice.hpp>
#include <uplink/proxy.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace fuzz {

namespace {

std::string encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        result += {'%', digits[byte / 16U], digits[byte % 16U]};
    }
    return result;
}

/// The URL of the same proxy, with all that can be encoded encoded.
template <class Proxy> std::string url_of(const Proxy& proxy, std::string_view scheme) {
    std::string host = proxy.host;
    if (const std::size_t percent = host.find('%'); percent != std::string::npos)
        host.insert(percent + 1, "25");
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return std::string(scheme) + "://" + encode(proxy.user) + ":" + encode(proxy.password) + "@" + host +
           ":" + std::to_string(proxy.port) + "/";
}

template <class Proxy> void check_proxy(const Proxy& proxy, std::string_view scheme) {
    require(uplink::detail::find_invalid(proxy).empty(), "what is accepted makes sense as an option");
    uplink::error_code ec;
    const uplink::proxy_options again = uplink::parse_proxy(url_of(proxy, scheme), ec);
    require(!ec && std::holds_alternative<Proxy>(again), "a plain form of it is accepted too");
    const Proxy& same = std::get<Proxy>(again);
    require(same.host == proxy.host && same.port == proxy.port && same.user == proxy.user &&
                same.password == proxy.password,
            "a plain form of it is the same");
}

}  // namespace

void proxy_url(std::string_view input) {
    const std::string_view url = take_line(input);
    const std::string_view list = take_line(input);
    const std::string_view host = input;

    uplink::error_code ec = uplink::net::error::eof;
    const uplink::proxy_options proxy = uplink::parse_proxy(url, ec);
    require(!ec || ec == uplink::net::error::invalid_argument, "an invalid URL is an invalid argument");
    require(std::holds_alternative<uplink::no_proxy>(proxy) == static_cast<bool>(ec), "an error is no proxy");
    if (const auto* http = std::get_if<uplink::http_proxy>(&proxy)) check_proxy(*http, "HTTP");
    if (const auto* socks5 = std::get_if<uplink::socks5_proxy>(&proxy))
        check_proxy(*socks5, socks5->remote_dns ? "socks5h" : "socks5");

    using namespace uplink::detail;
    const bool is_direct = is_reached_directly(list, host, 80);
    const auto chosen = choose_proxy(host, 80, {.all_proxy = url, .no_proxy = list});
    require(!chosen.refused == (!ec || url.empty()), "a malformed URL is an error for every server");
    require((chosen.kind == proxy_kind::none) == (is_direct || url.empty() || chosen.refused),
            "else there is a proxy");
    require(is_reached_directly(std::string(list) + ",*", host, 80), "a star is every server");
    if (is_direct) {
        require(is_reached_directly("x.test," + std::string(list), host, 80),
                "another entry changes nothing");
        require(is_reached_directly(std::string(list) + ", x.test", host, 80),
                "another entry changes nothing");
    }
    const auto target = classify(host, "80");
    if (target.error || !target.literal) return;
    const bool has_scope = target.literal->is_v6() && target.literal->to_v6().scope_id() != 0;
    if (!has_scope)
        require(is_reached_directly(target.literal->to_string(), host, 80), "an address is itself");
    require(is_reached_directly(list, "[" + target.host + "]", 80) == is_direct, "brackets change nothing");
}

}  // namespace fuzz
