// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A binary protocol in the manner of Modbus/TCP: two bytes of length, big endian, then a number, a function and its
// data. length_prefixed takes the frames apart, and refuses a length that no frame has before it waits for the bytes.
#include "little_server.hpp"

#include <uplink/blocking_client.hpp>

#include <iostream>
#include <stdexcept>

using namespace std::chrono_literals;

// [frames]
void put16(std::string& to, std::size_t value) {
    to += static_cast<char>(value >> 8 & 0xff);
    to += static_cast<char>(value & 0xff);
}
std::size_t get16(std::string_view from, std::size_t at) {
    return static_cast<unsigned char>(from.at(at)) * 256u + static_cast<unsigned char>(from.at(at + 1));
}

/// The value of a register of the device; function 3.
std::size_t read_register(uplink::blocking_client& client, std::size_t number, std::size_t which) {
    std::string frame;
    put16(frame, 5);
    put16(frame, number);
    put16(frame += '\3', which);
    client.send(frame, 1s);
    const uplink::length_prefixed<std::uint16_t> frames{.max = 254};
    const std::string answer = client.receive_message(frames, 1s);
    if (get16(answer, 0) != number) throw std::runtime_error("the answer to something else");
    if (answer.at(2) != '\3')
        throw std::runtime_error("the device refuses register " + std::to_string(which));
    return get16(answer, 3);
}
// [/frames]

int main() try {
    little_server server([](little_server::peer& peer) {
        for (std::string ask; peer.read(ask, 7);) {
            const bool is_known = ask[5] == 0;
            std::string answer = ask.substr(2, 2) + (is_known ? "\3" : "\x83");
            put16(answer, is_known ? get16(ask, 5) * 10 : 2);
            peer.say(std::string("\0", 1) + static_cast<char>(answer.size()) + answer);
        }
    });
    uplink::blocking_client client;
    client.connect(server.host(), server.service(), 10s);
    const bool good = read_register(client, 1, 7) == 70 && read_register(client, 2, 200) == 2000;
    try {
        read_register(client, 3, 256);
    } catch (const std::runtime_error& refused) {
        return good && refused.what() == std::string("the device refuses register 256") ? 0 : 1;
    }
    return 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
