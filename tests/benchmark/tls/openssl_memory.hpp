// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#pragma once

namespace uplink::benchmark {

/// From now on what OpenSSL allocates is counted apart, see measurement. Called before OpenSSL is used.
void count_openssl_allocations();

}  // namespace uplink::benchmark
