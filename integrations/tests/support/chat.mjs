// A server that answers in words, as llama-server does, and says each word when the test wants it said.

import http from 'node:http';

/** Starts one: `say(text)` sends words to whoever is being answered, `end()` ends the answer, `asked` is what came. */
export async function chat() {
    const server = http.createServer((request, response) => {
        let body = '';
        request.on('data', (bytes) => { body += bytes; });
        request.on('end', () => {
            one.asked.push(JSON.parse(body));
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            response.flushHeaders();
            response.on('close', () => { one.left += response.writableFinished ? 0 : 1; });
            one.current = response;
            for (const resolve of one.waiting.splice(0)) resolve();
            if (one.script) { one.say(one.script); one.end(); }
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const one = {
        asked: [], waiting: [], left: 0, current: null, script: null,
        url: `http://127.0.0.1:${server.address().port}`,
        say: (text) => one.current.write(`data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`),
        end: () => one.current.end('data: [DONE]\n\n'),
        /** The moment somebody asks the next time. */
        next: () => new Promise((resolve) => one.waiting.push(resolve)),
        close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
    };
    return one;
}
