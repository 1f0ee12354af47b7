// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// libuv, whose callbacks are C functions that find their object behind the handle's data pointer.
#include "libuv.hpp"

#include "peers.hpp"
#include "raw.hpp"

#include <array>
#include <cstdlib>
#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace uplink::benchmark {

namespace {

/// Bytes received, in memory that doubles; each read goes straight to their end.
struct growing_bytes {
    char* memory = nullptr;
    std::size_t held = 0;
    std::size_t capacity = 0;

    ~growing_bytes() { std::free(memory); }
    void forget(bool fresh) {
        held = 0;
        if (!fresh) return;
        std::free(std::exchange(memory, nullptr));
        capacity = 0;
    }
    uv_buf_t room(std::size_t suggested) {
        if (capacity - held < suggested) {
            capacity = capacity ? 2 * capacity : suggested;
            memory = static_cast<char*>(std::realloc(memory, capacity));
        }
        return over({memory + held, capacity - held});
    }
};

struct receiver : uv_connection {
    receiver(uv_loop_t& where, const task& what) : uv_connection(where), work(what) {}

    const task& work;
    std::uint64_t left = 0;
    growing_bytes response{};

    void begin() { connect(work.ports[0]); }
    void connected() override { read(); }
    uv_buf_t room(std::size_t suggested) override { return response.room(suggested); }
    void received(std::size_t count) override { response.held += count; }
    void ended() override {
        expect_size(response.held, work.bytes, "read");
        response.forget(work.fresh);
        close();
    }
    void closed() override {
        if (--left) begin();
    }
};

void receive(const task& work, meter& costs) {
    uv_loop_owner loop;
    receiver program(loop.get(), work);
    if (!work.fresh) {
        program.left = 1;
        program.begin();
        loop.run();
    }
    program.left = work.operations;
    costs.start();
    program.begin();
    loop.run();
    costs.stop();
}

/// Connects, and then sends `at_once` messages, and another one for each that has gone.
struct sender : uv_connection {
    sender(uv_loop_t& where, const task& what, meter& use, char* bytes)
        : uv_connection(where), work(what), costs(use), message(over({bytes, what.bytes})),
          requests(what.at_once) {}

    const task& work;
    meter& costs;
    uv_buf_t message;
    std::vector<uv_write_t> requests;
    std::uint64_t begun = 0;
    std::uint64_t done = 0;

    void connected() override {
        costs.start();
        for (uv_write_t& request : requests) {
            if (begun < work.operations) send(request);
        }
    }
    void send(uv_write_t& request) {
        ++begun;
        write(request, message);
    }
    void sent(uv_write_t& request) override {
        if (++done == work.operations) {
            costs.stop();
            close();
        } else if (begun < work.operations) {
            send(request);
        }
    }
};

void send(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    uv_loop_owner loop;
    sender program(loop.get(), work, costs, bytes.data());
    program.connect(work.ports[0]);
    loop.run();
}

/// The answer can come before libuv reports the message as sent, which it must before the request serves again.
struct ping_pong_program : uv_connection {
    ping_pong_program(uv_loop_t& where, const task& what, meter& use)
        : uv_connection(where), work(what), costs(use) {}

    const task& work;
    meter& costs;
    std::uint64_t done = 0;
    std::size_t held = 0;
    bool sending = false;
    uv_write_t request{};
    std::array<char, message_size> message{};
    std::array<char, 2 * message_size> reply{};  // libuv goes on reading meanwhile, and wants room for it

    void connected() override {
        read();
        costs.start();
        send();
    }
    void send() {
        held = 0;
        sending = true;
        write(request, over(message));
    }
    void sent(uv_write_t&) override {
        sending = false;
        go_on();
    }
    uv_buf_t room(std::size_t) override { return over(std::span(reply).subspan(held)); }
    void received(std::size_t count) override {
        held += count;
        go_on();
    }
    void go_on() {
        if (sending || held < message.size()) return;
        if (++done < work.operations) return send();
        costs.stop();
        close();
    }
};

void ping_pong(const task& work, meter& costs) {
    uv_loop_owner loop;
    ping_pong_program program(loop.get(), work, costs);
    program.connect(work.ports[0]);
    loop.run();
}

struct exchanger : uv_connection {
    exchanger(uv_loop_t& where, const task& what, std::uint64_t& shared)
        : uv_connection(where), work(what), begun(shared) {}

    const task& work;
    std::uint64_t& begun;
    uv_write_t request{};
    std::size_t held = 0;
    std::array<char, 4096> reply{};

    void begin() {
        if (begun == work.operations) return;
        ++begun;
        held = 0;
        connect(work.ports[0]);
    }
    void connected() override {
        write(request, over(std::span(reply).first(message_size)));
        half_close();
        read();
    }
    uv_buf_t room(std::size_t) override { return over(reply); }
    void received(std::size_t count) override { held += count; }
    void ended() override {
        expect_size(held, reply_size, "read");
        close();
    }
    void closed() override { begin(); }
};

void exchange(const task& work, meter& costs) {
    uv_loop_owner loop;
    std::uint64_t begun = 0;
    std::deque<exchanger> programs;
    for (std::size_t i = 0; i < work.at_once; ++i) programs.emplace_back(loop.get(), work, begun);
    costs.start();
    for (exchanger& program : programs) program.begin();
    loop.run();
    costs.stop();
}

struct all_sessions;

/// One echo; the reading goes on.
struct session : uv_connection {
    session(uv_loop_t& where, all_sessions& shared) : uv_connection(where), all(shared) {}

    all_sessions& all;
    uv_write_t request{};
    std::array<char, message_size> message{};

    void connected() override {
        read();
        write(request, over(message));
    }
    uv_buf_t room(std::size_t) override { return over(message); }
    void received(std::size_t count) override;
};

struct all_sessions {
    const task& work;
    uv_loop_t& loop;
    std::deque<session> sessions{};
    std::uint64_t echoed = 0;

    void begin_next() {
        if (sessions.size() < work.operations) sessions.emplace_back(loop, *this).connect(work.ports[0]);
    }
    void one_echoed() {
        if (++echoed == work.operations) uv_stop(&loop);
        else begin_next();
    }
};

void session::received(std::size_t count) {
    expect_size(count, message_size, "read");
    all.one_echoed();
}

void connections(const task& work, meter& costs) {
    costs.start();
    uv_loop_owner loop;
    all_sessions all{work, loop.get()};
    for (std::size_t i = 0; i < work.at_once; ++i) all.begin_next();
    loop.run();
    costs.rest();
    costs.stop();
    for (session& one : all.sessions) one.close();
    loop.run();
}

}  // namespace

peer libuv_peer() {
    return {.name = "libuv",
            .receive = receive,
            .send_large = send,
            .send_small = send,
            .ping_pong = ping_pong,
            .exchange = exchange,
            .connections = connections};
}

}  // namespace uplink::benchmark
