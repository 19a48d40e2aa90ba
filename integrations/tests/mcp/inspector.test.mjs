// The official inspector, by its command line: what it lists, calls and finds fault with.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import test, { after, before } from 'node:test';
import { Home, PROGRAM, ROOT, isWhole } from '../support/program.mjs';

const INSPECTOR = path.join(ROOT, 'integrations/tests/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
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

/** What the inspector says: its answer, or with which code it ended. */
async function inspect(target, era, ...args) {
    const all = [INSPECTOR, '--cli', ...target, '--protocol-era', era, '--format', 'json', '--quiet', ...args];
    // It keeps secrets in the user's home.
    const env = { ...home.environment, HOME: home.folder };
    const { stdout } = await promisify(execFile)(process.execPath, all, { env, cwd: home.folder, maxBuffer: 1 << 24 });
    return JSON.parse(stdout).result;
}

const ways = () => [
    ['stdin', [PROGRAM, 'mcp', '-e', `NARAGTIVE_HOME=${home.environment.NARAGTIVE_HOME}`, '-e', `NARAGTIVE_MODEL_DIR=${home.environment.NARAGTIVE_MODEL_DIR}`]],
    ['HTTP', [`${server.address}/mcp`]],
];

for (const era of ['legacy', 'modern']) {
    test(`the inspector finds no fault in the schemas and gets its answers, ${era}`, async () => {
        for (const [way, target] of ways()) {
            // With --strict it fails where a schema is one that some client can't read.
            const { tools } = await inspect(target, era, '--strict', '--method', 'tools/list');
            assert.equal(tools.length, 4, way);
            const found = await inspect(target, era, '--method', 'tools/call', '--tool-name', 'search', '--tool-arg', 'query=cards', 'limit=1', 'mode=keyword');
            assert.ok(isWhole(found), way);
            const { uri } = found.structuredContent.hits[0];
            const read = await inspect(target, era, '--method', 'resources/read', '--uri', uri);
            assert.equal(read.contents[0].mimeType, 'text/markdown', way);
            const { prompts } = await inspect(target, era, '--method', 'prompts/list');
            assert.equal(prompts.length, 2, way);
        }
    });
}

test('the inspector calls a tool two hundred times, ten at once, and none fails', async () => {
    const [, http] = ways();
    const args = ['--method', 'tools/call', '--tool-name', 'search', '--tool-arg', 'query=cards', '--load', '--load-requests', '200'];
    const { ok, errors, toolErrors } = await inspect(http[1], 'modern', ...args);
    assert.deepEqual({ ok, errors, toolErrors }, { ok: 200, errors: 0, toolErrors: 0 });
});
