// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A mail server that takes no mail without TLS (SMTP, RFC 5321, with STARTTLS, RFC 3207) and says how long a text was.
#pragma once

#include "../tls_server.hpp"
#include "little_server.hpp"

#include <string>
#include <string_view>

class mail_server {
public:
    std::string host() const { return server_.host(); }
    std::string service() const { return server_.service(); }
    std::string certificate_pem() const { return server_.certificate_pem(); }

private:
    static bool talk_plainly(asio::ip::tcp::socket& socket) {
        little_server::peer peer(socket);
        peer.say("220 mail.example\r\n");
        for (std::string line; peer.read_line(line);) {
            if (line == "STARTTLS") return peer.say("220 go ahead\r\n");
            peer.say(line.starts_with("EHLO") ? "250-mail.example\r\n250 STARTTLS\r\n"
                                              : "530 not without TLS\r\n");
        }
        return false;
    }
    std::string answer(std::string_view request) {
        if (!request.ends_with(is_in_text_ ? "\r\n.\r\n" : "\r\n")) return {};
        if (is_in_text_)
            return is_in_text_ = false, "250 taken, " + std::to_string(request.size() - 5) + " bytes\r\n";
        is_in_text_ = request == "DATA\r\n";
        return is_in_text_ ? "354 go on\r\n" : request == "QUIT\r\n" ? "221 bye\r\n" : "250 well\r\n";
    }

    bool is_in_text_ = false;
    tls_server server_{[this](std::string_view request) { return answer(request); }, &talk_plainly, -1};
};
