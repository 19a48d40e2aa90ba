// Guests who are slow, many, endless or killed, over real connections.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Home, PROGRAM } from '../support/program.mjs';
import { longChat } from '../support/stories.mjs';

let home, server;

before(async () => {
    home = new Home();
    home.chat('long', longChat());
    server = await home.serve();
});
after(async () => {
    if (server.child.exitCode === null) await server.end();
    home.remove();
});

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const search = async (word) => (await server.json(`/api/v1/search?q=${word}&mode=keyword&limit=100`)).results.length;

/** A connection: what came over it, and when the other end closed it. */
function connect(...first) {
    const socket = net.connect(server.port, '127.0.0.1');
    const connection = { socket, said: '', closed: null };
    socket.on('data', (bytes) => { connection.said += bytes; });
    socket.on('error', () => {});
    connection.closed = new Promise((resolve) => socket.on('close', resolve));
    for (const text of first) socket.write(text);
    return connection;
}

const head = (method, path, ...more) => [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${server.port}`, ...more, '', ''].join('\r\n');

test('who sends a header letter by letter is shown out, and others are served meanwhile', async () => {
    const began = Date.now();
    const slow = Array.from({ length: 40 }, () => connect('GET /api/v1/stores HTTP/1.1\r\nX-Slow: '));
    const trickle = setInterval(() => slow.forEach(({ socket }) => socket.writable && socket.write('a')), 500);
    assert.equal(await search('zeppelin'), 3);
    await Promise.all(slow.map(({ closed }) => closed));
    clearInterval(trickle);
    const took = Date.now() - began;
    assert.ok(took > 5_000 && took < 30_000, `${took} ms`);
});

test('a body without an end is cut off where it is too large', async () => {
    const json = head('POST', '/api/v1/search', 'Content-Type: application/json', 'Transfer-Encoding: chunked');
    const endless = connect(json);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let sent = 0;
    const more = () => { while (endless.socket.writable && sent < 1e9 && endless.socket.write(chunk)) sent += chunk.length; };
    endless.socket.on('drain', more);
    more();
    await endless.closed;
    assert.ok(sent < 64e6, `${sent} bytes were taken`);
    assert.ok(endless.said === '' || endless.said.startsWith('HTTP/1.1 413'), endless.said);
    assert.equal(await search('zeppelin'), 3);
});

test('a hundred searches at once over a hundred connections are all answered', async () => {
    const all = Array.from({ length: 100 }, (_, number) => {
        const guest = connect(head('GET', `/api/v1/search?q=entry+${number}&limit=3`, 'Connection: close'));
        return guest.closed.then(() => guest.said);
    });
    for (const said of await Promise.all(all)) assert.match(said, /^HTTP\/1\.1 200[^]*"results"/);
});

test('guests who go before their answer comes cost the others nothing', async () => {
    for (let round = 0; round < 60; round++) {
        const guest = connect(head('GET', `/api/v1/search?q=the+lamp+and+the+ferry+${round}&limit=100`));
        await pause(round % 7);
        guest.socket.destroy();
    }
    assert.equal(await search('zeppelin'), 3);
});

test('a writer that is killed at any moment leaves a store that is served on, and is there whole afterwards', async () => {
    const say = (number) => ({ user: 'Ada', message: `A comet, the ${number}th.`, timestamp: '2026-01-01T00:00:00Z' });
    const export_ = path.join(home.folder, 'comets.json');
    writeFileSync(export_, JSON.stringify(Array.from({ length: 60 }, (_, number) => say(number))));
    for (const wait of [5, 20, 40, 60, 90, 130, 180]) {
        const writer = spawn(PROGRAM, ['ingest-chat', '--source', export_, '--register', 'long'], { env: home.environment, stdio: 'ignore' });
        const ended = new Promise((resolve) => writer.on('exit', resolve));
        await pause(wait);
        writer.kill('SIGKILL');
        await ended;
        assert.equal(await search('zeppelin'), 3, `after ${wait} ms`);
        assert.ok(await search('comet') <= 60);
    }
    home.run('ingest-chat', '--source', export_, '--register', 'long');
    assert.equal(await search('comet'), 60);
    const { scenes } = await server.json('/api/v1/stores/long/scenes?limit=1');
    assert.equal(scenes.length, 1);
});

test('who is asked to end answers what is under way, then does', async () => {
    const body = JSON.stringify({ q: 'zeppelin', mode: 'keyword' });
    const late = connect(head('POST', '/api/v1/search', 'Content-Type: application/json', `Content-Length: ${body.length}`), body.slice(0, 10));
    const idle = connect(head('GET', '/health'));
    await pause(300);
    const began = Date.now();
    const ended = server.end();
    await pause(200);
    late.socket.write(body.slice(10));
    await Promise.all([late.closed, idle.closed]);
    assert.match(late.said, /^HTTP\/1\.1 200/);
    assert.equal(await ended, 0);
    assert.ok(Date.now() - began < 6_000);
});
