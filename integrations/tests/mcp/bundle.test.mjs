// The bundle for Claude Desktop: its manifest is valid, and what it names is what the program in it has.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Home, PROGRAM, ROOT } from '../support/program.mjs';

const MCPB = path.join(ROOT, 'integrations/tests/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');

test('the bundle is one, and its program answers as its manifest says', async () => {
    const home = new Home();
    home.campaign('lanterns');
    const [bundle, folder] = [path.join(home.folder, 'naragtive.mcpb'), path.join(home.folder, 'bundle')];
    const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', cwd: home.folder, env: { ...home.environment, HOME: home.folder } });
    run(path.join(ROOT, 'tools/make-mcpb'), PROGRAM, bundle);
    run(process.execPath, MCPB, 'info', bundle);
    run(process.execPath, MCPB, 'unpack', bundle, folder);
    run(process.execPath, MCPB, 'validate', path.join(folder, 'manifest.json'));
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
    assert.ok(run(PROGRAM, '--version').includes(manifest.version));
    const { command, args } = manifest.server.mcp_config;
    const peer = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const here = (text) => text.replaceAll('${__dirname}', folder);
    await peer.connect(new StdioClientTransport({ command: here(command), args: args.map(here), env: home.environment, stderr: 'ignore' }));
    const names = (list) => list.map((one) => one.name);
    assert.deepEqual(names(manifest.tools), names((await peer.listTools()).tools));
    assert.ok(manifest.prompts_generated && (await peer.listPrompts()).prompts.length > 0);
    await peer.close();
    home.remove();
});
