// What readers do, from page to page, in a real browser; each also without scripts.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open } from '../support/chromium.mjs';
import { ZEPPELINS } from '../support/stories.mjs';
import { storied } from './pages.mjs';

let home, server, browser;

before(async () => {
    home = storied();
    [server, browser] = [await home.serve(), await launch()];
});
after(async () => {
    await browser?.close();
    assert.equal(await server?.end(), 0);
    home.remove();
});

const here = (page) => page.locator('.scene.here');
const entry = async (place) => Number(/Entry (\d+)\./.exec(await place.innerText())[1]);
const inView = (place) => place.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
});

for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`search, read, next hit, back to the same place, timeline, filter, people: ${how}`, async () => {
        const page = await open(browser, { javaScriptEnabled });
        await page.goto(`${server.address}/`);
        await page.getByText('Narrow', { exact: true }).click();
        await page.getByLabel('Store').selectOption('long');
        await page.getByRole('combobox', { name: /^By/ }).selectOption('keyword');
        await page.getByLabel('What do you remember?').fill('zeppelin');
        if (javaScriptEnabled) await page.getByRole('status').filter({ hasText: '3 scenes' }).waitFor({ state: 'attached' });
        else await page.getByRole('button', { name: 'Search' }).click();
        assert.equal(new URL(page.url()).searchParams.get('q'), 'zeppelin');
        const hits = page.locator('ol.hits > li');
        await hits.nth(2).waitFor();
        assert.equal(await hits.count(), 3);
        assert.equal(await hits.locator('mark').count(), 3);

        const found = page.url();
        const seen = [];
        await hits.first().getByRole('link').first().click();
        await here(page).waitFor();
        seen.push(await entry(here(page)));
        assert.ok(await inView(here(page)));
        assert.equal(await here(page).locator('mark').count(), 1);
        for (let hit = 1; hit < 3; hit++) {
            const last = page.url();
            await page.getByRole('link', { name: 'Next hit' }).click();
            await page.waitForURL((url) => String(url) !== last);
            await here(page).waitFor();
            seen.push(await entry(here(page)));
            assert.ok(await inView(here(page)), `hit ${hit} is where one looks`);
        }
        assert.deepEqual(seen.sort((a, b) => a - b), ZEPPELINS);
        assert.equal(await page.getByRole('link', { name: 'Next hit' }).count(), 0);
        for (let hit = 2; hit > 0; hit--) {
            await page.goBack();
            await here(page).waitFor();
        }
        await page.goBack();
        await hits.nth(2).waitFor();
        assert.equal(page.url(), found);
        assert.equal(await page.getByLabel('What do you remember?').inputValue(), 'zeppelin');

        await page.getByRole('link', { name: 'Timeline' }).click();
        await page.getByRole('heading', { name: 'When it happens' }).waitFor();
        await page.getByRole('link', { name: 'month', exact: true }).click();
        await page.locator('svg.bars:not(.lane) a').nth(3).click();
        await page.locator('#listed li').first().waitFor();
        assert.match(await page.locator('#listed h2').innerText(), /April 2024.*, 30 scenes/);
        await page.locator('#listed li a').nth(2).click();
        assert.equal(await entry(here(page)), 93);

        await page.getByRole('link', { name: 'People' }).click();
        await page.getByRole('row', { name: /Cleo/ }).getByRole('link', { name: 'Cleo' }).click();
        await page.getByRole('heading', { name: 'Cleo', level: 1 }).waitFor();
        await page.getByLabel('Search in these scenes').fill('zeppelin');
        await page.keyboard.press('Enter');
        await page.locator('ol.hits li').first().waitFor();
        const names = await page.locator('ol.hits .about span').allInnerTexts();
        assert.ok(names.length > 0 && names.every((name) => name.includes('Cleo')), `${names}`);
        await page.getByRole('link', { name: /Cleo.*leave this out/ }).click();
        await page.waitForURL((url) => !url.searchParams.has('character'));
        assert.deepEqual(page.wrong, []);
    });

    test(`why a scene was found, scenes like it, and all that was found: ${how}`, async () => {
        const page = await open(browser, { javaScriptEnabled });
        await page.goto(`${server.address}/?q=cards+and+lies&store=lanterns`);
        await page.locator('ol.hits li').first().getByRole('link', { name: /why/ }).click();
        await page.getByRole('heading', { name: 'Why it was found' }).waitFor();
        assert.ok(await page.locator('table.why tr').count() > 2);
        await page.getByRole('link', { name: 'Read it' }).click();
        assert.ok(await inView(here(page)));
        await here(page).getByRole('link', { name: 'Scenes like this' }).click();
        await page.locator('ol.hits li').first().waitFor();
        assert.match(page.url(), /similar_to=/);
        assert.ok(await page.getByLabel('Scenes like one you read').isDisabled());
        assert.deepEqual(page.wrong, []);
    });
}

