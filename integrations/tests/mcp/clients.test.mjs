// The TypeScript clients of the protocol, of both lines, in both eras, on stdin and over HTTP.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as FirstHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Home, PROGRAM, isWhole } from '../support/program.mjs';

const SELF = { name: 'test', version: '1' };
const home = new Home();
let server;

before(async () => {
    home.campaign('lanterns');
    server = await home.serve();
});
after(async () => {
    assert.equal(await server.end(), 0);
    home.remove();
});

const command = () => ({ command: PROGRAM, args: ['mcp'], env: home.environment, stderr: 'ignore' });
const address = () => new URL(`${server.address}/mcp`);
const second = (mode) => () => new Client(SELF, { versionNegotiation: { mode } });
const first = () => new FirstClient(SELF);

const PEERS = [
    ['the second line, newest revision, stdin', second({ pin: '2026-07-28' }), () => new StdioClientTransport(command()), '2026-07-28'],
    ['the second line, newest revision, HTTP', second({ pin: '2026-07-28' }), () => new StreamableHTTPClientTransport(address()), '2026-07-28'],
    ['the second line, whichever it finds, stdin', second('auto'), () => new StdioClientTransport(command()), '2026-07-28'],
    ['the second line, whichever it finds, HTTP', second('auto'), () => new StreamableHTTPClientTransport(address()), '2026-07-28'],
    ['the second line, with a handshake, stdin', second('legacy'), () => new StdioClientTransport(command()), '2025-11-25'],
    ['the second line, with a handshake, HTTP', second('legacy'), () => new StreamableHTTPClientTransport(address()), '2025-11-25'],
    ['the first line, stdin', first, () => new FirstStdio(command()), undefined],
    ['the first line, HTTP', first, () => new FirstHttp(address()), undefined],
];

for (const [name, client, transport, version] of PEERS) {
    test(`${name}: everything that is offered can be had`, async () => {
        const peer = client();
        await peer.connect(transport());
        if (version) assert.equal(peer.getNegotiatedProtocolVersion(), version);
        assert.equal(peer.getServerVersion().name, 'naragtive');
        assert.match(peer.getInstructions(), /lanterns \(24 scenes/);
        const { tools } = await peer.listTools();
        assert.deepEqual(tools.map((tool) => tool.name), ['search', 'read_scene', 'list_scenes', 'stores']);
        const call = (tool, given) => peer.callTool({ name: tool, arguments: given });
        const found = await call('search', { query: 'cards', mode: 'keyword', limit: 2 });
        assert.ok(isWhole(found) && !found.isError);
        const [hit] = found.structuredContent.hits;
        const read = await call('read_scene', { id: hit.id, store: hit.store, before: 1, after: 1 });
        assert.equal(read.structuredContent.scenes.length, 3);
        const listed = await call('list_scenes', { since: '2025-02', limit: 3 });
        assert.equal(listed.structuredContent.scenes.length, 3);
        const rest = await call('list_scenes', { since: '2025-02', limit: 3, cursor: listed.structuredContent.next });
        assert.notEqual(rest.structuredContent.scenes[0].id, listed.structuredContent.scenes[0].id);
        assert.equal((await call('stores', {})).structuredContent.stores[0].name, 'lanterns');
        const wrong = await call('search', { query: 'a', charakter: 'b' });
        assert.ok(wrong.isError && isWhole(wrong));
        await assert.rejects(call('find', {}));
        const scene = await peer.readResource({ uri: hit.uri });
        assert.match(scene.contents[0].text, /^# 2025-/);
        assert.equal((await peer.listResourceTemplates()).resourceTemplates[0].uriTemplate, 'naragtive://{store}/{id}');
        const prompts = (await peer.listPrompts()).prompts.map((prompt) => prompt.name);
        assert.deepEqual(prompts, ['recap', 'what_do_i_know_about']);
        const prompt = await peer.getPrompt({ name: 'what_do_i_know_about', arguments: { name: 'Odile' } });
        assert.match(prompt.messages[0].content.text, /What do my stories say about Odile/);
        await peer.close();
    });
}

test('a call that is taken back, and many at once, cost the others nothing', async () => {
    const peer = second('auto')();
    await peer.connect(new StreamableHTTPClientTransport(address()));
    const stop = new AbortController();
    const taken = peer.callTool({ name: 'search', arguments: { query: 'harbour' } }, { signal: stop.signal });
    stop.abort();
    await assert.rejects(taken);
    const all = Array.from({ length: 40 }, (_, number) => peer.callTool({ name: 'search', arguments: { query: `harbour ${number}`, limit: 1 } }));
    for (const found of await Promise.all(all)) assert.ok(!found.isError);
    await peer.close();
});
