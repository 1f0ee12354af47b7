// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of http_tunnel.hpp.
#pragma once

#include <uplink/detail/machine/base64.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/http_tunnel.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/proxy.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

namespace http {

UPLINK_DECL refusal find_refusal(const http_proxy& proxy, const proxy_target& target) noexcept {
    if (const refusal why = detail::find_refusal(proxy, target)) return why;
    if (!std::all_of(target.name.begin(), target.name.end(), is_name_character))
        return invalid("host has a character that an HTTP proxy cannot be asked for");
    return {};
}

UPLINK_DECL std::string authority_of(const proxy_target& target) {
    std::string host = target.address ? target.address->to_string() : target.name;
    if (target.address && target.address->is_v6()) host = "[" + host + "]";
    return host + ":" + std::to_string(target.port);
}

UPLINK_DECL std::string request(const http_proxy& proxy, const proxy_target& target) {
    const std::string authority = authority_of(target);
    std::string text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
    if (!proxy.user.empty() || !proxy.password.empty())
        text += "Proxy-Authorization: Basic " + to_base64(proxy.user + ":" + proxy.password) + "\r\n";
    return text + "\r\n";
}

}  // namespace http

UPLINK_DECL http_tunnel::http_tunnel(const http_proxy& proxy, const proxy_target& target) {
    if (const refusal why = http::find_refusal(proxy, target)) fail(why);
    else write(http::request(proxy, target));
}

UPLINK_DECL void http_tunnel::written() noexcept {
    if (next() == proxy_action::write) read();
}

UPLINK_DECL std::size_t http_tunnel::read_limit() const noexcept {
    if (next() != proxy_action::read) return 0;
    switch (place_) {
    case place::status: return http::status_pattern.size() - position_ + 4;
    case place::field_name: return 5;  // a colon too
    case place::text: return 4;
    case place::line_feed: return 3;
    case place::first_line:
    case place::line: return 2;
    case place::last_line_feed: return 1;
    }
    return 1;
}

UPLINK_DECL std::size_t http_tunnel::feed(std::string_view bytes) noexcept {
    std::size_t taken = 0;
    while (taken != bytes.size() && next() == proxy_action::read) {
        take(bytes[taken++]);
        if (++size_ == http::max_answer_size && next() == proxy_action::read)
            fail_protocol("the head of the proxy's reply is longer than 64 KiB");
    }
    return taken;
}

UPLINK_DECL void http_tunnel::take(char c) noexcept {
    switch (place_) {
    case place::status: return take_of_status(c);
    case place::text:
        if (c == '\r') place_ = place::line_feed;
        else if (!http::is_text(c)) fail_character();
        return;
    case place::line_feed:
        if (c != '\n') return fail_character();
        place_ = position_ != 0 ? place::first_line : place::line;
        position_ = 0;
        return;
    case place::first_line:
    case place::line:
        if (c == '\r') place_ = place::last_line_feed;
        else if (http::is_token_character(c)) place_ = place::field_name;
        else if ((c == ' ' || c == '\t') && place_ == place::line) place_ = place::text;
        else fail_character();
        return;
    case place::field_name:
        if (c == ':') place_ = place::text;
        else if (!http::is_token_character(c)) fail_character();
        return;
    case place::last_line_feed:
        if (c != '\n') return fail_character();
        return complete();
    }
}

UPLINK_DECL void http_tunnel::take_of_status(char c) noexcept {
    if (position_ == http::status_pattern.size()) {  // behind the digits
        if (c != ' ' && c != '\r') return fail_protocol("the proxy's reply has no status line of HTTP/1");
        set_status(code_);
        place_ = c == ' ' ? place::text : place::line_feed;
        return;
    }
    const char expected = http::status_pattern[position_];
    if (expected == '#' ? !is_digit(c) : c != expected)
        return fail_protocol("the proxy's reply has no status line of HTTP/1");
    if (position_ == http::status_begin) code_ = 0;
    if (position_ >= http::status_begin) code_ = code_ * 10 + (c - '0');
    if (++position_ == http::status_pattern.size() && code_ < 100)
        fail_protocol("the status of the proxy's reply is below 100");
}

UPLINK_DECL void http_tunnel::complete() noexcept {
    if (code_ == 101) return fail_protocol("the proxy changed to another protocol without being asked");
    if (code_ >= 200) return end_with(code_);
    if (++interim_ > http::max_interim_replies)
        return fail_protocol("the proxy sent too many replies of status 1xx");
    place_ = place::status;
}

UPLINK_DECL void http_tunnel::end_with(int code) noexcept {
    if (code < 300) succeed();
    else fail(code == 407 ? errc::proxy_authentication_failed : errc::proxy_http_status);
}

UPLINK_DECL void http_tunnel::fail_character() noexcept {
    fail_protocol("the head of the proxy's reply has a character that must not stand there");
}

}  // namespace uplink::detail
