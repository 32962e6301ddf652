"""A small program to try deployments with: put your own in its place."""

import asyncio
import os
import signal

greeting = os.environ.get('GREETING', 'Hello')


class Client(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        path = data.split(b' ')[1].decode() if data.startswith(b'GET ') else '/'
        text = 'shop is up\n' if path == '/up' else f'{greeting}: version 1\n'
        head = f'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n'
        self.transport.write((head + text).encode())
        self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(Client, None, int(os.environ['PORT']), backlog=512)
    await stop.wait()
    # Requests that came last are answered before it ends.
    server.close()
    await asyncio.sleep(0.2)


asyncio.run(main())
