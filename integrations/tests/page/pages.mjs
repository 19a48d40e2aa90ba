// The stores that pages are tried on, and every page there is.

import { hazards, longChat } from '../support/stories.mjs';
import { Home } from '../support/program.mjs';

/** A campaign, a chat of 400 days and a chat of what a page must not take for its own. */
export function storied() {
    const home = new Home();
    home.campaign('lanterns');
    home.chat('long', longChat());
    home.chat('hazards', hazards());
    return home;
}

const encoded = encodeURIComponent;

/** Every page, each as a reader may come to it. */
export async function pages(server) {
    const scene = async (store, number) => (await server.json(`/api/v1/stores/${store}/scenes?limit=200`)).scenes[number].id;
    const [first, deep] = [await scene('lanterns', 10), await scene('long', 150)];
    const people = (await server.json('/api/v1/stores/lanterns/people')).people;
    return [
        '/',
        '/?q=zeppelin&store=long&mode=keyword',
        '/?q=the+ferry+and+the+lamp&store=*',
        '/?q=spoke&store=long&character=Ada&since=2024-02&mode=keyword',
        '/?q=nothingatall&mode=keyword',
        `/?similar_to=${encoded(first)}&store=lanterns`,
        '/?store=long&list=1',
        '/?store=*',
        `/read/lanterns/${encoded(first)}`,
        `/read/long/${encoded(deep)}?q=spoke&mode=keyword&n=3`,
        '/timeline/lanterns',
        '/timeline/long?by=week&since=2024-05-06&until=2024-05-12',
        '/ask',
        '/ask?q=the+ferry&store=lanterns',
        '/ask?q=nothingatall&mode=keyword',
        '/people/lanterns',
        `/people/lanterns/${encoded(people[0].name)}`,
        '/people/long/Ada',
        '/stats/lanterns',
        `/why/lanterns/${encoded(first)}?q=cards+and+lies`,
        '/nowhere',
        '/?q=a&since=3+May',
    ];
}