test('a long list of hits is as it was when one comes back from reading', async () => {
    const page = await open(browser);
    await page.goto(`${server.address}/?q=spoke&store=long&mode=keyword&list=1`);
    const hit = page.locator('ol.hits > li').nth(40).getByRole('link').first();
    await hit.scrollIntoViewIfNeeded();
    await hit.click();
    await here(page).waitFor();
    await page.goBack();
    await page.locator('ol.hits > li').nth(40).waitFor();
    await page.waitForTimeout(300);
    assert.ok(await inView(hit));
});

test('a conversation is read to both ends without a jump, and its address says where one is', async () => {
    const page = await open(browser);
    const { scenes } = await server.json('/api/v1/stores/long/scenes?limit=200');
    await page.goto(`${server.address}/read/long/${encodeURIComponent(scenes[150].id)}`);
    assert.equal(await entry(here(page)), 150);
    await page.waitForTimeout(500);
    assert.ok(await inView(here(page)), 'what came before it pushed nothing away');
    const all = async () => (await page.locator('.scene').allInnerTexts()).map((text) => Number(/Entry (\d+)\./.exec(text)[1]));
    for (let step = 0; step < 200 && !(await page.getByText('The end', { exact: true }).isVisible()); step++) {
        await page.mouse.wheel(0, 3000);
        await page.waitForTimeout(40);
    }
    await page.mouse.wheel(0, 30000);
    await page.waitForTimeout(300);
    const last = decodeURIComponent(new URL(page.url()).pathname.split('/')[3]);
    const [{ id: end }] = (await server.json('/api/v1/stores/long/scenes?limit=1&order=newest')).scenes;
    const ids = await page.locator('.scene').evaluateAll((scenes) => scenes.slice(-8).map((scene) => scene.dataset.id));
    assert.ok(ids.includes(last), `${last} is one of the last`);
    assert.equal(ids.at(-1), end);
    for (let step = 0; step < 400 && !(await page.getByText('The beginning', { exact: true }).isVisible()); step++) {
        await page.mouse.wheel(0, -3000);
        await page.waitForTimeout(40);
    }
    assert.deepEqual(await all(), Array.from({ length: 400 }, (_, number) => number));
    await page.evaluate(() => scrollTo(0, document.getElementById('flow').children[60].offsetTop - 90));
    await page.waitForTimeout(300);
    const there = page.url();
    const place = decodeURIComponent(new URL(there).pathname.split('/')[3]);
    await page.reload();
    assert.equal(await here(page).getAttribute('data-id'), place);
    assert.ok(await inView(here(page)));
    assert.deepEqual(page.wrong, []);
});

test('what is put before the scene that is read moves it by no more than a line', async () => {
    const page = await open(browser);
    const { scenes } = await server.json('/api/v1/stores/long/scenes?limit=200');
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route(/part=before/, async (route) => { await held; await route.continue(); });
    const asked = page.waitForRequest(/part=before/);
    await page.goto(`${server.address}/read/long/${encodeURIComponent(scenes[150].id)}`);
    await here(page).waitFor();
    await page.mouse.wheel(0, -300);
    await asked;
    await page.waitForTimeout(300);
    const before = (await here(page).boundingBox()).y;
    release();
    await page.locator('.scene').nth(30).waitFor();
    await page.waitForTimeout(200);
    const moved = Math.abs((await here(page).boundingBox()).y - before);
    assert.ok(moved < 28, `it moved by ${moved}`);
});
