// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The decisions of a random program: of a seed, or of the bytes of a fuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uplink::tests {

/// Where a program's decisions come from.
class choices {
public:
    /// The same seed makes the same choices, without end.
    static choices of_seed(std::uint64_t seed) { return choices(seed, {}, false); }
    /// Each byte is a choice; when there are no more every choice is the first.
    static choices of_bytes(std::string_view bytes) { return choices(0, bytes, true); }

    /// A number below `bound`, which is at most 256.
    std::size_t below(std::size_t bound) noexcept {
        if (bytes_are_all_) {
            if (bytes_.empty()) return 0;
            const auto byte = static_cast<unsigned char>(bytes_.front());
            bytes_.remove_prefix(1);
            return byte % bound;
        }
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return static_cast<std::size_t>((z ^ (z >> 31)) % bound);
    }
    bool one_in(std::size_t n) noexcept { return below(n) == n - 1; }
    bool are_over() const noexcept { return bytes_are_all_ && bytes_.empty(); }

private:
    choices(std::uint64_t seed, std::string_view bytes, bool bytes_are_all)
        : state_(seed), bytes_(bytes), bytes_are_all_(bytes_are_all) {}
    std::uint64_t state_;
    std::string_view bytes_;
    bool bytes_are_all_;
};

}  // namespace uplink::tests
