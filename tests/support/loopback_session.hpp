// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One connection of the loopback server: holds a conversation on a connected socket, with blocking calls, and keeps
// what the test may look at meanwhile in a loopback_record, which all connections and the test share.
#pragma once

#include "support/server_script.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace uplink::tests {

constexpr std::chrono::milliseconds patience{30'000};

class file_descriptor {
public:
    file_descriptor() noexcept = default;
    explicit file_descriptor(int number) noexcept : number_(number) {}
    file_descriptor(file_descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    file_descriptor& operator=(file_descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~file_descriptor() { close(); }
    int get() const noexcept { return number_; }
    void close() noexcept {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

private:
    int number_ = -1;
};

/// False when there were none of these events of poll() for all of our patience.
bool wait_for_events(int descriptor, short events);

struct loopback_record {
    struct connection {
        std::string received{};
        std::size_t count = 0;
        std::size_t signals = 0;
        bool ended = false;
    };

    std::mutex mutex;
    std::condition_variable changed;
    std::deque<connection> connections;  // grown by whoever names one first
    std::size_t accepted = 0;
    bool stopping = false;
    std::vector<std::string> failures;

    connection& at(std::size_t index) {
        if (connections.size() <= index) connections.resize(index + 1);
        return connections[index];
    }
    template <class Predicate> bool wait(Predicate predicate) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, patience, predicate);
    }
};

class loopback_session {
public:
    loopback_session(loopback_record& record, file_descriptor peer, std::size_t index, std::size_t read_size)
        : record_(record), peer_(std::move(peer)), index_(index), buffer_(read_size, '\0') {}

    void run(const server_script& talk);

private:
    using action = server_script::action;
    using step = server_script::step;
    enum class read_result { bytes, eof, gone, nothing };

    bool take(const step& now);
    bool expect(const step& now);
    bool expect_eof(const step& now);
    bool read_until_end(const step& now);
    bool reply(const step& now);
    void reset();
    void wait_for_stop();
    bool wait_until_signalled(const step& now);

    read_result read(std::size_t most, bool keep = true);
    bool write(const char* bytes, std::size_t count);
    bool fail(const step& now, const std::string& what);
    static std::string name(read_result result);

    loopback_record& record_;
    file_descriptor peer_;
    const std::size_t index_;
    std::string buffer_;
    std::size_t size_ = 0;  // of what was read last
};

}  // namespace uplink::tests
