// Passes requests on to the server, with the names that the official suite's example server has in place of ours. Answers
// come back as they are.

import http from 'node:http';

/** A server before the one at `address`; `names` says what stands for what: whole strings of JSON, and the arguments that go with a name. */
export async function renamed(address, names, given) {
    const front = http.createServer(async (request, response) => {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const headers = { ...request.headers, host: new URL(address).host };
        delete headers['content-length'];
        const body = request.method === 'POST' ? ours(Buffer.concat(chunks).toString(), names, given) : undefined;
        const answer = await fetch(address, { method: request.method, headers: plain(headers), body });
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
        response.end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));
    return { address: `http://127.0.0.1:${front.address().port}/mcp`, end: () => new Promise((resolve) => { front.closeAllConnections(); front.close(resolve); }) };
}

function ours(body, names, given) {
    const message = JSON.parse(body);
    const theirs = message.params?.name ?? message.params?.uri;
    if (!(theirs in names)) return body;
    if (message.params.name) message.params = { ...message.params, name: names[theirs], arguments: given[theirs] ?? {} };
    else message.params.uri = names[theirs];
    return JSON.stringify(message);
}

/** What a request may say by itself: the rest is the connection's. */
function plain(headers) {
    const kept = Object.entries(headers).filter(([name]) => /^(accept|content-type|mcp-.*)$/.test(name));
    return Object.fromEntries(kept);
}
