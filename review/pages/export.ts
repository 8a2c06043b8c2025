import type { Format } from '../query/export.ts';
import { type Html, html } from './html.ts';

interface ExportView {
  /** What is exported, in words. */
  readonly what: Html;
  /** How many events; undefined: nobody has counted them. */
  readonly events: number | undefined;
  readonly format: Format;
  readonly name: string;
  /** Addresses: of the file, of its manifest, and of the page before. */
  readonly file: string;
  readonly manifest: string;
  readonly back: string;
}

const FORMATS: Readonly<Record<Format, string>> = {
  json: 'one JSON array',
  ndjson: 'an event a line, as JSON',
  yaml: 'a YAML document an event',
};

/** Two files: the events, and what proves that they are all and as they were. */
export function exportPage({ what, events, format, name, file, manifest, back }: ExportView): Html {
  return html`<div class="headline"><h1>Export</h1></div>
    <section class="sheet">
      <p>${what}${events !== undefined && html`: ${events.toLocaleString('en')} ${events === 1 ? 'event' : 'events'}`}, as ${FORMATS[format]}. Each is the whole event as it was stored.${events === 0 && ' Names must match whole, and * stands for anything: *maria* finds a part.'}</p>
      <ol class="steps">
        <li><a class="button main" href="${file}" download="${name}">Save the events</a></li>
        <li><a class="button" href="${manifest}" download="${name}.manifest.json">Save the manifest</a> <span class="soft">once the events are saved: the query, the time, how many events, and the file’s SHA-256.</span></li>
      </ol>
      <p class="soft">Keep these files to yourself: a browser saves them so that other users of this machine may read them. <code>npx eks-audit export</code> makes files that only you can read.</p>
      <p><a href="${back}">Back</a></p>
    </section>`;
}
