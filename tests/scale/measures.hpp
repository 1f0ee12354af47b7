// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the programs of this room measure and compare: a hash of a stream of bytes, whatever its pieces; the bytes that
// they send; and the memory of this process.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace scale {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UPLINK_SCALE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UPLINK_SCALE_SANITIZED 1
#endif
#endif
/// Under sanitizers memory is theirs, and bounds say nothing.
#if defined(UPLINK_SCALE_SANITIZED)
inline constexpr bool memory_is_bounded = false;
#else
inline constexpr bool memory_is_bounded = true;
#endif

/// FNV-1a over words of eight bytes, the last one filled up with zeros, and then over the number of bytes.
class stream_hash {
public:
    void add(std::string_view bytes) noexcept {
        count_ += bytes.size();
        while (!bytes.empty() && (used_ != 0 || bytes.size() < word_size)) {
            word_[used_++] = bytes.front();
            bytes.remove_prefix(1);
            if (used_ == word_size) add_word(word_.data()), used_ = 0;
        }
        // Once `used_` is zero again the rest goes by whole words, and what is left over by bytes.
        if (bytes.empty()) return;
        const std::size_t whole = bytes.size() / word_size * word_size;
        for (std::size_t at = 0; at != whole; at += word_size) add_word(bytes.data() + at);
        for (const char each : bytes.substr(whole)) word_[used_++] = each;
    }
    std::uint64_t count() const noexcept { return count_; }
    std::uint64_t value() const noexcept {
        stream_hash end = *this;
        while (end.used_ != 0 && end.used_ != word_size) end.word_[end.used_++] = 0;
        if (end.used_ != 0) end.add_word(end.word_.data());
        end.mix(count_);
        return end.hash_;
    }

private:
    static constexpr std::size_t word_size = 8;

    void add_word(const char* bytes) noexcept {
        std::uint64_t word;
        std::memcpy(&word, bytes, word_size);
        mix(word);
    }
    void mix(std::uint64_t word) noexcept { hash_ = std::rotl((hash_ ^ word) * 0x100000001b3U, 29); }

    std::uint64_t hash_ = 0xcbf29ce484222325U;
    std::uint64_t count_ = 0;
    std::array<char, word_size> word_{};
    std::size_t used_ = 0;
};

/// An endless stream of bytes that does not repeat itself (splitmix64 of the word's number).
class pattern {
public:
    /// The next bytes; a multiple of eight.
    void fill(char* bytes, std::size_t count) noexcept {
        for (std::size_t at = 0; at != count; at += 8) {
            std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
            z ^= z >> 31;
            std::memcpy(bytes + at, &z, sizeof(z));
        }
    }

private:
    std::uint64_t state_ = 20261122;
};

/// A line of /proc/self/status that is in kB, in bytes: VmRSS, what there is of this process in memory; VmHWM, the
/// most.
inline std::size_t memory(std::string_view line) {
    std::ifstream status("/proc/self/status");
    std::string name;
    std::size_t kilobytes = 0;
    while (status >> name) {
        if (name.size() == line.size() + 1 && name.starts_with(line)) status >> kilobytes;
    }
    return kilobytes * 1024;
}

/// Bytes that are allocated now; 0 where the C library does not tell.
inline std::size_t heap_in_use() {
#if defined(__GLIBC__)
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

inline double in_mib(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

/// The argument at that place, or a default; ends the program if it is no number.
inline double argument(int count, char** arguments, int place, double otherwise) {
    if (place >= count) return otherwise;
    char* end = nullptr;
    const double value = std::strtod(arguments[place], &end);
    if (end != arguments[place] && *end == '\0' && value >= 0) return value;
    std::cerr << arguments[0] << ": no number: " << arguments[place] << '\n';
    std::exit(2);
}

/// Notes and says what is not as it must be.
class verdict {
public:
    void expect(bool good, const std::string& what) {
        if (good) return;
        if (++failures_ <= 10) std::cout << "FAILED: " << what << '\n';
    }
    int exit_code() const noexcept { return failures_ == 0 ? 0 : 1; }
    std::size_t failures() const noexcept { return failures_; }

private:
    std::size_t failures_ = 0;
};

}  // namespace scale
