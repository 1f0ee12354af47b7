// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that publishes numbered messages to a real redis-server, which is killed (SIGKILL) and started again ten
// times meanwhile (faults 104). The server stores each number at the end of a list, on disk, before it acknowledges it
// by sending it back. What the client gives back as not wholly sent is published again; what has gone whole is not,
// acknowledged or not. So each number that was acknowledged must be in the list in the end, and none may be there
// twice.
//
// redis_restarts.sh says where the server is, on which port, and in which folder it keeps its data.
#include <uplink/blocking_client.hpp>
#include <uplink/reconnecting_client.hpp>

#include "support/child_process.hpp"
#include "support/client_test.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

constexpr int most_kills = 10;
constexpr std::size_t acknowledged_between_kills = 500;
constexpr std::size_t window = 256;  // published and neither acknowledged nor in doubt
constexpr std::size_t long_message = 100'000;

std::string value_of(const char* name) {
    const char* const value = std::getenv(name);
    INFO(name << " is not set: run it by redis_restarts.sh");
    REQUIRE(value != nullptr);
    return value;
}

std::string command_of(const std::vector<std::string>& words) {
    std::string text = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& each : words) text += "$" + std::to_string(each.size()) + "\r\n" + each + "\r\n";
    return text;
}

class redis_test : public client_test {
public:
    const std::string program = value_of("UPLINK_REDIS");
    const std::string port = value_of("UPLINK_REDIS_PORT");
    const std::string folder = value_of("UPLINK_REDIS_FOLDER");

    /// The one before is killed first.
    void restart_server(const std::string& file) {
        server.reset();
        server.emplace(std::vector<std::string>{program, "--bind", "127.0.0.1", "--port", port, "--dir",
                                                folder, "--logfile", folder + "/" + file + ".log", "--save",
                                                "", "--appendonly", "yes", "--appendfsync", "always",
                                                "--appendfilename", file, "--appenddirname", file});
    }
    std::map<std::string, int> stored_numbers() {
        blocking_client reader;
        reader.connect("127.0.0.1", port, 10s);
        reader.send(command_of({"LRANGE", "numbers", "0", "-1"}), 10s);
        const auto line = [&] {
            std::string text(reader.receive_until("\r\n", 10s));
            return text.substr(0, text.size() - 2);
        };
        std::map<std::string, int> numbers;
        for (std::size_t left = std::stoul(line().substr(1)); left != 0; --left) {
            line();  // the length
            ++numbers[line()];
        }
        return numbers;
    }

    std::optional<child_process> server{};
};

class publisher {
public:
    using hook_done = std::function<void(error_code)>;

    publisher(redis_test& test, loss_policy policy, std::function<void()> on_enough)
        : client(async_client<>(test.io, {.socket = {.send_buffer = 32'768}}), "127.0.0.1", test.port,
                 options(policy)),
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
    void stop_publishing() { is_publishing_ = false; }
    bool is_idle() const { return open_ == 0 && unanswered_.empty(); }

    reconnecting_client<> client;
    std::set<std::string> acknowledged{};
    std::set<std::string> in_doubt{};  ///< sent as a whole, and never answered
    std::size_t published_again = 0;
    std::size_t losses = 0;
    std::vector<std::string> wrong{};

private:
    static reconnect_options options(loss_policy policy) {
        reconnect_options made;
        made.backoff = {.base = 20ms, .cap = 200ms, .floor = 5ms};
        made.on_loss = policy;
        return made;
    }
    void fill_window() {
        while (is_publishing_ && open_ + unanswered_.size() < window) publish(++last_number_);
    }
    void publish(std::size_t number) {
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
    void receive() {
        client.async_receive_until("\r\n", [this](error_code ec, std::string_view reply) {
            if (ec) lost();
            else answered(std::string(reply));
            if (client.status().state == reconnect_state::stopped) return;
            receive();
            fill_window();
        });
    }
    void answered(const std::string& reply) {
        const std::string text = reply.substr(1, reply.size() - 3);
        if (reply[0] != '+' || !acknowledged.insert(text).second) return wrong.push_back("reply " + reply);
        if (unanswered_.erase(text) == 0 && in_doubt.count(text) != 0)
            wrong.push_back("late answer " + reply);
        client.mark_stable();
        if (++since_enough_ < acknowledged_between_kills) return;
        since_enough_ = 0;
        on_enough_();
    }
    void lost() {
        ++losses;
        in_doubt.merge(unanswered_);
        unanswered_.clear();
    }

    std::function<void()> on_enough_;
    std::set<std::string> unanswered_{};  ///< sent as a whole
    std::size_t open_ = 0;
    std::size_t last_number_ = 0;
    std::size_t since_enough_ = 0;
    bool is_publishing_ = true;
};

void publish_through_restarts(redis_test& test, loss_policy policy, const std::string& name) {
    int kills = 0;
    std::optional<publisher> publishing;
    publishing.emplace(test, policy, [&] {
        if (kills == most_kills) return publishing->stop_publishing();
        ++kills;
        test.restart_server(name);
    });
    test.restart_server(name);
    publisher& all = *publishing;
    test.run_until([&] { return kills == most_kills && all.is_idle(); });
    const std::map<std::string, int> stored = test.stored_numbers();
    std::size_t lost = 0, doubled = 0, unknown = 0;
    for (const std::string& each : all.acknowledged) lost += stored.count(each) == 0 ? 1 : 0;
    for (const auto& [number, times] : stored) {
        doubled += times != 1 ? 1 : 0;
        unknown += all.acknowledged.count(number) + all.in_doubt.count(number) == 0 ? 1 : 0;
    }
    std::cout << "redis restarts, " << name << ": " << kills << " kills, " << all.losses << " losses, "
              << all.acknowledged.size() << " acknowledged, " << stored.size() << " received, "
              << all.in_doubt.size() << " in doubt, " << all.published_again << " published again, " << lost
              << " lost, " << doubled << " doubled\n";
    CHECK(lost == 0);
    CHECK(doubled == 0);
    CHECK(unknown == 0);
    CHECK(all.losses == most_kills);
    CHECK(all.acknowledged.size() + all.in_doubt.size() >= most_kills * acknowledged_between_kills);
    for (const std::string& each : all.wrong) FAIL_CHECK(each);
    publishing.reset();
    test.run();
}

}  // namespace

TEST_CASE_METHOD(redis_test, "redis: killed ten times under keep_untouched, nothing lost, nothing twice",
                 "[.][redis]") {
    publish_through_restarts(*this, loss_policy::keep_untouched, "keep_untouched");
}

TEST_CASE_METHOD(redis_test, "redis: killed ten times under fail, nothing lost, nothing twice",
                 "[.][redis]") {
    publish_through_restarts(*this, loss_policy::fail, "fail");
}

}  // namespace uplink::tests
