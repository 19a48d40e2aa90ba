// A stand-in of SillyTavern's page, as its documentation describes what extensions get: manifest, context, interceptors, slash
// commands, tools, and settings that are kept.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { ROOT } from '../support/program.mjs';

const EXTENSION = path.join(ROOT, 'integrations/sillytavern');
const MOUNT = '/scripts/extensions/third-party/naragtive/';
const KINDS = { '.js': 'text/javascript', '.json': 'application/json', '.css': 'text/css' };
const PAGE = `<!doctype html><html lang="en"><title>host</title><main><h1>host</h1><div id="extensions_settings2"></div></main>
<script type="module" src="/host.js"></script></html>`;

/** Serves the page with the extension in it. */
export async function host() {
    const server = http.createServer((request, response) => {
        const { pathname } = new URL(request.url, 'http://host');
        const send = (kind, body) => response.writeHead(200, { 'content-type': kind }).end(body);
        if (pathname === '/') return send('text/html', PAGE);
        if (pathname === '/host.js') return send('text/javascript', `(${run})(${JSON.stringify(MOUNT)})`);
        if (pathname === '/favicon.ico') return response.writeHead(204).end();
        const file = path.basename(pathname);
        if (pathname !== MOUNT + file) return response.writeHead(404).end();
        return send(KINDS[path.extname(file)], readFileSync(path.join(EXTENSION, file)));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { address: `http://127.0.0.1:${server.address().port}`, end: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

/** Runs in the browser. */
async function run(mount) {
    const kept = JSON.parse(localStorage.getItem('settings') ?? '{}');
    const commands = new Map(), tools = new Map();
    let saving;
    const context = {
        chat: [],
        characters: [{ name: 'Zoe' }, { name: 'Lanterns' }],
        characterId: 0,
        groupId: null,
        name1: 'You',
        name2: 'Zoe',
        chatId: 'Zoe - 2026-01-01',
        extensionSettings: kept,
        extensionPrompts: {},
        // Written a while after the last change, as a server's answer would be.
        saveSettingsDebounced: () => {
            clearTimeout(saving);
            saving = setTimeout(() => localStorage.setItem('settings', JSON.stringify(kept)), 50);
        },
        setExtensionPrompt: (key, value, position, depth, scan = false, role = 0) => {
            if (![-1, 0, 1, 2].includes(position) || !Number.isInteger(depth)) throw new Error('no such place in a prompt');
            context.extensionPrompts[key] = { value: String(value), position, depth, scan, role };
        },
        SlashCommandParser: { addCommandObject: (command) => commands.set(command.name, command) },
        SlashCommand: { fromProps: (props) => ({ ...props }) },
        registerFunctionTool: (tool) => tools.set(tool.name, tool),
    };
    globalThis.SillyTavern = { getContext: () => context, libs: {} };

    const manifest = await (await fetch(`${mount}manifest.json`)).json();
    document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: mount + manifest.css }));
    await import(mount + manifest.js);

    // Every kind of generation that is no dry run asks the interceptors, then builds the prompt with what they put in.
    globalThis.generate = async (type = 'normal') => {
        let aborted = false;
        const chat = context.chat.filter((message) => !message.is_system);
        await globalThis[manifest.generate_interceptor](chat, 8192, () => { aborted = true; }, type);
        const prompt = chat.map((message) => `${message.name}: ${message.mes}`);
        for (const { value, position, depth } of Object.values(context.extensionPrompts)) {
            if (value && position === 1) prompt.splice(Math.max(0, prompt.length - depth), 0, value);
        }
        return aborted ? null : prompt;
    };
    globalThis.slash = (name, words) => commands.get(name).callback({}, words);
    globalThis.tool = async (name, given) => {
        const { action } = tools.get(name);
        const told = await action(given);
        return typeof told === 'string' ? told : JSON.stringify(told);
    };
    document.documentElement.dataset.ready = 'yes';
}
