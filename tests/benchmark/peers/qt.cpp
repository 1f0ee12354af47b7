// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Qt's QTcpSocket with signals, in an event loop of its own. It copies what is sent into a buffer, and half-closes
// only with the help of the system call.
#include "peers.hpp"
#include "raw.hpp"

#include <QByteArray>
#include <QCoreApplication>
#include <QHostAddress>
#include <QTcpSocket>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <sys/socket.h>

namespace uplink::benchmark {

namespace {

/// Exceptions may not pass through Qt: an error ends the process.
void expect(bool fine, const char* step) {
    if (fine) return;
    std::fprintf(stderr, "Qt, %s\n", step);
    std::_Exit(1);
}

class event_loop {
public:
    void run() { application_.exec(); }
    static void end() { QCoreApplication::quit(); }
    /// Soon, but not from inside a signal of a socket.
    static void later(std::function<void()> next) {
        QMetaObject::invokeMethod(QCoreApplication::instance(), std::move(next), Qt::QueuedConnection);
    }

private:
    int count_ = 1;
    std::array<char, 10> name_{"benchmark"};
    std::array<char*, 2> words_{name_.data(), nullptr};
    QCoreApplication application_{count_, words_.data()};
};

template <class Connected> void connect(QTcpSocket& socket, std::uint16_t port, Connected connected) {
    QObject::connect(&socket, &QTcpSocket::connected, [&socket, connected] {
        socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connected();
    });
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
}

struct receiver {
    const task& work;
    std::uint64_t left = 0;
    QTcpSocket socket{};
    QByteArray response{};

    explicit receiver(const task& what) : work(what) {
        QObject::connect(&socket, &QTcpSocket::readyRead, [this] { response += socket.readAll(); });
        QObject::connect(&socket, &QTcpSocket::disconnected, [this] { end(); });
    }
    void begin() { socket.connectToHost(QHostAddress(QHostAddress::LocalHost), work.ports[0]); }
    void end() {
        response += socket.readAll();
        expect(static_cast<std::uint64_t>(response.size()) == work.bytes, "receive");
        if (work.fresh) response = QByteArray();
        else response.resize(0);
        if (--left) event_loop::later([this] { begin(); });
        else event_loop::end();
    }
};

void receive(const task& work, meter& costs) {
    event_loop loop;
    receiver program(work);
    if (!work.fresh) {
        program.response.reserve(static_cast<int>(work.bytes));
        program.left = 1;
        program.begin();
        loop.run();
    }
    program.left = work.operations;
    costs.start();
    program.begin();
    loop.run();
    costs.stop();
}

/// A long send goes in pieces, since what is written is copied; of short ones `at_once` are kept under way.
void send(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    const std::uint64_t total = work.operations * work.bytes;
    const std::uint64_t piece = std::min<std::uint64_t>(work.bytes, 1024 * 1024);
    const std::uint64_t most = piece * work.at_once;
    std::uint64_t begun = 0;
    std::uint64_t gone = 0;
    event_loop loop;
    QTcpSocket socket;
    const auto go_on = [&] {
        for (; begun < total && begun - gone + piece <= most; begun += piece) {
            socket.write(bytes.data(), static_cast<qint64>(piece));
        }
    };
    QObject::connect(&socket, &QTcpSocket::bytesWritten, [&](qint64 count) {
        gone += static_cast<std::uint64_t>(count);
        go_on();
        if (gone < total) return;
        costs.stop();
        event_loop::end();
    });
    connect(socket, work.ports[0], [&] {
        costs.start();
        go_on();
    });
    loop.run();
}

void ping_pong(const task& work, meter& costs) {
    event_loop loop;
    std::array<char, message_size> message{};
    std::uint64_t done = 0;
    QTcpSocket socket;
    const auto ask = [&] { socket.write(message.data(), message.size()); };
    QObject::connect(&socket, &QTcpSocket::readyRead, [&] {
        if (socket.bytesAvailable() < static_cast<qint64>(message.size())) return;
        socket.read(message.data(), message.size());
        if (++done < work.operations) return ask();
        costs.stop();
        event_loop::end();
    });
    connect(socket, work.ports[0], [&] {
        costs.start();
        ask();
    });
    loop.run();
}

struct exchanger {
    const task& work;
    std::uint64_t& begun;
    std::uint64_t& ended;
    QTcpSocket socket{};

    exchanger(const task& what, std::uint64_t& first, std::uint64_t& last)
        : work(what), begun(first), ended(last) {
        QObject::connect(&socket, &QTcpSocket::connected, [this] {
            const std::array<char, message_size> request{};
            socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
            socket.write(request.data(), request.size());
            socket.flush();
            ::shutdown(static_cast<int>(socket.socketDescriptor()), SHUT_WR);
        });
        QObject::connect(&socket, &QTcpSocket::disconnected, [this] {
            expect(static_cast<std::size_t>(socket.readAll().size()) == reply_size, "exchange");
            if (++ended == work.operations) event_loop::end();
            else event_loop::later([this] { begin(); });
        });
    }
    void begin() {
        if (begun == work.operations) return;
        ++begun;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), work.ports[0]);
    }
};

void exchange(const task& work, meter& costs) {
    event_loop loop;
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    std::deque<exchanger> programs;
    for (std::size_t i = 0; i < work.at_once; ++i) programs.emplace_back(work, begun, ended);
    costs.start();
    for (exchanger& program : programs) program.begin();
    loop.run();
    costs.stop();
}

}  // namespace

peer qt_peer() {
    return {.name = "Qt",
            .receive = receive,
            .send_large = send,
            .send_small = send,
            .ping_pong = ping_pong,
            .exchange = exchange};
}

}  // namespace uplink::benchmark
