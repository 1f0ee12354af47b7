// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversation with an HTTP proxy that tunnels: the request CONNECT (RFC 9110, section 9.3.6) with Basic
// authentication (RFC 7617), and the head of the reply (RFC 9112). proxy_handshake.hpp has the steps.
//
// The request. The log-in is sent if there is a user or a password, to the proxy only. A user must be plain
// ASCII without spaces and colons, a name of the server must be a name of a URL (RFC 3986, section 3.2.2) in
// ASCII, so that nothing in the request can end a line or a part of it.
//
// The reply. A status of 2xx is success, and the tunnel begins behind the empty line, whatever Content-Length
// and Transfer-Encoding say (RFC 9110, section 9.3.6). A limited number of 1xx is skipped; 101 is refused,
// because no other protocol was asked for. 407 is errc::proxy_authentication_failed, any other status
// errc::proxy_http_status. All of them count only when their head is complete. Everything else is
// errc::proxy_protocol_error:
//
// - The status line has to follow the grammar of RFC 9112, section 4: "HTTP/1." and a digit, three digits, a
//   space and a reason. The space may be missing if there is no reason: a server has to send it, but some do
//   not, and the line has one meaning nevertheless. HTTP/0.9, which has no status line, is refused, and so is
//   an empty line before it: only servers skip that (RFC 9112, section 2.2).
// - A line ends with CR LF. RFC 9112, section 2.2, allows to accept an LF alone; it is refused, because
//   programs that disagree on the end of a line disagree on the end of the reply. A CR alone is invalid, and
//   so is any other control character except for the tab.
// - A field has a name, and no space before the colon (RFC 9112, section 5.1). A folded line is accepted,
//   since a user agent has to (RFC 9112, section 5.2). A space at the beginning of the first line behind the
//   status line folds nothing and is refused (RFC 9112, section 2.2).
// - The whole answer, 1xx included, may have max_answer_size bytes.
#pragma once

#include <uplink/detail/machine/base64.hpp>
#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/proxy.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

namespace http {

inline constexpr std::size_t max_answer_size = 64 * 1024;
inline constexpr int max_interim_replies = 16;  // 1xx

/// The form of "HTTP/1.1 200", the part of the status line that every reply has: # stands for a digit.
inline constexpr std::string_view status_pattern = "HTTP/1.# ###";
inline constexpr std::size_t status_begin = 9;

constexpr bool is_text(char c) noexcept { return !is_control(c) || c == '\t'; }

constexpr bool is_token_character(char c) noexcept {  // RFC 9110, section 5.6.2
    return is_digit(c) || is_letter(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// The rules beside those of the options.
[[gnu::cold]] inline refusal find_refusal(const http_proxy& proxy, const proxy_target& target) noexcept {
    if (const refusal why = detail::find_refusal(proxy, target)) return why;
    if (!std::all_of(target.name.begin(), target.name.end(), is_name_character))
        return invalid("host has a character that an HTTP proxy cannot be asked for");
    return {};
}

/// The form of RFC 9110, section 4.2: an IPv6 address stands in brackets.
[[gnu::cold]] inline std::string authority_of(const proxy_target& target) {
    std::string host = target.address ? target.address->to_string() : target.name;
    if (target.address && target.address->is_v6()) host = "[" + host + "]";
    return host + ":" + std::to_string(target.port);
}

[[gnu::cold]] inline std::string request(const http_proxy& proxy, const proxy_target& target) {
    const std::string authority = authority_of(target);
    std::string text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
    if (!proxy.user.empty() || !proxy.password.empty())
        text += "Proxy-Authorization: Basic " + to_base64(proxy.user + ":" + proxy.password) + "\r\n";
    return text + "\r\n";
}

}  // namespace http

class http_tunnel : public proxy_handshake {
public:
    /// A user, a password or a target that cannot be sent is invalid_argument, before anything is written.
    [[gnu::cold]] http_tunnel(const http_proxy& proxy, const proxy_target& target) {
        if (const refusal why = http::find_refusal(proxy, target)) fail(why);
        else write(http::request(proxy, target));
    }

    /// All of output() has been written.
    [[gnu::cold]] void written() noexcept {
        if (next() == proxy_action::write) read();
    }

    /// The fewest bytes that can complete the head from here: what is missing of CR LF CR LF, behind what is
    /// missing of the part before it.
    std::size_t read_limit() const noexcept {
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

    /// Bytes have been read. Returns the number that belong to the conversation: all, if they are not more
    /// than read_limit() and the conversation goes on or succeeds.
    [[gnu::cold]] std::size_t feed(std::string_view bytes) noexcept {
        std::size_t taken = 0;
        while (taken != bytes.size() && next() == proxy_action::read) {
            take(bytes[taken++]);
            if (++size_ == http::max_answer_size && next() == proxy_action::read)
                fail_protocol("the head of the proxy's reply is longer than 64 KiB");
        }
        return taken;
    }

private:
    enum class place : unsigned char {
        status,      ///< position_ in http::status_pattern
        text,        ///< in the reason, or in the value of a field
        line_feed,   ///< behind the CR of a line
        first_line,  ///< at the beginning of the line behind the status line
        line,        ///< at the beginning of another line
        field_name,
        last_line_feed,  ///< behind the CR of the empty line
    };

    [[gnu::cold]] void take(char c) noexcept {
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

    [[gnu::cold]] void take_of_status(char c) noexcept {
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

    /// The head of a reply has ended.
    [[gnu::cold]] void complete() noexcept {
        if (code_ == 101) return fail_protocol("the proxy changed to another protocol without being asked");
        if (code_ >= 200) return end_with(code_);
        if (++interim_ > http::max_interim_replies)
            return fail_protocol("the proxy sent too many replies of status 1xx");
        place_ = place::status;
    }

    void end_with(int code) noexcept {
        if (code < 300) succeed();
        else fail(code == 407 ? errc::proxy_authentication_failed : errc::proxy_http_status);
    }

    void fail_character() noexcept {
        fail_protocol("the head of the proxy's reply has a character that must not stand there");
    }

    std::size_t size_ = 0;      ///< bytes of the whole answer
    std::size_t position_ = 0;  ///< in the status line, until it has ended
    int code_ = 0;              ///< the status of this head
    int interim_ = 0;
    place place_ = place::status;
};

}  // namespace uplink::detail
