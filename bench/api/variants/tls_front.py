"""Puts TLS in front of a server of 127.0.0.1: `tls_front.py PORT SERVER CERTIFICATE KEY`.

Starts under the emulator then include a handshake, like every start in AWS.
"""

import asyncio
import ssl
import sys

CHUNK_BYTES = 1 << 16


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Forwards bytes until one side closes."""
    try:
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serves until the process is stopped."""
    port, server, certificate, key = sys.argv[1:]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", int(server))
        await asyncio.gather(relay(reader, back), relay(there, writer))

    front = await asyncio.start_server(connected, "127.0.0.1", int(port), ssl=context)
    await front.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
