"""Clients of the examples, and a server for the parallel dialer, on asyncio.

python3 client.py SCENARIO PORT...; exits with 0 only if everything came back as it should.
"""
import asyncio
import os
import socket
import struct
import sys

HOST = "127.0.0.1"


async def echo(port):
    async def one():
        reader, writer = await asyncio.open_connection(HOST, port)
        sent = os.urandom(200_000)

        async def write():
            for at in range(0, len(sent), 7_000):
                writer.write(sent[at:at + 7_000])
                await writer.drain()
            writer.write_eof()

        _, received = await asyncio.gather(write(), reader.read(-1))
        writer.close()
        assert received == sent, "other bytes came back"

    await asyncio.gather(*(one() for _ in range(20)))
    print("20 connections echoed")


async def localchat(path):
    guests = []
    for number in range(30):
        reader, writer = await asyncio.open_unix_connection(path)
        name = f"user-{os.getuid()}-process-{os.getpid()}" + (f"-{number + 1}" if number else "")
        await until(reader, f"* {name} joined")
        guests.append((reader, writer))
    guests[3][1].write(b"hello from Python\n")
    others = [reader for number, (reader, _) in enumerate(guests) if number != 3]
    await asyncio.gather(*(until(reader, "-4: hello from Python") for reader in others))
    for _, writer in guests:
        writer.close()
    print("30 guests heard it")


async def chat(port):
    guests = []
    for number in range(30):
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(f"guest{number}\n".encode())
        await until(reader, f"* guest{number} joined")
        guests.append((reader, writer))
    guests[3][1].write(b"hello from Python\n")
    others = [reader for number, (reader, _) in enumerate(guests) if number != 3]
    await asyncio.gather(*(until(reader, "guest3: hello from Python") for reader in others))
    guests[4][1].write_eof()
    await until(guests[5][0], "* guest4 left")
    for _, writer in guests:
        writer.close()
    print("30 guests heard it")


async def until(reader, wanted):
    while True:
        line = await reader.readline()
        assert line, f"'{wanted}' never came"
        if wanted in line.decode():
            return line.decode()


async def http(port):
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(b"".join(
        b"GET /%s HTTP/1.1\r\nHost: python\r\n\r\n" % (b"plaintext" if number % 2 else b"none")
        for number in range(200)))
    for number in range(200):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        status, text = (b" 200 ", b"Hello, World!") if number % 2 else (b" 404 ", b"no page")
        assert status in head.split(b"\r\n")[0] and text in body, (head, body)
    writer.close()
    print("200 pipelined requests answered in order")


async def game(tcp_port, udp_port):
    received = asyncio.Queue()

    class Player(asyncio.DatagramProtocol):
        def datagram_received(self, data, source):
            received.put_nowait(data.decode())

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Player, remote_addr=(HOST, udp_port))
    reader, writer = await asyncio.open_connection(HOST, tcp_port)
    writer.write(b"join ann\n")
    await until(reader, "welcome ann")
    transport.sendto(b"join bob")
    while await received.get() != "welcome bob\n":
        pass
    transport.sendto(b"move 1 2")
    await until(reader, "bob=1,2")
    writer.write(b"move -1 -2\n")
    while "ann=-1,-2" not in await received.get():
        pass
    writer.write(b"leave\n")
    await until(reader, "bye")
    transport.sendto(b"leave")
    while await received.get() != "bye\n":
        pass
    print("players met")


async def listen():
    ended = asyncio.Event()

    async def serve(reader, writer):
        assert await reader.read() == b""
        writer.close()
        ended.set()

    server = await asyncio.start_server(serve, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    print("end", flush=True)


async def bulk(port):
    """Sends 50,000 bytes as a bulk transfer, each packet after the answer to the one before."""
    sent = bytes(i * 7 & 0xFF for i in range(50_000))
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(60)
    peer.connect((HOST, port))
    for number, at in enumerate(range(0, len(sent), 1199)):
        head = struct.pack(">cQQQQ", b"D", 4711, number, len(sent), at)
        peer.send(head + sent[at:at + 1199])
        answer = peer.recv(2048)
        assert answer[:9] == struct.pack(">cQ", b"A", 4711), answer
        assert struct.unpack(">QQ", answer[14:30]) == (0, number), answer
    assert peer.recv(2048) == struct.pack(">cQ", b"F", 4711)
    peer.send(struct.pack(">cQ", b"C", 4711))
    print(f"{len(sent)} bytes in {number + 1} packets")


async def discovery(port):
    """Joins the group of the services, announces one, and finds the one that is there."""
    group, host = "239.255.83.76", socket.inet_aton(HOST)
    member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    member.settimeout(60)
    member.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    member.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
    member.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, host)
    member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + host)
    member.bind(("", port))
    member.sendto(b"sluice-discovery ask", (group, port))
    heard = member.recv(1000).decode()
    while not heard.startswith("sluice-discovery here mail"):
        heard = member.recv(1000).decode()
    for word in ("here", "gone"):
        member.sendto(f"sluice-discovery {word} snake 127.0.0.1:7".encode(), (group, port))
    print(heard)


asyncio.run(globals()[sys.argv[1]](*(int(each) if each.isdigit() else each for each in sys.argv[2:])))
