// node --test integrations/sillytavern/test.mjs: the extension against a stand-in of the page and of the server.

import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULTS, PATIENCE, ask, chooseStore, conversation, reason, recall } from './recall.js';

const stores = { default: 'mine', stores: [{ name: 'mine' }, { name: 'zoe-the-pilot' }] };
const chat = [
    { name: 'System', is_system: true, mes: 'hidden' },
    { name: 'Ada', is_user: true, mes: 'Where is the ferry?' },
    { name: 'Zoe', mes: '' },
    { name: 'Zoe', mes: 'Late.' },
];

function server(routes) {
    const asked = [];
    const fetcher = async (url, options) => {
        asked.push({ url, ...options });
        const route = routes[new URL(url).pathname];
        return { ok: route?.status === undefined, status: route?.status ?? 200, json: async () => route?.body ?? route };
    };
    return { asked, fetcher };
}

test('what is hidden or empty is no message', () => {
    assert.deepEqual(conversation(chat).map((message) => message.content), ['Where is the ferry?', 'Late.']);
    assert.equal(conversation([{ mes: 7 }, {}]).length, 0);
});

test('a store is chosen, else called like somebody, else the default one', () => {
    for (const [chosen, names, expected] of [
        ['other', ['Zoe the Pilot'], 'other'],
        ['', ['Zoe the Pilot'], 'zoe-the-pilot'],
        ['', [undefined, 'Zoe The Pilot!'], 'zoe-the-pilot'],
        ['', ['Nobody'], 'mine'],
        ['', [], 'mine'],
    ]) assert.equal(chooseStore(stores, chosen, names), expected);
    assert.equal(chooseStore({ default: null, stores: [] }, '', ['a']), '');
});

test('the server is asked with the token, the budget and what is never wanted', async () => {
    const { asked, fetcher } = server({
        '/api/v1/stores': stores,
        '/api/v1/stores/zoe-the-pilot/context': { text: 'once', scenes: [{ id: 's' }] },
    });
    const settings = { ...DEFAULTS, url: 'http://127.0.0.1:7600/', token: 'secret', never: ['s1'] };
    const found = await recall(settings, chat, ['Zoe the pilot'], fetcher);
    assert.deepEqual(found, { text: 'once', scenes: [{ id: 's' }], store: 'zoe-the-pilot' });
    assert.equal(asked[1].headers.authorization, 'Bearer secret');
    const body = JSON.parse(asked[1].body);
    assert.deepEqual([body.budget, body.exclude, body.messages.length], [DEFAULTS.budget, ['s1'], 2]);
});

test('nothing is asked where nothing is wanted or said', async () => {
    const { asked, fetcher } = server({});
    assert.equal((await recall({ ...DEFAULTS, enabled: false }, chat, [], fetcher)).text, '');
    assert.equal((await recall(DEFAULTS, [], [], fetcher)).text, '');
    assert.equal(asked.length, 0);
});

test('what goes wrong is said in words', async () => {
    const { fetcher } = server({ '/api/v1/stores': { status: 403, body: { error: { message: 'refused: a page of another origin asks' } } } });
    await assert.rejects(recall(DEFAULTS, chat, [], fetcher), /another origin/);
    await assert.rejects(ask(DEFAULTS, '/nowhere', null, async () => ({ ok: false, status: 500, json: async () => ({}) })), /500/);
});

test('a server that never answers is waited for no longer than a reply can wait', async () => {
    const never = (_url, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const began = Date.now();
    const alive = setTimeout(() => {}, 5000);
    await assert.rejects(ask(DEFAULTS, '/', null, never), { name: 'TimeoutError' });
    clearTimeout(alive);
    assert.ok(Date.now() - began < PATIENCE + 1000);
});

test('the page is given the prompt, and loses nothing where the server is gone', async () => {
    const prompts = [];
    const settings = {};
    globalThis.SillyTavern = {
        getContext: () => ({
            extensionSettings: settings,
            saveSettingsDebounced: () => {},
            setExtensionPrompt: (...given) => prompts.push(given),
            characters: [{ name: 'Mine' }],
            characterId: 0,
        }),
    };
    globalThis.document = { getElementById: () => null };
    await import('./index.js');
    const { fetcher } = server({ '/api/v1/stores': stores, '/api/v1/stores/mine/context': { text: 'once', scenes: [] } });
    globalThis.fetch = fetcher;
    await globalThis.naragtive_interceptor(chat, 4096, () => {}, 'normal');
    assert.deepEqual(prompts.at(-1), ['naragtive', 'once', 1, DEFAULTS.depth]);
    await globalThis.naragtive_interceptor(chat, 4096, () => {}, 'quiet');
    assert.equal(prompts.length, 1);
    globalThis.fetch = async () => { throw new TypeError('Failed to fetch'); };
    await globalThis.naragtive_interceptor(chat, 4096, () => {}, 'normal');
    assert.deepEqual(prompts.at(-1), ['naragtive', '', 1, DEFAULTS.depth]);
});

test('a reason is short', () => {
    assert.equal(reason({ score: 0.456, why: { words: ['ferry', 'late'] } }), '46 % · ferry, late');
    assert.equal(reason({ score: 0.4 }), '40 %');
});
