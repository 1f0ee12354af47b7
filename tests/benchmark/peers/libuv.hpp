// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A libuv TCP handle whose callbacks are virtual functions, so that the programs read like the others. Exceptions
// may not pass through C: an error ends the process.
#pragma once

#include "../sockets.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <uv.h>

namespace uplink::benchmark {

inline void expect(int status, const char* step) {
    if (status >= 0) return;
    std::fprintf(stderr, "libuv, %s: %s\n", step, uv_strerror(status));
    std::_Exit(1);
}
inline void expect_size(std::uint64_t found, std::uint64_t expected, const char* step) {
    if (found == expected) return;
    std::fprintf(stderr, "libuv, %s: %llu bytes\n", step, static_cast<unsigned long long>(found));
    std::_Exit(1);
}

class uv_loop_owner {
public:
    uv_loop_owner() { expect(uv_loop_init(&loop_), "uv_loop_init"); }
    ~uv_loop_owner() { uv_loop_close(&loop_); }
    uv_loop_owner(const uv_loop_owner&) = delete;
    uv_loop_owner& operator=(const uv_loop_owner&) = delete;

    uv_loop_t& get() noexcept { return loop_; }
    void run() { uv_run(&loop_, UV_RUN_DEFAULT); }

private:
    uv_loop_t loop_{};
};

/// A buffer of libuv's, over memory of ours.
inline uv_buf_t over(std::span<char> memory) {
    return uv_buf_init(memory.data(), static_cast<unsigned>(memory.size()));
}

class uv_connection {
public:
    explicit uv_connection(uv_loop_t& loop) : loop_(loop) {}
    virtual ~uv_connection() = default;
    uv_connection(const uv_connection&) = delete;
    uv_connection& operator=(const uv_connection&) = delete;

    void connect(std::uint16_t port) {
        expect(uv_tcp_init(&loop_, &handle_), "uv_tcp_init");
        handle_.data = this;
        connecting_.data = this;
        const sockaddr_in address = loopback(port);
        expect(uv_tcp_connect(&connecting_, &handle_, reinterpret_cast<const sockaddr*>(&address),
                              &connect_ended),
               "connect");
    }
    void close() {
        uv_close(reinterpret_cast<uv_handle_t*>(&handle_),
                 [](uv_handle_t* handle) { self(handle).closed(); });
    }

protected:
    virtual void connected() = 0;
    virtual uv_buf_t room(std::size_t) { return over({}); }
    virtual void received(std::size_t) {}
    virtual void ended() {}
    virtual void sent(uv_write_t&) {}
    virtual void closed() {}

    void read() { expect(uv_read_start(stream(), &give_room, &read_ended), "uv_read_start"); }
    void write(uv_write_t& request, const uv_buf_t& bytes) {
        expect(uv_write(&request, stream(), &bytes, 1, &write_ended), "uv_write");
    }
    void half_close() {
        expect(uv_shutdown(&half_closing_, stream(), [](uv_shutdown_t*, int) {}), "uv_shutdown");
    }

private:
    uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&handle_); }
    template <class Handle> static uv_connection& self(Handle* handle) {
        return *static_cast<uv_connection*>(handle->data);
    }
    static void connect_ended(uv_connect_t* request, int status) {
        expect(status, "connect");
        uv_connection& one = self(request);
        expect(uv_tcp_nodelay(&one.handle_, 1), "uv_tcp_nodelay");
        one.connected();
    }
    static void give_room(uv_handle_t* handle, std::size_t suggested, uv_buf_t* room) {
        *room = self(handle).room(suggested);
    }
    static void read_ended(uv_stream_t* handle, ssize_t count, const uv_buf_t*) {
        if (count == UV_EOF) return self(handle).ended();
        expect(count < 0 ? static_cast<int>(count) : 0, "read");
        if (count > 0) self(handle).received(static_cast<std::size_t>(count));
    }
    static void write_ended(uv_write_t* request, int status) {
        expect(status, "write");
        self(request->handle).sent(*request);
    }

    uv_loop_t& loop_;
    uv_tcp_t handle_{};
    uv_connect_t connecting_{};
    uv_shutdown_t half_closing_{};
};

}  // namespace uplink::benchmark
