// What a story says is text, whatever it looks like.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open } from '../support/chromium.mjs';
import { HAZARDS } from '../support/stories.mjs';
import { storied } from './pages.mjs';

let home, server, browser;

before(async () => {
    home = storied();
    [server, browser] = [await home.serve(), await launch()];
});
after(async () => {
    await browser.close();
    assert.equal(await server.end(), 0);
    home.remove();
});

test('no text of a story runs, becomes an element or breaks the page', async () => {
    const { scenes } = await server.json('/api/v1/stores/hazards/scenes');
    assert.equal(scenes.length, HAZARDS.length);
    const page = await open(browser, { viewport: { width: 320, height: 700 } });
    const addresses = [
        ...scenes.map((scene) => `/read/hazards/${encodeURIComponent(scene.id)}`),
        '/?store=hazards', '/?q=hazard&store=hazards&mode=keyword', '/timeline/hazards?since=2025-03&until=2025-03', '/people/hazards', '/stats/hazards',
        ...scenes.map((scene) => `/why/hazards/${encodeURIComponent(scene.id)}?q=hazard&mode=keyword`),
    ];
    for (const address of addresses) {
        await page.goto(server.address + address);
        await page.locator('main').hover();
        assert.equal(await page.evaluate(() => globalThis.owned), undefined, address);
        const foreign = await page.evaluate(() => document.querySelectorAll('main :is(script, img, iframe, textarea, style, [onerror], [onload], [onmouseover], a[href^="javascript"])').length);
        assert.equal(foreign, 0, address);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${address} is wider than the page`);
    }
    await page.goto(`${server.address}${addresses[0]}`);
    const shown = await page.locator('#flow').innerText();
    for (const text of [HAZARDS[0], HAZARDS[1], HAZARDS[2], HAZARDS[4], '\u{1F469}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}']) assert.ok(shown.includes(text), text);
    assert.deepEqual(page.wrong, []);
});

test('every link on every page leads somewhere, whatever people and scenes are called', async () => {
    const queue = ['/?store=hazards', '/?q=hazard&store=*&mode=keyword', '/people/hazards', '/timeline/hazards', '/people/lanterns'];
    const seen = new Set(queue);
    while (queue.length > 0) {
        const path = queue.shift();
        const answer = await fetch(server.address + path);
        assert.ok(answer.ok, `${path}: ${answer.status}`);
        if (!answer.headers.get('content-type').startsWith('text/html')) continue;
        for (const [, link] of (await answer.text()).matchAll(/ href="(\/[^"#]*)/g)) {
            const next = link.replaceAll('&amp;', '&');
            // A page leads to as many more as there are scenes.
            if (seen.has(next) || seen.size > 400) continue;
            seen.add(next);
            queue.push(next);
        }
    }
    assert.ok(seen.size > 100, `${seen.size} pages`);
});

test('people of any name have a page that says so', async () => {
    const { people } = await server.json('/api/v1/stores/hazards/people');
    assert.ok(people.length >= 7);
    const page = await open(browser);
    for (const { name } of people) {
        await page.goto(`${server.address}/people/hazards`);
        await page.locator('table.people').getByRole('link', { name, exact: true }).first().click();
        assert.equal(await page.locator('h1').innerText(), name);
    }
});
