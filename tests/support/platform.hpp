// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the library has on Linux alone. The row posix of .ci/matrix compiles it as for another Unix, and runs it on Linux.
#pragma once

namespace uplink::tests {

#if defined(__linux__)
inline constexpr bool is_for_linux = true;
#else
inline constexpr bool is_for_linux = false;
#endif

}  // namespace uplink::tests
