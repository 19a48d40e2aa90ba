// What is asked of NaRAGtive and what becomes of the answer: nothing here knows the page it runs in.

export const DEFAULTS = Object.freeze({
    enabled: true,
    url: 'http://127.0.0.1:7600',
    token: '',
    store: '',
    budget: 800,
    limit: 4,
    depth: 4,
    minScore: 0.15,
    template: '{{memories}}',
    never: [],
});

/** Milliseconds after which a reply goes on without memories. */
export const PATIENCE = 1500;
/** Messages that are sent: the last ones are the question, the rest says what is known already. */
const MESSAGES = 200;

/** The messages of a chat as the server takes them. */
export function conversation(chat) {
    return chat
        .filter((message) => !message.is_system && typeof message.mes === 'string' && message.mes.trim())
        .slice(-MESSAGES)
        .map((message) => ({ name: message.name ?? '', role: message.is_user ? 'user' : 'assistant', content: message.mes }));
}

/** The store that is asked: the one that was chosen, else the one that is called like the character or the chat. */
export function chooseStore(stores, chosen, names) {
    if (chosen) return chosen;
    const plain = (name) => String(name ?? '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
    const wanted = names.map(plain).filter(Boolean);
    const found = wanted.map((name) => stores.stores.find((store) => plain(store.name) === name)).find(Boolean);
    return found?.name ?? stores.default ?? '';
}

/** Asks the server; an error says what is wrong in words. */
export async function ask(settings, path, body, fetcher = fetch, signal = AbortSignal.timeout(PATIENCE)) {
    const headers = {};
    if (settings.token) headers.authorization = `Bearer ${settings.token}`;
    if (body) headers['content-type'] = 'application/json';
    const response = await fetcher(settings.url.replace(/\/+$/, '') + path, {
        method: body ? 'POST' : 'GET',
        headers,
        body: body && JSON.stringify(body),
        signal,
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer?.error?.message ?? `status ${response.status}`);
    return answer;
}

/** What this chat should remember: the text for the prompt, and why each scene came. */
export async function recall(settings, chat, names, fetcher = fetch) {
    const nothing = { text: '', scenes: [], store: '' };
    const messages = conversation(chat);
    if (!settings.enabled || messages.length === 0) return nothing;
    // Both questions together may take as long as one.
    const signal = AbortSignal.timeout(PATIENCE);
    const stores = settings.store ? null : await ask(settings, '/api/v1/stores', null, fetcher, signal);
    const store = chooseStore(stores ?? { stores: [] }, settings.store, names);
    if (!store) return nothing;
    const answer = await ask(settings, `/api/v1/stores/${encodeURIComponent(store)}/context`, {
        messages,
        budget: settings.budget,
        limit: settings.limit,
        min_score: settings.minScore,
        exclude: settings.never,
    }, fetcher, signal);
    return { text: written(settings.template, answer.text), scenes: answer.scenes, store };
}

/** The memories as the template has them; one that has no place for them is no template. */
function written(template, text) {
    if (!text || !template.includes('{{memories}}')) return text;
    return template.replaceAll('{{memories}}', () => text);
}

/** Why a scene came, in one line. */
export function reason(scene) {
    const parts = [`${Math.round(scene.score * 100)} %`];
    if (scene.why?.words?.length) parts.push(scene.why.words.join(', '));
    return parts.join(' · ');
}
