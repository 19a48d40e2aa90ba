// What Open WebUI asks of the servers that its recipe names, in the forms in which it asks.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Home, isWhole } from '../support/program.mjs';

const KEY = 'sk-of-open-webui';
let home, server;

before(async () => {
    home = new Home();
    home.campaign('lanterns');
    // It sends a key whether one is wanted or not.
    home.environment.NARAGTIVE_TOKEN = KEY;
    server = await home.serve();
});
after(async () => {
    assert.equal(await server.end(), 0);
    home.remove();
});

const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
const models = async () => (await (await fetch(`${server.address}/v1/models`, { headers })).json()).data;

async function post(path, body, more = {}) {
    const answer = await fetch(server.address + path, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
}

test('its embedder: texts in, as many vectors out, in their order', async () => {
    const user = { 'x-openwebui-user-name': 'Ada', 'x-openwebui-user-id': '1', 'x-openwebui-user-email': 'a@example.org', 'x-openwebui-user-role': 'user' };
    const input = ['a lamp', 'a ferry', 'a lamp'];
    const { data } = await post('/v1/embeddings', { input, model: (await models())[0].id }, user);
    const vectors = data.map((one) => one.embedding);
    assert.equal(vectors.length, 3);
    assert.deepEqual(vectors[0], vectors[2]);
    assert.notDeepEqual(vectors[0], vectors[1]);
});

test('its external reranker: as many scores as documents, each under its index', async () => {
    const documents = ['The ferry is late.', 'A lamp.', 'Nothing at all.'];
    const { results } = await post('/v1/rerank', { model: (await models()).at(-1).id, query: 'the ferry', documents, top_n: documents.length });
    const scores = results.sort((a, b) => a.index - b.index).map((one) => one.relevance_score);
    assert.equal(scores.length, 3);
    assert.ok(scores.every((score) => typeof score === 'number' && score >= 0 && score <= 1));
});

/** A tool server's description as tools: path and query in one list of properties, and those of the body. */
function tools(document) {
    const all = {};
    for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(methods)) all[operation.operationId] = { path, method, operation };
    }
    return all;
}

/** Calls a tool as it does: values are put into the address as they are, and all of them into the body where there is one. */
async function call(all, name, params) {
    const { path, method, operation } = all[name];
    let address = server.address + path;
    const query = [];
    for (const parameter of operation.parameters) {
        const value = params[parameter.name];
        if (value === undefined) continue;
        // Python writes True and False.
        const text = typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
        if (parameter.in === 'path') address = address.replaceAll(`{${parameter.name}}`, text);
        else query.push(`${parameter.name}=${text}`);
    }
    if (query.length > 0) address += `?${query.join('&')}`;
    const body = operation.requestBody ? JSON.stringify(params) : undefined;
    const answer = await fetch(address, { method: method.toUpperCase(), headers, body });
    return { status: answer.status, json: await answer.json() };
}

test('its tool server: every tool has a name, a description and properties of one type, and is called in its way', async () => {
    const document = await (await fetch(`${server.address}/openapi.json`, { headers })).json();
    const all = tools(document);
    for (const [name, { operation }] of Object.entries(all)) {
        assert.ok(operation.summary, name);
        for (const { schema } of operation.parameters) assert.equal(typeof schema.type, 'string', name);
    }
    const found = await call(all, 'search', { q: 'cards and lies', limit: 2, explain: true });
    assert.deepEqual([found.status, found.json.results?.length], [200, 2], JSON.stringify(found.json));
    const { id } = found.json.results[0];
    const read = await call(all, 'read_scene', { store: 'lanterns', id, before: 1 });
    assert.equal(read.json.scenes.length, 2);
    assert.equal((await call(all, 'list_scenes', { store: 'lanterns', since: '2025-02', limit: 5 })).json.scenes.length, 5);
    const remembered = await call(all, 'context', { store: 'lanterns', messages: [{ role: 'user', content: 'Who cheated at cards?' }], min_score: 0 });
    assert.equal(remembered.status, 200, JSON.stringify(remembered.json));
    assert.ok(remembered.json.scenes.length > 0);
    const wrong = await call(all, 'context', { store: 'lanterns', messages: [], bugdet: 5 });
    assert.match(wrong.json.error.message, /unknown field `bugdet`/);
});

test('its client of the protocol: whichever era, with the key, and no text is paid for twice', async () => {
    const peer = new Client({ name: 'open-webui', version: '0.12' }, { versionNegotiation: { mode: 'auto' } });
    await peer.connect(new StreamableHTTPClientTransport(new URL(`${server.address}/mcp`), { requestInit: { headers: { authorization: headers.authorization } } }));
    const found = await peer.callTool({ name: 'search', arguments: { query: 'cards' } });
    assert.ok(isWhole(found));
    assert.ok(peer.getInstructions().length <= 600);
    await peer.close();
});
