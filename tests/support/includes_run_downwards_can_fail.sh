#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The check beside this file accepts a sound little tree, and refuses it with any one forbidden line added.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/includes_run_downwards.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0

# The sound tree: an error header from which everybody takes words, and one header a layer.
lay() {
    rm -rf "$folder/include"
    mkdir -p "$folder/include/uplink/detail/"{support,machine,op} "$folder/include/uplink/testing"
    cd "$folder/include/uplink"
    echo '#include <asio/ip/tcp.hpp>  // and not <asio.hpp>' > detail/support/asio.hpp
    echo '#if ASIO_VERSION > 102300' > detail/support/asio_version.hpp
    echo '#include <uplink/detail/support/asio.hpp>' > error.hpp
    echo '#include <uplink/error.hpp>' > detail/machine/race.hpp
    echo '#include <uplink/detail/machine/race.hpp>' > detail/op/connect_op.hpp
    echo '#include <uplink/detail/op/connect_op.hpp>' > async_client.hpp
    echo '#include <uplink/async_client.hpp>' | tee ../uplink.hpp > testing/network.hpp
}

lay
bash "$check" "$folder/include" > /dev/null

# refuses FILE LINE
refuses() {
    lay
    echo "$2" >> "$1"
    cases=$((cases + 1))
    if bash "$check" "$folder/include" > /dev/null 2>&1; then
        echo "accepted in $1: $2" >&2
        exit 1
    fi
}
refuses detail/support/asio.hpp '#include <uplink/error.hpp>'
refuses detail/support/asio.hpp '#include <uplink/detail/machine/race.hpp>'
refuses detail/support/asio.hpp '#include <asio.hpp>'
refuses detail/machine/race.hpp '#include <uplink/detail/op/connect_op.hpp>'
refuses detail/machine/race.hpp '#include <uplink/async_client.hpp>'
refuses detail/machine/race.hpp '#include <asio/steady_timer.hpp>'
refuses detail/op/connect_op.hpp '#  include "uplink/async_client.hpp"'
refuses detail/op/connect_op.hpp '#if BOOST_ASIO_VERSION < 102800'
refuses detail/op/connect_op.hpp '    const auto now = std::chrono::system_clock::now();'
refuses detail/op/connect_op.hpp '    using clock_type = std::chrono::high_resolution_clock;'
refuses detail/op/connect_op.hpp '    auto seconds = std::time(nullptr);'
refuses detail/other.hpp '#pragma once'
refuses async_client.hpp '#include <uplink/testing/network.hpp>'
refuses async_client.hpp '#include <uplink/absent.hpp>'
refuses async_client.hpp '    asio::awaitable<void> run();'
refuses async_client.hpp '    std::cerr << ec.message();'
echo "the sound tree accepted, $cases forbidden lines refused"
