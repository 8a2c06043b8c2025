import { type Html, html } from './html.ts';

/** A page that says why there is no other. It asks for nothing, no style either: who sees it may have no right to it. */
export function refusalPage(title: string, sentence: string, more?: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · EKS audit</title>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${sentence}</p>
      ${more}
    </main>
  </body>
</html>`;
}
