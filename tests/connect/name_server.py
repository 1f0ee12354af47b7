# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# name_server.py ADDRESS NAME=ADDRESS,ADDRESS... ...: a name server (RFC 1035) for a test, on port 53, by UDP and TCP. It knows
# these names, with their A and AAAA records in the given order; all others do not exist. A UDP answer of more than 512 bytes
# is truncated, so that the question comes again by TCP. Prints "ready" when it can be asked.
import ipaddress
import socket
import socketserver
import struct
import sys
import threading

A, AAAA = 1, 28
NAME_ERROR, TRUNCATED = 3, 0x0200
names = {}
for argument in sys.argv[2:]:
    name, addresses = argument.split("=")
    names[name] = [ipaddress.ip_address(each) for each in addresses.split(",")]


def answer(query, longest):
    identity, flags = struct.unpack("!HH", query[:4])
    end, labels = 12, []
    while query[end]:
        labels.append(query[end + 1:end + 1 + query[end]].decode())
        end += 1 + query[end]
    kind, = struct.unpack("!H", query[end + 1:end + 3])
    question = query[12:end + 5]
    known = names.get(".".join(labels).lower())
    wanted = [each for each in known or [] if kind == (A if each.version == 4 else AAAA)]
    records = b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, 1, len(each.packed)) + each.packed for each in wanted)
    code = 0x8580 | (flags & 0x0100) | (0 if known else NAME_ERROR)
    count = len(wanted)
    if 12 + len(question) + len(records) > longest:
        code, count, records = code | TRUNCATED, 0, b""
    return struct.pack("!HHHHHH", identity, code, 1, count, 0, 0) + question + records


class Udp(socketserver.BaseRequestHandler):
    def handle(self):
        query, connection = self.request
        connection.sendto(answer(query, 512), self.client_address)


class Tcp(socketserver.StreamRequestHandler):
    def handle(self):
        while len(length := self.rfile.read(2)) == 2:
            reply = answer(self.rfile.read(struct.unpack("!H", length)[0]), 65535)
            self.wfile.write(struct.pack("!H", len(reply)) + reply)


socketserver.ThreadingTCPServer.allow_reuse_address = True
place = (sys.argv[1], 53)
udp = socketserver.ThreadingUDPServer(place, Udp)
tcp = socketserver.ThreadingTCPServer(place, Tcp)
for server in (udp, tcp):
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()  # until the test ends
