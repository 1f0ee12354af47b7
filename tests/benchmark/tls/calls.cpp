// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The program's own read, write and what else moves bytes or waits for them, in front of the C library's: they count,
// and make the call. So calls are counted in the run that is timed, which a tracer would slow down; a slower client
// finds more bytes at once.
#include "../meter.hpp"

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

std::uint64_t count = 0;

template <class Result, class... Args> Result counted(long number, Args... args) noexcept {
    ++count;
    return static_cast<Result>(::syscall(number, args...));
}

}  // namespace

std::uint64_t uplink::benchmark::system_call_count() noexcept { return count; }

extern "C" {

ssize_t read(int file, void* bytes, std::size_t size) {
    return counted<ssize_t>(SYS_read, file, bytes, size);
}
ssize_t write(int file, const void* bytes, std::size_t size) {
    return counted<ssize_t>(SYS_write, file, bytes, size);
}
ssize_t readv(int file, const iovec* buffers, int number) {
    return counted<ssize_t>(SYS_readv, file, buffers, number);
}
ssize_t writev(int file, const iovec* buffers, int number) {
    return counted<ssize_t>(SYS_writev, file, buffers, number);
}
ssize_t recv(int socket, void* bytes, std::size_t size, int flags) {
    return counted<ssize_t>(SYS_recvfrom, socket, bytes, size, flags, nullptr, nullptr);
}
ssize_t send(int socket, const void* bytes, std::size_t size, int flags) {
    return counted<ssize_t>(SYS_sendto, socket, bytes, size, flags, nullptr, 0);
}
ssize_t recvmsg(int socket, msghdr* message, int flags) {
    return counted<ssize_t>(SYS_recvmsg, socket, message, flags);
}
ssize_t sendmsg(int socket, const msghdr* message, int flags) {
    return counted<ssize_t>(SYS_sendmsg, socket, message, flags);
}
int poll(pollfd* files, nfds_t number, int timeout) { return counted<int>(SYS_poll, files, number, timeout); }
int epoll_wait(int file, epoll_event* events, int room, int timeout) {
    return counted<int>(SYS_epoll_wait, file, events, room, timeout);
}
int epoll_ctl(int file, int what, int about, epoll_event* event) noexcept {
    return counted<int>(SYS_epoll_ctl, file, what, about, event);
}
int timerfd_settime(int file, int flags, const itimerspec* wanted, itimerspec* earlier) noexcept {
    return counted<int>(SYS_timerfd_settime, file, flags, wanted, earlier);
}

}  // extern "C"
