#!/usr/bin/env python3
"""Talks to `naragtive mcp` and to `naragtive serve` with the Python client of the protocol, in both eras.

    check-mcp.py NARAGTIVE

NARAGTIVE_HOME names a home with a default store. Needs the package `mcp` (tools/requirements-mcp.txt).
Exits with 1 and says what differs.
"""

import asyncio
import json
import os
import subprocess
import sys

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


def same(found, expected, what):
    if found != expected:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def stdio(program):
    return stdio_client(StdioServerParameters(command=program, args=["mcp"], env=dict(os.environ)))


async def check(way, connection, mode):
    options = {"mode": mode} if mode else {}
    async with Client(connection, **options) as client:
        tools = (await client.list_tools()).tools
        same([tool.name for tool in tools], ["search", "read_scene", "list_scenes", "stores"], "tools")
        listed = await client.call_tool("list_scenes", {"limit": 3})
        same(bool(listed.is_error), False, "list_scenes")
        scene = listed.structured_content["scenes"][0]
        read = await client.call_tool("read_scene", {"id": scene["id"], "store": scene["store"]})
        same(read.structured_content["scenes"][0]["id"], scene["id"], "read_scene")
        same(json.loads(read.content[0].text), read.structured_content, "the text block")
        words = scene["line"].split()[0]
        found = await client.call_tool("search", {"query": words, "mode": "hybrid", "limit": 2})
        same(bool(found.is_error), False, f"search: {found}")
        resource = await client.read_resource(found.structured_content["hits"][0]["uri"])
        same(resource.contents[0].text.startswith("# "), True, "a resource")
        wrong = await client.call_tool("search", {"query": words, "charakter": "x"})
        same(bool(wrong.is_error), True, "an unknown argument")
        prompts = (await client.list_prompts()).prompts
        same([prompt.name for prompt in prompts], ["recap", "what_do_i_know_about"], "prompts")
        await client.get_prompt("recap", {})
        print(f"{way}, {mode or 'default'}: {len(tools)} tools, {getattr(client, 'protocol_version', '')}")


def main(program):
    eras = (None, "legacy")
    for era in eras:
        asyncio.run(check("stdio", stdio(program), era))
    with subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip()
            for era in eras:
                asyncio.run(check("http", streamable_http_client(address + "mcp"), era))
        finally:
            server.terminate()
        same(server.wait(timeout=20), 0, "how the server ends")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
