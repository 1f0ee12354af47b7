// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A child that measures sends its figures back through a pipe, ends with its parent, and is given so many seconds.
#include "sandbox.hpp"

#include "sockets.hpp"

#include <uplink/net.hpp>

#include <array>
#include <asio/version.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <fstream>
#include <net/if.h>
#include <sched.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <type_traits>

namespace uplink::benchmark {

placement choose_processors() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return {};
    std::vector<int> found;
    for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
        if (CPU_ISSET(static_cast<std::size_t>(processor), &allowed)) found.push_back(processor);
    }
    return found.size() < 2 ? placement{} : placement{found[0], found[1]};
}

void pin_to(int processor) {
    if (processor < 0) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(processor), &one);
    checked(::sched_setaffinity(0, sizeof(one), &one), "sched_setaffinity");
}

void end_with_parent() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_IGN);
}

bool enter_own_network() {
    if (::unshare(CLONE_NEWNET) != 0) return false;
    const descriptor socket(checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", sizeof(request.ifr_name) - 1);
    checked(::ioctl(socket.get(), SIOCGIFFLAGS, &request), "SIOCGIFFLAGS");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
    checked(::ioctl(socket.get(), SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
    return true;
}

wakefulness::wakefulness(const placement& where) {
    for (const int processor : {where.client, where.server}) {
        const pid_t child = checked(::fork(), "fork");
        if (child == 0) {
            end_with_parent();
            pin_to(processor);
            const sched_param none{};
            if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) ::_exit(1);
            for (std::atomic<unsigned> turns = 0;; ++turns) {
            }
        }
        children_.push_back(child);
    }
}

wakefulness::~wakefulness() {
    for (const pid_t child : children_) {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
}

void raise_file_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit wished{65536, 65536};
    if (limit.rlim_max < wished.rlim_max && ::setrlimit(RLIMIT_NOFILE, &wished) == 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::optional<measurement> run_apart(int processor, unsigned seconds,
                                     const std::function<void(meter&)>& work) {
    static_assert(std::is_trivially_copyable_v<measurement>, "it passes through a pipe");
    std::array<int, 2> ends{};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const descriptor out(ends[0]);
    descriptor in(ends[1]);
    std::fflush(nullptr);
    const pid_t child = checked(::fork(), "fork");
    if (child == 0) {
        end_with_parent();
        ::alarm(seconds);
        try {
            pin_to(processor);
            meter costs;
            work(costs);
            const ssize_t written = ::write(in.get(), &costs.result(), sizeof(measurement));
            ::_exit(written == sizeof(measurement) ? 0 : 1);
        } catch (const std::exception& ex) {
            std::fprintf(stderr, "run: %s\n", ex.what());
        }
        ::_exit(1);
    }
    in.reset();
    measurement result;
    const bool complete = ::read(out.get(), &result, sizeof(result)) == sizeof(result);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) std::fprintf(stderr, "run: ended by signal %d\n", WTERMSIG(status));
    return complete && status == 0 ? std::optional(result) : std::nullopt;
}

program_output run_program(const std::vector<std::string>& arguments) {
    std::array<int, 2> ends{};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const descriptor out(ends[0]);
    descriptor in(ends[1]);
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    const pid_t child = checked(::fork(), "fork");
    if (child == 0) {
        end_with_parent();
        ::dup2(in.get(), 1);
        ::dup2(in.get(), 2);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }
    in.reset();
    program_output result;
    std::array<char, 4096> piece{};
    for (ssize_t n = 0; (n = ::read(out.get(), piece.data(), piece.size())) > 0;) {
        result.text.append(piece.data(), static_cast<std::size_t>(n));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    result.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return result;
}

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string file = folder + '/' + name;
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

std::string describe_machine() {
    std::string processor = "unknown processor";
    std::ifstream lines("/proc/cpuinfo");
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("model name")) {
            processor = line.substr(line.find(':') + 2);
            break;
        }
    }
    utsname system{};
    ::uname(&system);
    std::ostringstream text;
    text << processor << ", " << ::sysconf(_SC_NPROCESSORS_ONLN) << " processors, " << system.sysname << ' '
         << system.release << ", "
#if defined(__clang__)
         << "clang " << __clang_major__
#else
         << "g++ " << __GNUC__ << '.' << __GNUC_MINOR__
#endif
         << " -O2, Asio " << ASIO_VERSION / 100000 << '.' << ASIO_VERSION / 100 % 1000 << '.'
         << ASIO_VERSION % 100;
    return text.str();
}

}  // namespace uplink::benchmark
