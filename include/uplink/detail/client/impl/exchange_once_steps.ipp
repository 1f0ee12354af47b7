// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of exchange_once_steps.hpp.
#pragma once

#include <uplink/detail/client/exchange_once_steps.hpp>
#include <uplink/detail/support/separate_compilation.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> UPLINK_DECL void exchange_once_steps<Core>::begin(owner self) {
    const auto strand = self->core_->get_executor();
    net::post(strand, step(std::move(self)));
}

template <class Core> UPLINK_DECL void exchange_once_steps<Core>::connect(owner self) {
    std::string host = std::move(self->request_.host);
    std::string service = std::move(self->request_.service);
    const std::optional<time_limit> limit = self->request_.limit;
    go_on(std::move(self), [&](Core& client, step&& next) {
        launch<connect_operation<Core>>(
            client, std::move(next),
            [&](auto& admission, auto& made) {
                admission.connect(made, std::move(host), std::move(service), limit);
            },
            client);
    });
}

template <class Core>
UPLINK_DECL void exchange_once_steps<Core>::connected(owner self, const error_code& ec) {
    if (ec || self->core_->is_released()) {
        const error_code result = ec ? ec : error_code(net::error::operation_aborted);
        finish(std::move(self), result);
        return;
    }
    const time_limit limit = self->request_.limit.value_or(time_limit());
    const bool half_closes = self->request_.half_closes;
    std::string bytes = std::move(self->request_.bytes);
    go_on(std::move(self), [&](Core& client, step&& next) {
        launch<exchange_operation<Core, owned_bytes<std::string>>>(
            client, std::move(next), [&](auto& admission, auto& made) { admission.exchange(made, limit); },
            half_closes, std::move(bytes));
    });
}

template <class Core> UPLINK_DECL void exchange_once_steps<Core>::finish(owner self, const error_code& ec) {
    std::string response = self->core_->state().take();
    std::exchange(self->core_, nullptr)->release();
    exchange_once_steps& state = *self;
    state.deliver(std::move(self), ec, std::move(response));
}

template <class Core>
UPLINK_DECL exchange_once_steps<Core>::exchange_once_steps(std::shared_ptr<Core>&& core, request&& what)
    : core_(std::move(core)), request_(std::move(what)) {
    // One deadline for all steps, which starts now.
    if (request_.limit && request_.limit->is_limited()) {
        request_.limit = time_limit(request_.limit->deadline(core_->now()));
    }
}

template <class Core> UPLINK_DECL exchange_once_steps<Core>::~exchange_once_steps() {
    if (core_) core_->release();
}

}  // namespace uplink::detail
