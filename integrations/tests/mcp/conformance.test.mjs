// The official conformance suite, as far as it is about what this server has.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Home, ROOT } from '../support/program.mjs';
import { renamed } from './renamed.mjs';

const FOLDER = path.join(ROOT, 'integrations/tests');
const SUITE = path.join(FOLDER, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const home = new Home();
let server;

before(async () => {
    home.campaign('lanterns');
    home.chat('cabins', [{ user: 'Ada', message: 'Cabin 123 was empty.', timestamp: '2025-01-01T10:00:00Z' }]);
    server = await home.serve();
});
after(async () => {
    assert.equal(await server.end(), 0);
    home.remove();
});

/** Runs scenarios: with which code the suite ended, and what it said. */
function run(...args) {
    const suite = spawn(process.execPath, [SUITE, 'server', '--output-dir', path.join(home.folder, 'results'), ...args], { cwd: home.folder });
    let said = '';
    for (const stream of [suite.stdout, suite.stderr]) stream.on('data', (bytes) => { said += bytes; });
    return new Promise((resolve) => suite.on('exit', (code) => resolve({ code, said })));
}

test('what the suite asks of every server holds', async () => {
    const baseline = path.join(FOLDER, 'mcp/conformance.yml');
    const { code, said } = await run('--url', `${server.address}/mcp`, '--suite', 'all', '--expected-failures', baseline);
    assert.equal(code, 0, said);
    for (const scenario of ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list']) {
        assert.match(said, new RegExp(`✓ ${scenario}: 1 passed, 0 failed`));
    }
    assert.match(said, /✓ dns-rebinding-protection: 2 passed, 0 failed/);
});

test('what the suite asks by other names holds by ours', async () => {
    const { scenes: [scene] } = await server.json('/api/v1/stores/cabins/scenes');
    const uri = `naragtive://cabins/${scene.id}`;
    const names = {
        test_simple_text: 'stores',
        test_error_handling: 'search',
        test_simple_prompt: 'recap',
        test_prompt_with_arguments: 'what_do_i_know_about',
        'test://static-text': uri,
        'test://template/123/data': uri,
    };
    const given = { test_prompt_with_arguments: { name: 'testValue1 and testValue2' } };
    const front = await renamed(`${server.address}/mcp`, names, given);
    const scenarios = ['tools-call-simple-text', 'tools-call-error', 'resources-read-text', 'resources-templates-read', 'prompts-get-simple', 'prompts-get-with-args'];
    for (const scenario of scenarios) {
        const { code, said } = await run('--url', front.address, '--scenario', scenario);
        assert.equal(code, 0, said);
    }
    await front.end();
});
