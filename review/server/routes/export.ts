import type { Context } from 'hono';
import { describeProblems } from '../../../lib/problems/problem.ts';
import { sentence } from '../../../lib/problems/sentence.ts';
import { exportPage } from '../../pages/export.ts';
import { toldParts } from '../../pages/filters.ts';
import { type Html, html } from '../../pages/html.ts';
import { address, objectLink, timelineLink } from '../../pages/links.ts';
import { shown } from '../../pages/shown.ts';
import {
  type ExportManifest,
  exportName,
  FORMATS,
  type Format,
  type Selection,
  startExport,
} from '../../query/export.ts';
import { overview } from '../../query/facets.ts';
import { filterParams, parseFilter, settled, timesOf } from '../../query/filter-text.ts';
import { objectParams, objectText, parseObject } from '../../query/object.ts';
import { page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';

/** How many manifests are kept: each is small, and is asked for at once. */
const KEPT = 100;

export const exports: Route = (app, review) => {
  const manifests = new Map<string, ExportManifest>();
  app.get('/export', (context) => refused(context, review) ?? describe(context, review));
  app.get('/export/file', (context) => {
    const params = paramsOf(context);
    const no = refused(context, review);
    if (no !== undefined) return no;
    return file(context, review, (manifest) => {
      const [oldest] = manifests.keys();
      if (manifests.size >= KEPT && oldest !== undefined) manifests.delete(oldest);
      manifests.set(params.toString(), manifest);
    });
  });
  app.get('/export/manifest', (context) => {
    const manifest = manifests.get(paramsOf(context).toString());
    if (manifest === undefined) return sentencePage(context, review, NOT_SAVED);
    return attachment(context, `${JSON.stringify(manifest, null, 2)}\n`, 'export.manifest.json');
  });
};

const NOT_SAVED = {
  title: 'Save the events first',
  sentence:
    'The manifest tells of the file, and so is there once all of the file was saved. Go back, save the events, then the manifest.',
  status: 404,
} as const;

/** Without what is wrong in it a filter shows more, and whoever has the file would not know. */
function refused(context: Context, review: Review) {
  const params = paramsOf(context);
  const { problems } = parseObject(params) === undefined ? parseFilter(params, review.clock.now()) : NONE;
  const format = params.get('format') ?? 'json';
  if (!FORMATS.some((each) => each === format))
    return sentencePage(context, review, { title: 'No export', sentence: formatFault(format), status: 400 });
  if (problems.length === 0) return undefined;
  return sentencePage(context, review, { title: 'No export', sentence: describeProblems(problems), status: 400 });
}

const NONE = { problems: [] };

function formatFault(format: string): string {
  return `format: ${sentence('json, ndjson or yaml', format, 'choose one of these')}`;
}

/** What would be exported. The times are settled here, so that file and manifest speak of the same. */
async function describe(context: Context, review: Review) {
  const params = paramsOf(context);
  const now = review.clock.now();
  const format = formatIn(params);
  const selection = selectionIn(params, now);
  const own = new URLSearchParams([...selectionParams(selection), ['format', format], ['at', String(now)]]);
  const body = exportPage({
    what: told(selection),
    events: await countOf(review, selection, now),
    format,
    name: exportName(format, now),
    file: address('/export/file', own),
    manifest: address('/export/manifest', own),
    back: selection.kind === 'object' ? objectLink(selection.key) : timelineLink(selection.filter),
  });
  return page(context, review, { title: 'Export' }, body);
}

function told(selection: Selection): Html {
  if (selection.kind === 'object') return html`The history of ${shown(objectText(selection.key), 300)}`;
  const parts = toldParts(selection.filter);
  return parts.length === 0
    ? html`Everything`
    : html`What the filter shows (${parts.map((part, at) => html`${at > 0 && ', '}${shown(part, 100)}`)})`;
}

async function countOf({ search }: Review, selection: Selection, now: number): Promise<number | undefined> {
  if (selection.kind === 'object') return undefined;
  return (await overview(search, selection.filter, timesOf(selection.filter, now))).total;
}

function selectionParams(selection: Selection): URLSearchParams {
  return selection.kind === 'object' ? objectParams(selection.key) : filterParams(selection.filter);
}

function selectionIn(params: URLSearchParams, now: number): Selection {
  const key = parseObject(params);
  if (key !== undefined) return { kind: 'object', key };
  return { kind: 'filter', filter: settled(parseFilter(params, now).filter, now) };
}

function formatIn(params: URLSearchParams): Format {
  return FORMATS.find((each) => each === params.get('format')) ?? 'json';
}

/** Streamed. Where it breaks off the connection does too, so that no browser takes a part for the whole. */
function file(context: Context, { search, clock }: Review, done: (manifest: ExportManifest) => void) {
  const params = paramsOf(context);
  const at = Number(params.get('at'));
  const now = Number.isFinite(at) && at > 0 ? at : clock.now();
  const format = formatIn(params);
  const under = startExport(search, { selection: selectionIn(params, now), format, now });
  const body = ReadableStream.from(
    (async function* () {
      yield* under.chunks;
      done(under.manifest());
    })(),
  );
  context.header('Content-Disposition', `attachment; filename="${exportName(format, now)}"`);
  return context.body(body, 200, { 'Content-Type': TYPES[format] });
}

const TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
};

function attachment(context: Context, text: string, name: string) {
  context.header('Content-Disposition', `attachment; filename="${name}"`);
  return context.body(text, 200, { 'Content-Type': 'application/json; charset=utf-8' });
}
