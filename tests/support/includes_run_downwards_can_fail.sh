#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The check beside this file accepts a sound little tree, and refuses it with any one forbidden line added.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/includes_run_downwards.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0

# The sound tree: an error header from which everybody takes words, and one header a room.
lay() {
    rm -rf "$folder/include"
    mkdir -p "$folder/include/uplink/detail/"{support,machine,system,connection,connect,client} \
        "$folder/include/uplink/testing"
    cd "$folder/include/uplink"
    echo '#include <asio/ip/tcp.hpp>  // and not <asio.hpp>' > net.hpp
    echo '#if ASIO_VERSION > 102300' > detail/support/asio_version.hpp
    echo '#include <uplink/net.hpp>' | tee error.hpp > detail/support/heap.hpp
    echo '#include <uplink/error.hpp>' > detail/machine/race.hpp
    echo '#include <uplink/detail/machine/race.hpp>' | tee words.hpp > detail/system/socket.hpp
    echo '#include <uplink/detail/system/socket.hpp>' > detail/connection/sender.hpp
    echo '#include <uplink/words.hpp>' >> detail/connection/sender.hpp
    echo '#include <uplink/detail/connection/sender.hpp>' > detail/connect/connect_operation.hpp
    echo '#include <uplink/detail/connect/connect_operation.hpp>' > detail/client/core.hpp
    echo '#include <uplink/detail/client/core.hpp>' > async_client.hpp
    echo '#include <uplink/async_client.hpp>' | tee ../uplink.hpp > testing/network.hpp
}

lay
bash "$check" "$folder/include" > /dev/null

# refuses FILE LINE
refuses() {
    lay
    mkdir -p "$(dirname "$1")"
    echo "$2" >> "$1"
    cases=$((cases + 1))
    if bash "$check" "$folder/include" > /dev/null 2>&1; then
        echo "accepted in $1: $2" >&2
        exit 1
    fi
}
rooms=(client/core connect/connect_operation connection/sender system/socket machine/race support/heap)
for ((lower = 1; lower < ${#rooms[@]}; lower++)); do
    for ((upper = 0; upper < lower; upper++)); do
        refuses "detail/${rooms[lower]}.hpp" "#include <uplink/detail/${rooms[upper]}.hpp>"
    done
    refuses "detail/${rooms[lower]}.hpp" '#include <uplink/async_client.hpp>'
    refuses "detail/${rooms[lower]}.hpp" '#include <uplink.hpp>'
done
refuses detail/support/heap.hpp '#include <asio.hpp>'
refuses detail/support/heap.hpp '#include <uplink/words.hpp>'
refuses detail/machine/race.hpp '#include <asio/steady_timer.hpp>'
refuses error.hpp '#include <asio/error.hpp>'
refuses detail/system/socket.hpp '#  include "uplink/async_client.hpp"'
refuses detail/system/socket.hpp '#if BOOST_ASIO_VERSION < 102800'
refuses detail/connect/connect_operation.hpp '    const auto now = std::chrono::system_clock::now();'
refuses detail/connect/connect_operation.hpp '    using clock_type = std::chrono::high_resolution_clock;'
refuses detail/connect/connect_operation.hpp '    auto seconds = std::time(nullptr);'
refuses detail/other.hpp '#pragma once'
refuses detail/op/other.hpp '#pragma once'
refuses detail/client/core.hpp '#include <uplink/testing/network.hpp>'
refuses async_client.hpp '#include <uplink/testing/network.hpp>'
refuses async_client.hpp '#include <uplink/absent.hpp>'
refuses async_client.hpp '    asio::awaitable<void> run();'
refuses async_client.hpp '    std::cerr << ec.message();'
echo "the sound tree accepted, $cases forbidden lines refused"
