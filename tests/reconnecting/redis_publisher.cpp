// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/redis_publisher.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

using hook_done = std::function<void(error_code)>;

constexpr std::size_t window = 256;  // published and neither acknowledged nor in doubt
constexpr std::size_t long_message = 100'000;

}  // namespace

std::string command_of(const std::vector<std::string>& words) {
    std::string text = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& each : words) text += "$" + std::to_string(each.size()) + "\r\n" + each + "\r\n";
    return text;
}

redis_publisher::redis_publisher(net::io_context& io, const std::string& port, loss_policy policy,
                                 std::function<void()> on_enough)
    : client(async_client<>(io, {.socket = {.send_buffer = 32'768}}), "127.0.0.1", port, options(policy)),
      on_enough_(std::move(on_enough)) {
    // A server that still reads its file takes connections, and refuses what it is asked.
    client.on_session([](async_client<>& fresh, const hook_done& done) {
        fresh.async_send(command_of({"PING"}), [](error_code, std::size_t) {});
        fresh.async_receive_until("\r\n", 5s, [done](error_code ec, std::string_view reply) {
            if (!ec && reply != "+PONG\r\n") ec = net::error::try_again;
            done(ec);
        });
    });
    client.start();
    receive();
    fill_window();
}

reconnect_options redis_publisher::options(loss_policy policy) {
    reconnect_options made;
    made.backoff = {.base = 20ms, .cap = 200ms, .floor = 5ms};
    made.on_loss = policy;
    return made;
}

void redis_publisher::fill_window() {
    while (is_publishing_ && open_ + unanswered_.size() < window) publish(++last_number_);
}

void redis_publisher::publish(std::size_t number) {
    static const std::string script =
        "redis.call('RPUSH', KEYS[1], ARGV[1]) return redis.status_reply(ARGV[1])";
    const std::string padding(number % 8 == 0 ? long_message : 10, 'p');
    const std::string text = std::to_string(number);
    std::string message = command_of({"EVAL", script, "1", "numbers", text, padding});
    const std::size_t size = message.size();
    ++open_;
    client.async_send(std::move(message), [this, number, text, size](error_code ec, std::size_t n) {
        --open_;
        if (n == size && acknowledged.count(text) == 0) unanswered_.insert(text);
        if (n != size) {
            if (ec != errc::connection_lost) wrong.push_back(text + ": " + ec.message());
            ++published_again;
            publish(number);
        }
    });
}

void redis_publisher::receive() {
    client.async_receive_until("\r\n", [this](error_code ec, std::string_view reply) {
        if (ec) lost();
        else answered(std::string(reply));
        if (client.status().state == reconnect_state::stopped) return;
        receive();
        fill_window();
    });
}

void redis_publisher::answered(const std::string& reply) {
    const std::string text = reply.substr(1, reply.size() - 3);
    if (reply[0] != '+' || !acknowledged.insert(text).second) return wrong.push_back("reply " + reply);
    if (unanswered_.erase(text) == 0 && in_doubt.count(text) != 0) wrong.push_back("late answer " + reply);
    client.mark_stable();
    if (++since_enough_ < enough) return;
    since_enough_ = 0;
    on_enough_();
}

void redis_publisher::lost() {
    ++losses;
    in_doubt.merge(unanswered_);
    unanswered_.clear();
}

}  // namespace uplink::tests
