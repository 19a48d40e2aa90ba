// The extension for SillyTavern in a real browser, on a stand-in of its page, with the real server.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test, { after, before, beforeEach } from 'node:test';
import { launch, open } from '../support/chromium.mjs';
import { Home } from '../support/program.mjs';
import { host } from './host.mjs';

const say = (user, message, number) => ({ user, message, timestamp: `2025-01-0${number}T10:00:00Z` });
let home, tavern, browser, server, page;

before(async () => {
    home = new Home();
    home.chat('tavern', [say('Ada', 'The old mill burned down in the spring.', 1), say('Zoe', 'Bread is dear this year <img src=x onerror="globalThis.owned=1">.', 2)]);
    home.chat('lanterns', [say('Pia', 'The mill of Ostrel grinds salt.', 3)]);
    [tavern, browser] = [await host(), await launch()];
    server = await home.serve('--allow-origin', tavern.address);
});
after(async () => {
    await browser.close();
    await server.end();
    await tavern.end();
    home.remove();
});

const settings = (values) => page.evaluate((values) => {
    const { extensionSettings } = globalThis.SillyTavern.getContext();
    extensionSettings.naragtive = { ...extensionSettings.naragtive, ...values };
}, values);
const chat = (...texts) => page.evaluate((texts) => {
    globalThis.SillyTavern.getContext().chat = texts.map((mes, number) => ({ name: number % 2 ? 'Zoe' : 'You', is_user: number % 2 === 0, is_system: false, mes }));
}, texts);
const generate = (type) => page.evaluate((type) => globalThis.generate(type), type);
const panel = () => page.locator('#naragtive_recalled');
const memories = (prompt) => prompt.filter((line) => line.startsWith('[Scenes from earlier'));
const ready = () => page.locator('html[data-ready]').waitFor();

beforeEach(async () => {
    page = await open(browser);
    await page.goto(tavern.address);
    await ready();
    await settings({ url: server.address, minScore: 0 });
});

test('the panel is there, and says which stores there are', async () => {
    await page.getByText('NaRAGtive memory').waitFor();
    await page.getByRole('button', { name: 'Try it' }).click();
    await panel().getByText('Stores: lanterns, tavern').waitFor();
    assert.deepEqual(page.wrong, []);
});

test('what matters now goes into the prompt at its depth, with the reason, and nothing that is there already', async () => {
    await chat('Hello.', 'Welcome.', 'What became of the mill?', 'Bread is dear this year <img src=x onerror="globalThis.owned=1">.', 'And the mill?');
    const prompt = await generate();
    assert.equal(memories(prompt).length, 1);
    assert.equal(prompt.indexOf(memories(prompt)[0]), prompt.length - 1 - 4);
    assert.match(memories(prompt)[0], /The old mill burned down/);
    assert.doesNotMatch(memories(prompt)[0], /Bread is dear/);
    await panel().getByText('1 scene of tavern').waitFor();
    assert.match(await panel().innerText(), /2025-01-01, Ada \d+ % · mill/);
    assert.deepEqual(page.wrong, []);
});

test('a store is the one that is called like the character, unless one is chosen', async () => {
    await chat('What of the mill?');
    await page.evaluate(() => { globalThis.SillyTavern.getContext().characterId = 1; });
    assert.match(memories(await generate())[0], /Ostrel grinds salt/);
    await settings({ store: 'tavern' });
    assert.match(memories(await generate())[0], /burned down/);
    await settings({ store: 'nowhere' });
    assert.equal(memories(await generate()).length, 0);
    assert.match(await panel().innerText(), /there is no store `nowhere`/);
    // In a group there is no character.
    await page.evaluate(() => { Object.assign(globalThis.SillyTavern.getContext(), { characterId: undefined, groupId: 'g' }); });
    await settings({ store: '' });
    assert.match(memories(await generate())[0], /burned down/);
});

test('never again is never again, also tomorrow', async () => {
    await chat('What of the mill and the bread?');
    assert.match(memories(await generate())[0], /burned down[^]*Bread is dear|Bread is dear[^]*burned down/);
    assert.equal(await page.evaluate(() => globalThis.owned), undefined, 'text of a scene is no markup');
    await panel().locator('li', { hasText: 'Ada' }).getByRole('button', { name: 'Never again' }).click();
    assert.doesNotMatch(memories(await generate())[0], /burned down/);
    await page.waitForTimeout(200);
    await page.reload();
    await ready();
    await chat('What of the mill and the bread?');
    assert.doesNotMatch(memories(await generate())[0], /burned down/);
    await page.evaluate(() => localStorage.clear());
});

test('settings are kept, and heeded', async () => {
    const field = (label) => page.getByLabel(label);
    await field('Depth in the chat').fill('0');
    await field('Tokens').fill('60');
    await field('Template').fill('<memory>{{memories}}</memory>');
    await field('Template').blur();
    await page.waitForTimeout(200);
    await page.reload();
    await ready();
    assert.equal(await field('Depth in the chat').inputValue(), '0');
    await chat('What of the mill?', 'Which mill?');
    const prompt = await generate();
    assert.match(prompt.at(-1), /^<memory>\[Scenes/);
    assert.ok(prompt.at(-1).length < 60 * 4 + 40);
    await field('Remember').uncheck();
    assert.equal((await generate()).length, 2);
    await page.evaluate(() => localStorage.clear());
});

test('what runs behind the scenes is left alone', async () => {
    await chat('What of the mill?');
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    assert.equal((await generate('quiet')).length, 1);
    assert.deepEqual(asked, []);
    for (const type of ['regenerate', 'swipe', 'impersonate', 'continue']) assert.equal(memories(await generate(type)).length, 1, type);
});

test('a command and a tool recall by words', async () => {
    assert.match(await page.evaluate(() => globalThis.slash('recall', 'the old mill')), /burned down/);
    assert.match(await page.evaluate(() => globalThis.tool('recall_scenes', { words: 'bread' })), /Bread is dear/);
    assert.equal(await page.evaluate(() => globalThis.slash('recall', '')), '');
});

test('a reply waits for nobody who is gone, or who never answers', async () => {
    await chat('What of the mill?');
    const silent = createServer(() => {});
    await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
    for (const port of [9, silent.address().port]) {
        await settings({ url: `http://127.0.0.1:${port}` });
        const began = Date.now();
        assert.equal((await generate()).length, 1);
        assert.ok(Date.now() - began < 2_500, `${Date.now() - began} ms`);
        assert.match(await panel().innerText(), /NaRAGtive: /);
    }
    await page.getByRole('button', { name: 'Try it' }).click();
    await panel().getByText(`--allow-origin ${tavern.address}`).waitFor();
    silent.close();
});

test('a page that is not allowed gets nothing, one with the wrong token neither, and one with the right one all', async () => {
    await chat('What of the mill?');
    const strict = await home.serve();
    await settings({ url: strict.address });
    assert.equal((await generate()).length, 1);
    assert.equal(await strict.end(), 0);
    const asking = await home.serve('--token', '--allow-origin', tavern.address);
    const token = /not shown again: (\S+)/.exec(asking.told())[1];
    await settings({ url: asking.address });
    assert.equal((await generate()).length, 1);
    assert.match(await panel().innerText(), /the token is missing/);
    await settings({ token: 'x'.repeat(40) });
    assert.equal((await generate()).length, 1);
    await settings({ token });
    assert.equal(memories(await generate()).length, 1);
    assert.equal(await asking.end(), 0);
});
