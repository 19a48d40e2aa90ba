// NaRAGtive gives a chat its memories: before each reply the scenes of earlier chats that matter now go into the prompt.

import { DEFAULTS, ask, reason, recall } from './recall.js';

const KEY = 'naragtive';
/** Where SillyTavern puts a prompt: in the chat, at a depth. */
const IN_CHAT = 1;

const host = () => globalThis.SillyTavern.getContext();
let last = { text: '', scenes: [], store: '' };

function settings() {
    // One object for as long as the page lasts: whoever holds it while it is changed sees the change.
    const own = (host().extensionSettings[KEY] ??= {});
    for (const [name, value] of Object.entries(DEFAULTS)) {
        if (!Object.hasOwn(own, name)) own[name] = structuredClone(value);
    }
    return own;
}

function save() {
    host().saveSettingsDebounced();
}

function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
}

function names() {
    const { characters, characterId, name2, chatId } = host();
    return [characters?.[characterId]?.name, name2, chatId];
}

/** Called before each reply. Whatever goes wrong costs the reply nothing but its memories. */
async function intercept(chat, _contextSize, _abort, type) {
    if (type === 'quiet') return;
    const { setExtensionPrompt } = host();
    try {
        last = await recall(settings(), chat, names());
        setExtensionPrompt(KEY, last.text, IN_CHAT, settings().depth);
        show('');
    } catch (error) {
        last = { text: '', scenes: [], store: '' };
        setExtensionPrompt(KEY, '', IN_CHAT, settings().depth);
        show(error.name === 'TimeoutError' ? 'no answer in time' : error.message);
    }
}

/** What was remembered last, and why; "never again" leaves a scene out from now on. */
function show(problem) {
    const place = document.getElementById('naragtive_recalled');
    if (!place) return;
    const rows = last.scenes.map((scene) => {
        const never = element('button', { type: 'button', className: 'menu_button', textContent: 'Never again' });
        never.addEventListener('click', () => {
            settings().never = [...settings().never, scene.id];
            save();
            never.closest('li').remove();
        });
        const title = [scene.date, ...(scene.who ?? [])].filter(Boolean).join(', ') || scene.id;
        return element('li', {}, element('b', { textContent: title }), ` ${reason(scene)} `, never,
            element('div', { textContent: scene.why?.passage ?? '' }));
    });
    place.querySelector('ul').replaceChildren(...rows);
    const many = `${last.scenes.length} ${last.scenes.length === 1 ? 'scene' : 'scenes'}`;
    say(problem ? `NaRAGtive: ${problem}` : `${many} of ${last.store || 'no store'}`);
}

/** A line above the scenes, which is read out too. */
function say(text) {
    document.querySelector('#naragtive_recalled [role=status]').textContent = text;
}

function field(label, name, type, properties = {}) {
    const id = `naragtive_${name}`;
    const plain = type === 'lines' ? element('textarea', { rows: 2 }) : element('input', { type });
    const input = Object.assign(plain, { id, className: type === 'checkbox' ? '' : 'text_pole', ...properties });
    if (type === 'checkbox') input.checked = settings()[name];
    else input.value = settings()[name];
    input.addEventListener('change', () => {
        settings()[name] = type === 'checkbox' ? input.checked : type === 'number' ? Number(input.value) : input.value.trim();
        save();
    });
    return element('label', { htmlFor: id }, `${label} `, input);
}

function panel() {
    const test = element('button', { type: 'button', className: 'menu_button', textContent: 'Try it' });
    test.addEventListener('click', async () => {
        try {
            const { stores } = await ask(settings(), '/api/v1/stores');
            show('');
            say(stores.length > 0 ? `Stores: ${stores.map((store) => store.name).join(', ')}` : 'There is no store yet.');
        } catch (error) {
            show(`${error.message}. Is it running, with --allow-origin ${location.origin}?`);
        }
    });
    const content = element('div', { className: 'inline-drawer-content naragtive' },
        field('Remember', 'enabled', 'checkbox'),
        field('Address', 'url', 'url'),
        field('Token, if it asks for one', 'token', 'password'),
        field('Store (empty: the one called like the character)', 'store', 'text'),
        field('Tokens', 'budget', 'number', { min: 100, max: 20000 }),
        field('Scenes', 'limit', 'number', { min: 1, max: 20 }),
        field('Depth in the chat', 'depth', 'number', { min: 0, max: 100 }),
        field('Least score', 'minScore', 'number', { min: 0, max: 1, step: 0.05 }),
        field('Template ({{memories}} is where the scenes go)', 'template', 'lines'),
        element('small', { textContent: 'What is put into a prompt changes it, so a server that caches prompts reads on from there anew.' }),
        test,
        element('div', { id: 'naragtive_recalled' }, element('p', { role: 'status' }), element('ul')));
    const head = element('div', { className: 'inline-drawer-toggle inline-drawer-header' },
        element('b', { textContent: 'NaRAGtive memory' }),
        element('div', { className: 'inline-drawer-icon fa-solid fa-circle-chevron-down down' }));
    return element('div', { className: 'inline-drawer' }, head, content);
}

/** `/recall words`: what the stories say, as text. */
async function command(_named, words) {
    const text = String(words ?? '');
    const answer = await recall({ ...settings(), enabled: true }, [{ name: 'You', is_user: true, mes: text }], names());
    return answer.text;
}

function register() {
    const { SlashCommandParser, SlashCommand, registerFunctionTool } = host();
    if (SlashCommandParser && SlashCommand) {
        SlashCommandParser.addCommandObject(SlashCommand.fromProps({
            name: 'recall',
            callback: command,
            returns: 'scenes of earlier chats',
            helpString: 'What your stories say about some words.',
        }));
    }
    registerFunctionTool?.({
        name: 'recall_scenes',
        displayName: 'Recall scenes',
        description: 'Find scenes of earlier chats by what they are about.',
        parameters: {
            type: 'object',
            properties: { words: { type: 'string', description: 'What happened, in plain words' } },
            required: ['words'],
        },
        action: ({ words }) => command({}, words),
        formatMessage: () => 'Looking through earlier scenes',
    });
}

globalThis.naragtive_interceptor = intercept;
document.getElementById('extensions_settings2')?.append(panel());
register();
