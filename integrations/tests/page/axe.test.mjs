// Every page, in light and dark, on a phone's width and a desk's: no fault that axe knows, nothing that hangs over the edge,
// and nothing that the page's own policy forbids.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { chat } from '../support/chat.mjs';
import { launch, open } from '../support/chromium.mjs';
import { Home } from '../support/program.mjs';
import { pages, storied } from './pages.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Pages that tell what is wrong; a browser logs their status as an error. */
const WRONG = ['/nowhere', '/?q=a&since=3+May'];

let home, server, browser, model, all;

before(async () => {
    [model, home] = [await chat(), storied()];
    model.script = 'Late, as **ever** [1][2].\n\nNobody knew why [9].';
    home.environment.NARAGTIVE_CHAT_URL = model.url;
    [server, browser] = [await home.serve(), await launch()];
    all = await pages(server);
});
after(async () => {
    await browser.close();
    assert.equal(await server.end(), 0);
    await model.close();
    home.remove();
});

async function faults(page) {
    await page.addScriptTag({ content: AXE });
    const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), RULES);
    return violations.map((fault) => `${fault.id}: ${fault.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}

/** What is wider than the page. */
const hangsOver = (page) => page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return [];
    const over = [...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
    return [`${wide} wide`, ...over.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))];
});

/** What is wrong with any page. axe is a script itself, so where none of ours is to run, ours is kept away. */
async function wrong(options, scripts = true) {
    const page = await open(browser, { bypassCSP: true, reducedMotion: 'reduce', ...options });
    if (!scripts) await page.route(/page\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    const found = {};
    for (const path of all) {
        await page.goto(server.address + path);
        const own = [...await faults(page), ...await hangsOver(page)];
        if (own.length > 0) found[path] = own;
    }
    await page.context().close();
    return found;
}

for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1280]) {
        test(`axe finds nothing on any page, ${colorScheme}, ${width} px wide`, async () => {
            assert.deepEqual(await wrong({ colorScheme, viewport: { width, height: 800 } }), {});
        });
    }
}

test('axe finds nothing where no script of the page runs', async () => {
    assert.deepEqual(await wrong({ colorScheme: 'light', viewport: { width: 320, height: 800 } }, false), {});
});

test('no page does what its policy forbids', async () => {
    for (const path of all) {
        const page = await open(browser);
        await page.goto(server.address + path);
        await page.waitForLoadState('networkidle');
        assert.deepEqual(page.wrong.filter((said) => !WRONG.includes(path) || !said.includes('status of 40')), [], path);
        await page.context().close();
    }
});

test('a home without a story is as fit to be read', async () => {
    const empty = new Home();
    const bare = await empty.serve();
    try {
        const page = await open(browser, { bypassCSP: true, viewport: { width: 320, height: 600 } });
        await page.goto(bare.address);
        await page.getByText('No stories yet').waitFor();
        assert.deepEqual([...await faults(page), ...await hangsOver(page)], []);
    } finally {
        assert.equal(await bare.end(), 0);
        empty.remove();
    }
});

test('a page weighs less than 60 kB without its text', async () => {
    const weight = async (path) => (await (await fetch(server.address + path)).arrayBuffer()).byteLength;
    const page = await (await fetch(`${server.address}/people/lanterns`)).text();
    const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    assert.equal(assets.length, 3);
    let all = page.length;
    for (const asset of assets) all += await weight(asset);
    assert.ok(all < 60_000, `${all} bytes`);
});
