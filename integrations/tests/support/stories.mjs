// Stories to test with, the same ones each time.

const PEOPLE = ['Ada', 'Bob', 'Cleo', 'Dan', 'Esme'];
const THINGS = ['the lamp', 'the ferry', 'a chest of letters', 'the north stair', 'an empty boat'];

/** The messages that speak of a zeppelin, and no others do. */
export const ZEPPELINS = [40, 205, 360];

/** A chat of 400 messages, one a day, in which three speak of a zeppelin. */
export function longChat() {
    const first = Date.UTC(2024, 0, 1, 18);
    return Array.from({ length: 400 }, (_, number) => ({
        user: PEOPLE[number % PEOPLE.length],
        timestamp: new Date(first + number * 86_400_000).toISOString(),
        message: ZEPPELINS.includes(number)
            ? `Entry ${number}. A zeppelin came over the bay, low and slow, and everybody stood still.`
            : `Entry ${number}. We spoke of ${THINGS[number % THINGS.length]} until it was late, and of ${THINGS[(number * 3 + 1) % THINGS.length]}.`,
    }));
}

const day = (number) => `2025-03-${String(number).padStart(2, '0')}T10:00:00Z`;

/** What a story can hold that a page must not take for its own. */
export const HAZARDS = [
    '<script>globalThis.owned = 1</script> a hazard of scripts',
    '<img src=x onerror="globalThis.owned = 2"> a hazard of pictures',
    '</textarea></title></style><svg onload="globalThis.owned = 3"> a hazard of ends',
    '[a link](javascript:globalThis.owned=4) and javascript:globalThis.owned=5 a hazard of links',
    '"><b onmouseover=globalThis.owned=6>a hazard of quotes</b> &lt;i&gt; &amp;amp;',
    '\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627 a hazard of directions',
    '\u{1F469}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466} e\u0301 \ufdfd a hazard of signs',
    `${'wide'.repeat(250_000)} a hazard of length`,
];

/** A chat of a message each, spoken by names that are no less strange. */
export function hazards() {
    const names = ['<b>Cleo</b>', '"Bob"', "O'Hara & Sons", '../Ada', 'Zoë?#', '%41', '…', 'Ada'];
    return HAZARDS.map((message, number) => ({ user: names[number], message, timestamp: day(number + 1) }));
}
