// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The steps of a conversation, and how they are held.
#include "support/loopback_session.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace uplink::tests {

server_script::server_script() = default;
server_script::server_script(const server_script& other) = default;
server_script::server_script(server_script&& other) noexcept = default;
server_script& server_script::operator=(const server_script& other) = default;
server_script& server_script::operator=(server_script&& other) noexcept = default;
server_script::~server_script() = default;

server_script& server_script::add(action what, location where, std::string bytes, std::size_t count) {
    steps_.push_back({what, where, std::move(bytes), count});
    return *this;
}
server_script& server_script::expect(std::string bytes, location where) {
    const std::size_t count = bytes.size();
    return add(action::expect, where, std::move(bytes), count);
}
server_script& server_script::expect_bytes(std::size_t count, location where) {
    return add(action::expect, where, {}, count);
}
server_script& server_script::expect_eof(location where) { return add(action::eof, where); }
server_script& server_script::expect_anything_until_eof(location where) {
    return add(action::anything, where);
}
server_script& server_script::until_gone(location where) { return add(action::gone, where); }
server_script& server_script::reply(std::string bytes, location where) {
    const std::size_t count = bytes.size();
    return add(action::reply, where, std::move(bytes), count);
}
server_script& server_script::reply_in_pieces(std::string bytes, std::size_t piece, location where) {
    return add(action::reply, where, std::move(bytes), piece);
}
server_script& server_script::echo(location where) { return add(action::echo, where); }
server_script& server_script::half_close(location where) { return add(action::half_close, where); }
server_script& server_script::reset(location where) { return add(action::reset, where); }
server_script& server_script::close(location where) { return add(action::close, where); }
server_script& server_script::silence(location where) { return add(action::silence, where); }
server_script& server_script::when_signalled(location where) { return add(action::signalled, where); }

bool wait_for_events(int descriptor, short events) {
    pollfd state{descriptor, events, 0};
    int result;
    do result = ::poll(&state, 1, static_cast<int>(patience.count()));
    while (result < 0 && errno == EINTR);
    return result == 1;
}

namespace {

std::string quoted(const std::string& bytes) {
    constexpr std::size_t most = 60;
    return '"' + bytes.substr(0, most) + (bytes.size() > most ? "\"... (" : "\" (") +
           std::to_string(bytes.size()) + ')';
}

}  // namespace

void loopback_session::run(const server_script& talk) {
    for (const step& each : talk.steps_) {
        if (peer_.get() < 0 || !take(each)) break;
    }
    peer_.close();
    const std::lock_guard lock(record_.mutex);
    record_.at(index_).ended = true;
    record_.changed.notify_all();
}

bool loopback_session::take(const step& now) {
    switch (now.what) {
    case action::expect: return expect(now);
    case action::eof: return expect_eof(now);
    case action::anything:
    case action::gone:
    case action::echo: return read_until_end(now);
    case action::reply: return reply(now);
    case action::half_close: ::shutdown(peer_.get(), SHUT_WR); return true;
    case action::reset: reset(); return true;
    case action::close: peer_.close(); return true;
    case action::silence: wait_for_stop(); return true;
    case action::signalled: return wait_until_signalled(now);
    }
    return false;
}

bool loopback_session::expect(const step& now) {
    std::string got;
    read_result result = read_result::bytes;
    while (got.size() != now.count && result == read_result::bytes) {
        result = read(now.count - got.size());
        got.append(buffer_.data(), size_);
    }
    const std::string awaited = now.bytes.empty() ? std::to_string(now.count) + " bytes" : quoted(now.bytes);
    const std::string what = "expected " + awaited + ", got " + quoted(got);
    if (result != read_result::bytes) return fail(now, what + " and then " + name(result));
    if (!now.bytes.empty() && got != now.bytes) return fail(now, what);
    return true;
}

bool loopback_session::expect_eof(const step& now) {
    const read_result got = read(1);
    return got == read_result::eof || fail(now, "expected the end, got " + name(got));
}

bool loopback_session::read_until_end(const step& now) {
    for (;;) {
        const read_result got = read(buffer_.size(), now.what != action::echo);
        if (got == read_result::bytes) {
            if (now.what == action::echo && !write(buffer_.data(), size_)) return false;
            continue;
        }
        if (got == read_result::eof || (got == read_result::gone && now.what != action::anything))
            return true;
        return fail(now, "expected the end, got " + name(got));
    }
}

bool loopback_session::reply(const step& now) {
    for (std::size_t at = 0; at != now.bytes.size();) {
        const std::size_t piece = std::min(now.count, now.bytes.size() - at);
        if (!write(now.bytes.data() + at, piece)) return false;
        at += piece;
    }
    return true;
}

void loopback_session::reset() {
    const linger hard{1, 0};
    ::setsockopt(peer_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    peer_.close();
}

void loopback_session::wait_for_stop() {
    std::unique_lock lock(record_.mutex);
    record_.changed.wait(lock, [&] { return record_.stopping; });
}

bool loopback_session::wait_until_signalled(const step& now) {
    if (!record_.wait([&] { return record_.stopping || record_.at(index_).signals != 0; })) {
        return fail(now, "expected to be signalled to go on");
    }
    const std::lock_guard lock(record_.mutex);
    std::size_t& signals = record_.at(index_).signals;
    return signals != 0 && signals-- != 0;
}

loopback_session::read_result loopback_session::read(std::size_t most, bool keep) {
    size_ = 0;
    while (size_ == 0) {
        const ssize_t n = ::recv(peer_.get(), buffer_.data(), std::min(most, buffer_.size()), MSG_DONTWAIT);
        if (n > 0) size_ = static_cast<std::size_t>(n);
        if (n == 0) return read_result::eof;
        if (n > 0 || errno == EINTR) continue;
        if (errno != EAGAIN) return read_result::gone;
        if (!wait_for_events(peer_.get(), POLLIN)) return read_result::nothing;
    }
    const std::lock_guard lock(record_.mutex);
    loopback_record::connection& seen = record_.at(index_);
    if (keep) seen.received.append(buffer_.data(), size_);
    seen.count += size_;
    record_.changed.notify_all();
    return read_result::bytes;
}

bool loopback_session::write(const char* bytes, std::size_t count) {
    while (count != 0) {
        const ssize_t n = ::send(peer_.get(), bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0) {
            bytes += n;
            count -= static_cast<std::size_t>(n);
        } else if (errno == EAGAIN) {
            if (!wait_for_events(peer_.get(), POLLOUT)) return false;
        } else if (errno != EINTR) {
            return false;  // The client has gone, which is its right.
        }
    }
    return true;
}

bool loopback_session::fail(const step& now, const std::string& what) {
    {
        const std::lock_guard lock(record_.mutex);
        record_.failures.push_back(std::string(now.where.file_name()) + ':' +
                                   std::to_string(now.where.line()) + ": connection " +
                                   std::to_string(index_) + ": " + what);
    }
    reset();
    return false;
}

std::string loopback_session::name(read_result result) {
    switch (result) {
    case read_result::bytes: return "bytes";
    case read_result::eof: return "the end";
    case read_result::gone: return "a reset";
    case read_result::nothing: break;
    }
    return "nothing";
}

}  // namespace uplink::tests
