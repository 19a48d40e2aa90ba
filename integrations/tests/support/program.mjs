// The built program, in a home of its own.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const PROGRAM = path.resolve(process.env.NARAGTIVE ?? path.join(ROOT, 'target/release/naragtive'));

/** A folder with stores, gone when the test ends. The model has random weights and takes a millisecond. */
export class Home {
    constructor() {
        this.folder = mkdtempSync(path.join(tmpdir(), 'naragtive-'));
        this.environment = {
            ...process.env,
            HF_HUB_OFFLINE: '1',
            NARAGTIVE_HOME: path.join(this.folder, 'home'),
            NARAGTIVE_MODEL_DIR: path.join(ROOT, 'crates/model/tests/fixtures/tiny-bert'),
        };
        delete this.environment.NARAGTIVE_TOKEN;
    }

    /** Runs a command to its end: what it printed. */
    run(...args) {
        const done = spawnSync(PROGRAM, args, { env: this.environment, cwd: this.folder, encoding: 'utf8' });
        if (done.status !== 0) throw new Error(`naragtive ${args.join(' ')}: ${done.error ?? done.stderr}`);
        return done.stdout;
    }

    /** Stores messages, each `{user, message, timestamp}`, as scenes of their own. */
    chat(store, messages) {
        writeFileSync(path.join(this.folder, `${store}.json`), JSON.stringify(messages));
        this.run('ingest-chat', '--source', `${store}.json`, '--register', store);
    }

    /** The sample campaign: 24 scenes with people, days and an order. */
    campaign(store) {
        this.run('ingest', path.join(ROOT, 'crates/naragtive/sample/salt-and-lanterns.txt'), '--register', store);
    }

    /** Starts the server at a port that is free. */
    async serve(...args) {
        const port = args.includes('--port') ? [] : ['--port', '0'];
        const child = spawn(PROGRAM, ['serve', ...port, ...args], { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
        let told = '';
        child.stderr.on('data', (bytes) => { told += bytes; });
        for await (const line of createInterface({ input: child.stdout })) return new Server(child, line.trim(), () => told);
        throw new Error(`the server ended: ${told}`);
    }

    remove() {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

export class Server {
    constructor(child, address, told) {
        this.child = child;
        this.address = address.replace(/\/$/, '');
        this.port = Number(new URL(address).port);
        this.told = told;
    }

    async json(where) {
        const answer = await fetch(this.address + where);
        if (!answer.ok) throw new Error(`${where}: ${answer.status} ${await answer.text()}`);
        return answer.json();
    }

    /** Asks it to end: with which code it did. */
    async end() {
        const ended = new Promise((resolve) => this.child.once('exit', resolve));
        this.child.kill('SIGTERM');
        return ended;
    }
}

/** Whether a result is whole in both of its forms: one text block, the JSON of the structured content. */
export function isWhole({ content, structuredContent }) {
    return content.length === 1 && isDeepStrictEqual(JSON.parse(content[0].text), structuredContent);
}
