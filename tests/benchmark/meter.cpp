// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Memory is read from /proc, where the kernel sums exactly; peak memory is VmHWM, set back at the start.
#include "meter.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>

namespace uplink::benchmark {

namespace {

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The figure, in bytes, of a line such as "VmHWM:  1234 kB".
double memory_figure(const char* file, std::string_view name) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(name)) return std::stod(line.substr(name.size())) * 1024;
    }
    return 0;
}

double resident_bytes() { return memory_figure("/proc/self/smaps_rollup", "Rss:"); }

}  // namespace

[[gnu::weak]] std::uint64_t openssl_allocation_count() noexcept { return 0; }
[[gnu::weak]] std::uint64_t system_call_count() noexcept { return 0; }

void meter::start() {
    std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM falls to what is resident now
    resident_ = resident_bytes();
    allocations_ = allocation_count();
    openssl_allocations_ = openssl_allocation_count();
    system_calls_ = system_call_count();
    processor_ = processor_seconds();
    begun_ = std::chrono::steady_clock::now();
}

void meter::stop() {
    result_.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    result_.processor = processor_seconds() - processor_;
    result_.allocations = allocation_count() - allocations_;
    result_.openssl_allocations = openssl_allocation_count() - openssl_allocations_;
    result_.system_calls = system_call_count() - system_calls_;
    result_.peak = memory_figure("/proc/self/status", "VmHWM:") - resident_;
    if (laps_.empty()) return;
    const auto place = laps_.begin() + static_cast<std::ptrdiff_t>((laps_.size() - 1) * 99 / 100);
    std::nth_element(laps_.begin(), place, laps_.end());
    result_.latency = std::chrono::duration<double>(*place).count();
}

void meter::rest() { result_.resident = resident_bytes() - resident_; }

}  // namespace uplink::benchmark
