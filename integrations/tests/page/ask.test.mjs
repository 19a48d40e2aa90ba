// Questions that a server answers in words, on the page; each also without scripts.

import assert from 'node:assert/strict';
import http from 'node:http';
import test, { after, before } from 'node:test';
import { chat } from '../support/chat.mjs';
import { launch, open } from '../support/chromium.mjs';
import { storied } from './pages.mjs';

let home, server, browser, model;

before(async () => {
    [model, home] = [await chat(), storied()];
    home.environment.NARAGTIVE_CHAT_URL = model.url;
    [server, browser] = [await home.serve(), await launch()];
});
after(async () => {
    await browser?.close();
    assert.equal(await server?.end(), 0);
    await model?.close();
    home.remove();
});

const field = (page) => page.getByLabel('What do you want to know?');
const answer = (page) => page.locator('#answer .text');

/** Asks about zeppelins, of which the long chat has three scenes, from the page of the search on. */
async function ask(page, words = 'zeppelin') {
    await page.goto(`${server.address}/?store=long`);
    await page.getByRole('link', { name: 'Ask', exact: true }).click();
    await page.getByText('Narrow', { exact: true }).click();
    await page.getByRole('combobox', { name: /^By/ }).selectOption('keyword');
    await field(page).fill(words);
    await page.getByRole('button', { name: 'Ask' }).click({ noWaitAfter: true });
}

for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`an answer is read as it is said, its citations lead to the scenes and back: ${how}`, async () => {
        const page = await open(browser, { javaScriptEnabled });
        const begun = model.next();
        const before = model.asked.length;
        await ask(page);
        await begun;
        await page.getByText('Reading 3 scenes …').waitFor();
        model.say('It came over the **bay** [1');
        await answer(page).getByText('It came over the bay').waitFor();
        assert.equal(await answer(page).locator('strong').innerText(), 'bay');
        assert.equal(await page.getByRole('heading', { name: 'From these scenes' }).count(), 0, 'that is known at the end');
        model.say('][9].\n\n<img src=x onerror="globalThis.owned = 1">');
        model.end();
        await page.getByRole('heading', { name: 'From these scenes' }).waitFor();
        assert.ok(!(await page.getByText('Reading 3 scenes …').isVisible()));
        assert.ok((await answer(page).innerText()).includes('<img src=x'));
        assert.equal(await page.locator('main img').count(), 0);
        assert.match(await answer(page).innerText(), /\[1\]\s?\[9 – no such scene\]/);
        await page.getByText('not among the scenes that were given: 9').waitFor();
        assert.equal(await page.locator('ol.sources:visible > li').count(), 1);
        await page.getByText('2 scenes were given besides').click();
        assert.equal(await page.locator('ol.sources:visible > li').count(), 3);
        assert.equal(model.asked.length, before + 1);
        assert.match(JSON.stringify(model.asked.at(-1)), /zeppelin came over the bay/);

        await answer(page).getByRole('link', { name: '1', exact: true }).click();
        const here = page.locator('.scene.here');
        await here.waitFor();
        assert.match(await here.innerText(), /zeppelin came over the bay/);
        assert.equal(await here.locator('mark').count(), 1);
        await page.getByRole('link', { name: 'Next hit' }).waitFor();
        // Who comes back reads the answer that there is.
        await page.goBack();
        await page.getByRole('heading', { name: 'From these scenes' }).waitFor();
        assert.match(await answer(page).innerText(), /It came over the bay/);
        assert.equal(model.asked.length, before + 1);
        assert.deepEqual(page.wrong, []);
        await page.context().close();
    });

    test(`what nobody knows is not asked, and what nobody answers is told: ${how}`, async () => {
        const page = await open(browser, { javaScriptEnabled });
        const before = model.asked.length;
        await ask(page, 'unicorn');
        await page.getByText('Not in your stories.').waitFor();
        await page.getByText('no server was asked').waitFor();
        assert.equal(model.asked.length, before);
        await page.getByRole('link', { name: 'What comes nearest' }).waitFor();

        let begun = model.next();
        await ask(page);
        await begun;
        model.say('Halfway through');
        await answer(page).getByText('Halfway through').waitFor();
        model.current.destroy();
        await page.locator('.told.wrong').waitFor();
        assert.match(await page.locator('#answer').innerText(), /Halfway through[^]*http:[^]*gave no answer[^]*3 scenes were given/);

        // Who leaves is answered no more.
        begun = model.next();
        const left = model.left;
        await ask(page);
        await begun;
        model.say('A long story');
        await answer(page).getByText('A long story').waitFor();
        await page.goto('about:blank');
        for (let look = 0; look < 100 && model.left === left; look++) {
            model.say(' and on');
            await page.waitForTimeout(50);
        }
        assert.equal(model.left, left + 1);
        assert.deepEqual(page.wrong.filter((said) => !said.includes('ERR_')), []);
        await page.context().close();
    });
}

test('a link on another site fills the field and asks nobody', async () => {
    const site = http.createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>elsewhere</title><a href="${server.address}/ask?q=zeppelin&store=long&mode=keyword">a link</a>`));
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
    const page = await open(browser);
    const before = model.asked.length;
    await page.goto(`http://localhost:${site.address().port}/`);
    await page.getByText('a link').click();
    await page.getByText('Not asked yet').waitFor();
    assert.equal(await field(page).inputValue(), 'zeppelin');
    assert.equal(model.asked.length, before);
    model.script = 'Three times [1][2].';
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('heading', { name: 'From these scenes' }).waitFor();
    model.script = null;
    assert.equal(model.asked.length, before + 1);
    site.closeAllConnections();
    await new Promise((resolve) => site.close(resolve));
});

test('without a server the page says how there is one, and what is found without', async () => {
    home.environment.NARAGTIVE_CHAT_URL = '';
    const bare = await home.serve();
    home.environment.NARAGTIVE_CHAT_URL = model.url;
    const page = await open(browser);
    await page.goto(`${bare.address}/ask?q=zeppelin&store=long&mode=keyword`);
    await page.getByRole('heading', { name: 'Nobody is there to answer yet' }).waitFor();
    await page.getByRole('link', { name: 'the scenes that your question finds' }).click();
    await page.locator('ol.hits > li').nth(2).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Have it answered in words' }).count(), 0);
    assert.equal(await bare.end(), 0);
    assert.deepEqual(page.wrong, []);
});
