import { type Html, html } from './html.ts';
import { plainShown } from './shown.ts';

/** What every page says around its own. */
export interface Frame {
  /** Of the page, without the product's name. */
  readonly title: string;
  /** Which of the places in the navigation it is. */
  readonly place?: Place;
  /** The server that was asked, without what signs in there. */
  readonly server: string;
  /** The name of the zone of local times. */
  readonly zone: string;
}

type Place = 'questions' | 'timeline';

const PLACES: readonly (readonly [Place, string, string])[] = [
  ['questions', '/', 'Questions'],
  ['timeline', '/events', 'Timeline'],
];

/** A whole page; it works without the script. */
export function layout({ title, place, server, zone }: Frame, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${plainShown(title)} · EKS audit</title>
    <link rel="stylesheet" href="/style.css" />
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <script src="/script.js" defer></script>
  </head>
  <body>
    <a class="skip" href="#main">To the content</a>
    <header class="top">
      <a class="brand" href="/">EKS audit</a>
      <nav class="places" aria-label="Pages">
        ${PLACES.map(([name, path, text]) => html`<a href="${path}"${name === place && html` aria-current="page"`}>${text}</a>`)}
      </nav>
      <form class="find" action="/events" role="search">
        <label class="unseen-label" for="find">Find words in events</label>
        <input id="find" type="search" name="q" placeholder="Find words: who, what, which object" />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </header>
    <main id="main" tabindex="-1">${body}</main>
    <footer>
      <p>Read from ${server}. Nothing can be changed here. Times are ${zone === 'UTC' ? 'in UTC' : `those of ${zone}, and beside them in UTC`}.</p>
      <p class="keys" hidden>
        Keys: <kbd>j</kbd> and <kbd>k</kbd> go down and up, <kbd>Enter</kbd> opens, <kbd>/</kbd> finds,
        <kbd>Esc</kbd> goes back.
      </p>
    </footer>
  </body>
</html>`;
}
