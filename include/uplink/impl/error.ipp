// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of error.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <string>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

UPLINK_DECL const char* uplink_category_type::name() const noexcept { return "uplink"; }

UPLINK_DECL std::string uplink_category_type::message(int value) const {
    return describe(static_cast<errc>(value));
}

UPLINK_DECL error_condition uplink_category_type::default_error_condition(int value) const noexcept {
    if (is_timeout(static_cast<errc>(value))) return make_generic_condition(generic_errc::timed_out);
    return error_condition(value, *this);
}

UPLINK_DECL const char* condition_category_type::name() const noexcept { return "uplink.condition"; }

UPLINK_DECL std::string condition_category_type::message(int value) const {
    switch (static_cast<condition>(value)) {
    case condition::timeout: return "a time limit ran out";
    case condition::cancelled: return "the operation was cancelled";
    }
    return "unknown uplink condition";
}

UPLINK_DECL bool condition_category_type::equivalent(const error_code& code, int value) const noexcept {
    switch (static_cast<condition>(value)) {
    case condition::timeout:
        return code.category() == uplink_category() && is_timeout(static_cast<errc>(code.value()));
    case condition::cancelled: return code == error_code(net::error::operation_aborted);
    }
    return false;
}

}  // namespace detail

UPLINK_DECL const error_category& uplink_category() noexcept {
    static const detail::uplink_category_type instance;
    return instance;
}

UPLINK_DECL const error_category& condition_category() noexcept {
    static const detail::condition_category_type instance;
    return instance;
}

}  // namespace uplink
