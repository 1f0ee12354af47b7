// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/scripted_resolver.hpp"

#include <chrono>
#include <thread>

namespace uplink::tests {

void question::answer(error_code ec, endpoints found) const {
    tell({.error = ec, .endpoints = std::move(found)});
}

scripted_resolver::scripted_resolver(std::function<void(const question&)> react) : react_(std::move(react)) {}

scripted_resolver::~scripted_resolver() = default;

void scripted_resolver::resolve(const lookup_question& what, std::function<void(lookup_answer)> answer) {
    asked.push_back({what, std::move(answer)});
    const question copy = asked.back();
    react_(copy);
}

void fixed_table(const question& asked) {
    asked.answer({}, {place(asked.family == address_family::v4 ? "192.0.2.1" : "2001:db8::1")});
}

resolver_test::resolver_test(std::function<void(const question&)> react, client_options options)
    : resolver(std::make_shared<scripted_resolver>(std::move(react))) {
    net().endpoint("192.0.2.1:80").accept(std::chrono::milliseconds(10));
    net().endpoint("[2001:db8::1]:80").accept(std::chrono::milliseconds(10));
    options.connect.resolver = resolver;
    client.emplace(net().get_executor(), std::move(options));
}

resolver_test::~resolver_test() = default;

void resolver_test::start(std::string host, std::string service) {
    client->async_connect(std::move(host), std::move(service), connect.handler(net()));
}

void resolver_test::answer_from_a_thread(std::size_t i, error_code ec, question::endpoints found) {
    std::thread([&] { resolver->asked.at(i).answer(ec, std::move(found)); }).join();
}

}  // namespace uplink::tests
