// Search as one types, and the keys.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open } from '../support/chromium.mjs';
import { storied } from './pages.mjs';

let home, server, browser;

before(async () => {
    home = storied();
    [server, browser] = [await home.serve(), await launch()];
});
after(async () => {
    await browser.close();
    if (server.child.exitCode === null) assert.equal(await server.end(), 0);
    home.remove();
});

const LONG = '/?store=long&mode=keyword';
const field = (page) => page.getByLabel('What do you remember?');
const found = (page, text) => page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'attached' });

test('a search runs as one types, the field keeps the focus, and how much was found is told a while later', async () => {
    const page = await open(browser);
    await page.goto(server.address + LONG);
    await field(page).pressSequentially('zeppelin', { delay: 30 });
    await page.locator('ol.hits > li').nth(2).waitFor();
    assert.equal(await page.getByRole('status').textContent(), '', 'a reader is not interrupted at once');
    await found(page, '3 scenes');
    assert.ok(await field(page).evaluate((element) => element === document.activeElement));
    const address = new URL(page.url());
    assert.deepEqual([address.searchParams.get('q'), address.searchParams.get('part')], ['zeppelin', null]);
    assert.equal(await page.evaluate(() => history.length), 2, 'a letter is no step back');
    await field(page).fill('');
    await page.locator('h1.store').waitFor();
    assert.deepEqual(page.wrong, []);
});

test('an older answer never wins, however late it comes', async () => {
    const page = await open(browser);
    await page.goto(server.address + LONG);
    let release, asked = 0;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route(/part=results/, async (route) => {
        if (asked++ === 0) await held;
        await route.continue().catch(() => {});
    });
    await field(page).fill('ferry');
    await page.waitForTimeout(200);
    await field(page).fill('zeppelin');
    await page.locator('ol.hits > li').nth(2).waitFor();
    release();
    await page.waitForTimeout(500);
    assert.equal(await page.locator('ol.hits mark').first().innerText(), 'zeppelin');
    assert.equal(asked, 2);
});

test('what can\'t be asked is said in its place', async () => {
    const page = await open(browser);
    await page.goto(server.address + LONG);
    await field(page).fill('ferry');
    await page.getByLabel('Since').fill('3 May');
    await found(page, 'expected a day');
    assert.ok(await page.getByRole('status').isVisible());
    await page.getByLabel('Since').fill('2024-05');
    await page.locator('ol.hits > li').first().waitFor();
    assert.ok(!(await page.getByRole('status').isVisible()) || await page.getByRole('status').evaluate((element) => element.classList.contains('hidden')));
});

test('arrows, letters and escape go through the hits, and the next hit is one key away', async () => {
    const page = await open(browser);
    await page.goto(`${server.address}/?q=zeppelin&store=long&mode=keyword`);
    const links = page.locator('ol.hits h2 a');
    const at = () => links.evaluateAll((all) => all.indexOf(document.activeElement));
    await page.keyboard.press('/');
    assert.ok(await field(page).evaluate((element) => element === document.activeElement));
    assert.equal(await field(page).inputValue(), 'zeppelin');
    for (const [key, place] of [['ArrowDown', 0], ['ArrowDown', 1], ['j', 2], ['k', 1], ['ArrowUp', 0], ['ArrowUp', -1], ['ArrowDown', 0], ['Escape', -1], ['ArrowDown', 0]]) {
        await page.keyboard.press(key);
        assert.equal(await at(), place, key);
    }
    await page.keyboard.press('Enter');
    await page.locator('.scene.here').waitFor();
    const first = page.url();
    await page.keyboard.press('n');
    await page.waitForURL((url) => url.searchParams.get('n') === '1');
    await page.keyboard.press('N');
    await page.waitForURL((url) => url.searchParams.get('n') === '0');
    assert.equal(new URL(page.url()).pathname, new URL(first).pathname);
    assert.deepEqual(page.wrong, []);
});

test('by the keyboard alone one gets past the top, and what has the focus is seen', async () => {
    const page = await open(browser);
    await page.goto(`${server.address}/people/lanterns`);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the text' });
    assert.ok((await skip.boundingBox()).x >= 0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.getElementById('main').contains(document.activeElement)));
    for (let tab = 0; tab < 15; tab++) {
        const outline = await page.evaluate(() => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        });
        assert.ok(outline, 'the focus has an outline');
        await page.keyboard.press('Tab');
    }
});

test('a link to a scene and its Markdown are copied', async () => {
    const page = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { scenes } = await server.json('/api/v1/stores/long/scenes?limit=1');
    await page.goto(`${server.address}/read/long/${encodeURIComponent(scenes[0].id)}`);
    const footer = page.locator('.scene.here footer');
    await footer.getByRole('link', { name: 'Link' }).click();
    await footer.getByText('Link copied').waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^http:\/\/127\.0\.0\.1:\d+\/read\/long\//);
    await footer.getByRole('link', { name: 'Markdown' }).click();
    await footer.getByText('Markdown copied').waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^# 2024-01-01 · Ada\n\nEntry 0\./);
});

test('a server that is gone is said to be gone', async () => {
    const page = await open(browser);
    await page.goto(server.address + LONG);
    assert.equal(await server.end(), 0);
    await field(page).fill('zeppelin');
    await found(page, "The server doesn't answer");
    assert.ok(await page.getByRole('status').isVisible());
});
