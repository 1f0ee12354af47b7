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

#include "reconnecting/redis_publisher.hpp"
#include "support/child_process.hpp"
#include "support/client_test.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

constexpr int most_kills = 10;

std::string value_of(const char* name) {
    const char* const value = std::getenv(name);
    INFO(name << " is not set: run it by redis_restarts.sh");
    REQUIRE(value != nullptr);
    return value;
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

void publish_through_restarts(redis_test& test, loss_policy policy, const std::string& name) {
    int kills = 0;
    std::optional<redis_publisher> publishing;
    publishing.emplace(test.io, test.port, policy, [&] {
        if (kills == most_kills) return publishing->stop_publishing();
        ++kills;
        test.restart_server(name);
    });
    test.restart_server(name);
    redis_publisher& all = *publishing;
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
    CHECK(all.acknowledged.size() + all.in_doubt.size() >= most_kills * redis_publisher::enough);
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
