// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For libFuzzer: UPLINK_FUZZ_TARGET is the target's name.

#include <fuzz/targets.hpp>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::UPLINK_FUZZ_TARGET(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}
