// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The descriptors of this process: how many are open, and how many it may have.
#pragma once

#include <sys/resource.h>

#include <cstddef>

namespace uplink::tests {

std::size_t open_descriptors();

/// While it lives no descriptor with this number or a higher one can be made.
class descriptor_limit {
public:
    explicit descriptor_limit(rlim_t limit) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit now = before_;
        now.rlim_cur = limit;
        ::setrlimit(RLIMIT_NOFILE, &now);
    }
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    descriptor_limit(const descriptor_limit&) = delete;
    descriptor_limit& operator=(const descriptor_limit&) = delete;

private:
    rlimit before_{};
};

}  // namespace uplink::tests
