// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/simulated_connection.hpp"

namespace uplink::tests {

simulated_connection::simulated_connection(testing::network& where, const std::string& to)
    : results_(std::make_shared<results>()), network(where), socket(where.get_executor()),
      remote(testing::detail::parse_endpoint(to)) {
    if (socket.open_socket(remote, {}, {})) return;
    socket.async_connect(remote, [kept = results_](error_code ec) { kept->connect.set(ec); });
}

simulated_connection::~simulated_connection() = default;

bool simulated_connection::wait() {
    return network.run_until([this] { return connect.calls != 0; }) && !connect.ec;
}

void simulated_connection::start_read(std::size_t size) {
    read = {};
    storage.assign(size, '\0');
    socket.async_read_some(net::buffer(storage),
                           [kept = results_](error_code ec, std::size_t n) { kept->read.set(ec, n); });
}

void simulated_connection::start_write(std::string_view bytes) {
    write = {};
    socket.async_write_some(net::buffer(bytes.data(), bytes.size()),
                            [kept = results_](error_code ec, std::size_t n) { kept->write.set(ec, n); });
}

std::string simulated_connection::read_all_there_is(std::size_t size) {
    start_read(size);
    network.run_until([this] { return read.calls != 0; });
    return storage.substr(0, read.n);
}

}  // namespace uplink::tests
