// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/simulated_whole.hpp"

#include <uplink/detail/client/exchange_once_operation.hpp>
#include <uplink/detail/support/string_state.hpp>
#include <uplink/testing/socket.hpp>

#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

struct simulated_whole::handler {
    using cancellation_slot_type = net::cancellation_slot;
    simulated_whole* self;
    cancellation_slot_type get_cancellation_slot() const noexcept { return self->signal.slot(); }
    void operator()(const error_code& code, const std::string& response) const {
        self->set(code, response);
        self->slot_was_free = !self->signal.slot().has_handler();
        self->when = self->network_.elapsed();
    }
};

void simulated_whole::start(std::optional<time_limit> limit, bool half_closes, client_options options) {
    using core_type = detail::client_core<testing::socket, detail::string_state>;
    const auto executor = network_.get_executor();
    auto core = std::make_shared<core_type>(executor, detail::no_layer_options{}, std::move(options),
                                            detail::string_state{});
    using operation = detail::exchange_once_operation<core_type, core_type::executor_type, handler>;
    operation::start(std::move(core), executor, handler{this},
                     {"server.test", "80", "request", half_closes, limit});
}

}  // namespace uplink::tests
