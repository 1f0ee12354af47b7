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

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
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
[[gnu::cold]] refusal find_refusal(const http_proxy& proxy, const proxy_target& target) noexcept;

/// The form of RFC 9110, section 4.2: an IPv6 address stands in brackets.
[[gnu::cold]] std::string authority_of(const proxy_target& target);

[[gnu::cold]] std::string request(const http_proxy& proxy, const proxy_target& target);

}  // namespace http

class http_tunnel : public proxy_handshake {
public:
    /// A user, a password or a target that cannot be sent is invalid_argument, before anything is written.
    [[gnu::cold]] http_tunnel(const http_proxy& proxy, const proxy_target& target);

    /// All of output() has been written.
    [[gnu::cold]] void written() noexcept;

    /// The fewest bytes that can complete the head from here: what is missing of CR LF CR LF, behind what is
    /// missing of the part before it.
    std::size_t read_limit() const noexcept;

    /// Bytes have been read. Returns the number that belong to the conversation: all, if they are not more
    /// than read_limit() and the conversation goes on or succeeds.
    [[gnu::cold]] std::size_t feed(std::string_view bytes) noexcept;

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

    [[gnu::cold]] void take(char c) noexcept;
    [[gnu::cold]] void take_of_status(char c) noexcept;

    /// The head of a reply has ended.
    [[gnu::cold]] void complete() noexcept;

    void end_with(int code) noexcept;
    void fail_character() noexcept;

    std::size_t size_ = 0;      ///< bytes of the whole answer
    std::size_t position_ = 0;  ///< in the status line, until it has ended
    int code_ = 0;              ///< the status of this head
    int interim_ = 0;
    place place_ = place::status;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/http_tunnel.ipp>
#endif
