// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A program that includes this has an operator new which fails where it is told to.
#pragma once

#include <cstddef>

namespace uplink::tests {

/// While it lives the nth allocation that this thread makes with operator new fails; the first is number 0. One at a
/// time.
class failing_new {
public:
    explicit failing_new(std::size_t nth) noexcept;
    failing_new(const failing_new&) = delete;
    failing_new& operator=(const failing_new&) = delete;
    ~failing_new();

    bool has_failed() const noexcept;
};

}  // namespace uplink::tests
