// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/any_executor.hpp"

template uplink::net::any_io_executor::any_io_executor(uplink::net::io_context::executor_type, int);
