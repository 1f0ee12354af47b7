// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// HTTP/1.1 over one connection that is kept. The server may close it at any time. probe() asks first; a request that
// got nothing back on a kept connection is made once more on a new one, which is right for GET (RFC 9110, section
// 9.2.2).
#include "little_server.hpp"

#include <uplink/blocking_client.hpp>

#include <cctype>
#include <iostream>

using namespace std::chrono_literals;

// [get]
std::size_t content_length(std::string head) {
    for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const std::size_t found = head.find("\r\ncontent-length:");
    return found == head.npos ? throw std::runtime_error("no length") : std::stoul(head.substr(found + 17));
}

std::string get(uplink::blocking_client& client, const std::string& host, const std::string& service,
                const std::string& target) try {
    const bool is_silent = client.client().state().empty();  // nothing came unasked
    for (bool is_kept = client.is_open() && is_silent && !client.client().probe();; is_kept = false) {
        if (!is_kept) {
            client.client().close();
            client.connect(host, service, 10s);
        }
        uplink::error_code ec;
        client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 10s, ec);
        const std::string head = ec ? std::string() : client.receive_until("\r\n\r\n", 10s, ec);
        if (ec && is_kept && client.client().state().empty()) continue;
        if (ec) throw uplink::system_error(ec, "GET " + target);
        return client.receive_exactly(content_length(head), 10s);
    }
} catch (...) {
    client.client().close();  // an answer that comes late would be taken for the next one
    throw;
}
// [/get]

int main() try {
    std::atomic<int> connections = 0;
    little_server server([&](little_server::peer& peer) {
        ++connections;
        for (int i = 0; i != 2; ++i) {  // two answers, and then it closes
            std::string first, line;
            peer.read_line(first);
            while (peer.read_line(line) && !line.empty()) continue;
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(first.size()) + "\r\n\r\n" +
                     first);
        }
    });
    uplink::blocking_client client;
    for (const std::string target : {"/1", "/2", "/3", "/4", "/5"})
        if (get(client, server.host(), server.service(), target) != "GET " + target + " HTTP/1.1") return 1;
    return connections == 3 ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
