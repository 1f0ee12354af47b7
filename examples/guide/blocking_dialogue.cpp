// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A dialogue that waits, as a script does: each call has a limit, and an error is an exception that says which call
// failed. A limit that is a time point bounds the whole dialogue.
#include "little_server.hpp"

#include <uplink/blocking_client.hpp>

#include <iostream>
#include <stdexcept>

using namespace std::chrono_literals;

// [dialogue]
std::string command(uplink::blocking_client& client, std::string words,
                    uplink::blocking_client::time_limit until) {
    client.send(words + "\r\n", until);
    const std::string answer = client.receive_until("\r\n", until);
    if (!answer.starts_with("+OK")) throw std::runtime_error(words + ": " + answer);
    return answer;
}

std::string count_mails(const std::string& host, const std::string& service) {
    const auto until = std::chrono::steady_clock::now() + 20s;  // for all of it
    uplink::blocking_client client;
    client.connect(host, service, until);
    client.receive_until("\r\n", until);  // the greeting
    command(client, "USER me", until);
    command(client, "PASS secret", until);
    const std::string answer = command(client, "STAT", until);
    command(client, "QUIT", until);
    client.close(until);  // waits for the server's end
    return answer;
}
// [/dialogue]

int main() try {
    little_server server([](little_server::peer& peer) {
        peer.say("+OK ready\r\n");
        for (std::string line; line != "QUIT" && peer.read_line(line);)
            peer.say(line == "STAT" ? "+OK 2 320\r\n" : "+OK\r\n");
    });
    const std::string answer = count_mails(server.host(), server.service());
    std::cout << answer;

    // [error]
    uplink::blocking_client client;
    uplink::error_code ec;
    client.connect("no host", 110, 5s, ec);  // with an error_code there is no exception
    std::cout << ec.message() << ": " << client.client().last_connect().reason << '\n';
    // [/error]
    return answer == "+OK 2 320\r\n" && ec ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
