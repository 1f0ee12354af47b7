// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/carried_record.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

const char* name_of(carried_kind what) noexcept {
    constexpr const char* names[] = {"send",
                                     "drain",
                                     "receive_some",
                                     "receive_until",
                                     "receive_exactly",
                                     "receive_line",
                                     "receive_prefixed",
                                     "wait_connected",
                                     "wait_change",
                                     "stop",
                                     "hook's send",
                                     "hook's receive"};
    return names[static_cast<std::size_t>(what)];
}

std::string carried_record::describe() const {
    std::string line = '#' + std::to_string(index) + ' ' + name_of(what);
    if (what == carried_kind::send) line += " of " + std::to_string(bytes.size());
    line += " in " + to_string(state) + " at " + std::to_string(started.count() / 1000) + " us";
    if (calls == 0) return line + (is_alive ? ": pending" : ": never called");
    line += ": " + (ec ? ec.message() : std::string("success")) + ", n = " + std::to_string(n);
    return line + " at " + std::to_string(ended.count() / 1000) + " us";
}

carried_records::carried_records() = default;
carried_records::~carried_records() = default;

std::vector<carried_record*> carried_records::pending() {
    std::vector<carried_record*> result;
    for (carried_record& each : records_) {
        if (each.is_pending() && !is_of_hook(each.what)) result.push_back(&each);
    }
    return result;
}

void carried_records::fail(const std::string& what) { failures_.push_back(what); }

carried_record& carried_records::add_record(carried_kind what) {
    carried_record& record = records_.emplace_back();
    record.owner = this;
    record.index = records_.size() - 1;
    record.what = what;
    return record;
}

void carried_records::add_next(const carried_record& record, std::function<void(error_code)> next) {
    nexts_[record.index] = std::move(next);
}

void carried_records::is_outside(const std::string& what) {
    if (inside_ != 0) fail(what + " was called inside a function of the client");
}

void carried_records::called(carried_record& record) {
    record.ended = elapsed();
    is_outside(record.describe());
    if (is_receive(record.what)) received_.push_back(&record);
    if (is_of_hook(record.what)) {
        const auto next = std::exchange(nexts_[record.index], nullptr);
        return next(record.ec);
    }
    const std::size_t number = calls_++;
    if (in_handler) in_handler(number);
}

}  // namespace uplink::tests
