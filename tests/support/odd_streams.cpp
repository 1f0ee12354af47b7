// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/odd_streams.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_ODD_CLIENT(, waiting_core);
UPLINK_TESTS_ODD_CLIENT(, early_waking_core);
UPLINK_TESTS_ODD_CLIENT(, late_reading_core);

}  // namespace uplink::detail
