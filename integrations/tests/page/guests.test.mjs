// Pages of others, in a real browser: none of them gets in, but the one that is listed.

import assert from 'node:assert/strict';
import http from 'node:http';
import test, { after, before } from 'node:test';
import { launch, open } from '../support/chromium.mjs';
import { Home } from '../support/program.mjs';

let home, browser;

before(async () => {
    home = new Home();
    home.chat('table', [{ user: 'Ada', message: 'The secret is under the stair.', timestamp: '2025-01-01T10:00:00Z' }]);
    browser = await launch();
});
after(async () => {
    await browser.close();
    home.remove();
});

/** A site of somebody else. */
async function site(port = 0) {
    const server = http.createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>elsewhere</title>'));
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    return { port: server.address().port, end: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

/** What a page gets to see at an address: a status and whether the secret, or that it was kept out. */
const look = (page, address, options) => page.evaluate(async ([address, options]) => {
    try {
        const answer = await fetch(address, options);
        return `${answer.status} ${(await answer.text()).includes('secret')}`;
    } catch { return 'kept out'; }
}, [address, options]);

const SEARCH = '/api/v1/search?q=secret&mode=keyword';

test('a name that is made to mean this machine afterwards gets no answer', async () => {
    const elsewhere = await site();
    const page = await open(browser);
    await page.goto(`http://evil.test:${elsewhere.port}/`);
    assert.equal(await page.title(), 'elsewhere');
    await elsewhere.end();
    // Now the same name and port are this machine's server: to the browser the page is of the same origin.
    const server = await home.serve('--port', String(elsewhere.port));
    assert.equal(server.port, elsewhere.port);
    for (const path of [SEARCH, '/', '/api/v1/stores', '/v1/models', '/health', '/assets/page.js']) {
        assert.equal(await look(page, path), '403 false', path);
    }
    for (const [path, body] of [['/mcp', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'], ['/v1/embeddings', '{"input":"a"}']]) {
        const options = { method: 'POST', body, headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } };
        assert.equal(await look(page, path, options), '403 false', path);
    }
    const answer = await page.goto(`http://evil.test:${server.port}/?q=secret`);
    assert.equal(answer.status(), 403);
    assert.ok(!(await page.content()).includes('under the stair'));
    assert.equal(await server.end(), 0);
});

test('a page of another origin reads nothing, changes nothing and shows nothing', async () => {
    const elsewhere = await site();
    const server = await home.serve();
    const page = await open(browser);
    const origins = [`http://127.0.0.1:${elsewhere.port}/`, `http://evil.test:${elsewhere.port}/`, 'data:text/html,<title>elsewhere</title>'];
    for (const origin of origins) {
        await page.goto(origin);
        for (const options of [{}, { mode: 'no-cors' }, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }]) {
            const seen = await look(page, server.address + SEARCH, options);
            assert.ok(seen === 'kept out' || seen === '0 false', `${origin} ${JSON.stringify(options)}: ${seen}`);
        }
        const loads = await page.evaluate((address) => Promise.all(['script', 'img', 'iframe', 'link'].map((tag) => new Promise((resolve) => {
            const element = document.createElement(tag);
            if (tag === 'link') { element.rel = 'stylesheet'; element.href = `${address}/assets/page.css`; }
            else element.src = tag === 'script' ? `${address}/assets/page.js` : tag === 'img' ? `${address}/assets/icon.svg` : address;
            element.onload = () => resolve(tag === 'iframe' && element.contentDocument === null ? 'shown empty' : 'loaded');
            element.onerror = () => resolve('refused');
            document.documentElement.append(element);
        }))), server.address);
        assert.deepEqual(loads.map((one) => one === 'loaded'), [false, false, false, false], `${origin}: ${loads}`);
        const frame = page.frames().find((frame) => frame !== page.mainFrame());
        assert.ok(!(await frame.content()).includes('Your stories'), origin);
    }
    assert.equal(await server.end(), 0);
    await elsewhere.end();
});

test('a page that is listed reads, with the token where one is asked for', async () => {
    const [friend, stranger] = [await site(), await site()];
    const server = await home.serve('--token', '--allow-origin', `http://127.0.0.1:${friend.port}`);
    const token = /not shown again: (\S+)/.exec(server.told())[1];
    const page = await open(browser);
    const said = { headers: { authorization: `Bearer ${token}` } };
    await page.goto(`http://127.0.0.1:${friend.port}/`);
    assert.equal(await look(page, server.address + SEARCH, said), '200 true');
    assert.equal(await look(page, server.address + SEARCH), '401 false');
    await page.goto(`http://127.0.0.1:${stranger.port}/`);
    assert.equal(await look(page, server.address + SEARCH, said), 'kept out');
    assert.equal(await server.end(), 0);
    await friend.end();
    await stranger.end();
});

test('a link on another site leads to a page, and a reader with the token gets in', async () => {
    const elsewhere = await site();
    const server = await home.serve('--token');
    const token = /not shown again: (\S+)/.exec(server.told())[1];
    const page = await open(browser, { httpCredentials: { username: 'reader', password: token } });
    await page.goto(`http://127.0.0.1:${elsewhere.port}/`);
    await page.evaluate((address) => { document.body.innerHTML = `<a href="${address}/?q=secret&mode=keyword">a link</a>`; }, server.address);
    await page.getByText('a link').click();
    await page.locator('ol.hits li').first().waitFor();
    assert.match(await page.locator('ol.hits').innerText(), /under the stair/);
    assert.equal(await server.end(), 0);
    await elsewhere.end();
});
