import { changeOf } from './change.ts';
import { type Diff, diffTexts } from './diff.ts';
import { noBody, type WholeEvent } from './event.ts';
import { jsonText, yamlText } from './exact.ts';
import { isWithoutBodies, type Manifest } from './manifest.ts';
import { isSame, objectOf } from './object.ts';

/** Two versions of an object, or why there is nothing to compare. */
export type Comparison =
  | {
      readonly kind: 'diff';
      readonly diff: Diff;
      readonly notes: readonly string[];
      /** Of a deletion: what it did to the object, a phrase. */
      readonly ending?: string;
    }
  /** `why`: whole sentences, of evidence that was never recorded. Never an empty diff. */
  | { readonly kind: 'no evidence'; readonly why: readonly string[] };

export type Language = 'yaml' | 'json';

/** `older`: undefined where the object was not there before, so that everything is new. `newer` may be a deletion. */
export function compare(older: WholeEvent | undefined, newer: WholeEvent, language: Language = 'yaml'): Comparison {
  const end = older === undefined ? undefined : endOf(older, newer);
  const [before, after] = [sideOf(older), end ?? sideOf(newer)];
  const why = [
    ...(before.why === undefined ? [] : [`Of the older version: ${before.why}`]),
    ...(after.why === undefined ? [] : [`Of the newer version: ${after.why}`]),
    ...(isGone(newer) && older === undefined ? ['No version before the deletion is at hand.'] : []),
  ];
  if (why.length > 0) return { kind: 'no evidence', why };
  const isLarge = [older, newer].some((event) => (event?.original.length ?? 0) > LARGE);
  const inJson = language === 'json' || isLarge;
  const [left, right] = [before, after].map(({ manifest }) => textOf(manifest, inJson));
  const diff = diffTexts(left ?? '', right ?? '');
  const may = after.note === undefined ? [] : [after.note];
  const notes = [...may, ...notesOf('older', older), ...notesOf('newer', newer), ...COARSE[diff.by]];
  const ending = end?.ending ?? (isGone(newer) ? 'deleted' : undefined);
  const all = isLarge && language === 'yaml' ? [...notes, IN_JSON] : notes;
  return { kind: 'diff', diff, notes: all, ...(ending === undefined ? {} : { ending }) };
}

/** Whether two events tell of one object, the newer one of an end of more than that, or each of another object. */
export function relationOf(older: WholeEvent | undefined, newer: WholeEvent): 'one object' | 'end' | 'two objects' {
  if (older === undefined) return 'one object';
  if (endOf(older, newer) !== undefined) return 'end';
  const [one, other] = [objectOf(older.row), objectOf(newer.row)];
  return one !== undefined && other !== undefined && isSame(one, other) ? 'one object' : 'two objects';
}

/** Characters of an event whose manifest is shown as YAML: to write it takes many times as long as JSON. */
export const LARGE = 400_000;
const IN_JSON = 'The object is too large to be shown as YAML, so both versions are shown as JSON.';

const COARSE: Readonly<Record<Diff['by'], readonly string[]>> = {
  words: [],
  lines: ['So much changed that it was compared by lines, not by words.'],
  ends: [
    'So much changed that only where both versions begin and end alike was looked for: what lies between is shown as removed and added.',
  ],
};

interface Compared {
  /** Absent: it is not there. */
  readonly manifest?: Manifest;
  /** Why it can't be told. */
  readonly why?: string;
  /** What is not certain of it: a whole sentence. */
  readonly note?: string;
  /** How it went, a phrase. */
  readonly ending?: string;
}

/** Of an event that deleted more than the object: what it did to that; undefined: it is no such event. */
function endOf(older: WholeEvent, { row, event }: WholeEvent): Compared | undefined {
  const key = objectOf(older.row);
  const deed = key === undefined ? undefined : changeOf(row, event, key)?.deed;
  if (deed?.kind === 'namespace') return { note: WITH_NAMESPACE, ending: 'may have been deleted with its namespace' };
  if (deed?.kind !== 'collection') return undefined;
  if (deed.listed.is === 'listed') return { ending: 'deleted together with all of its kind' };
  const may = { note: WITH_MANY, ending: 'may have been deleted together with all of its kind' };
  return deed.listed.is === 'unknown' ? may : { why: 'the deletion of many does not name the object.' };
}

const WITH_NAMESPACE =
  'The object may have been deleted: the deletion of its namespace was requested, and no event says when it went.';
const WITH_MANY = 'The object may have been deleted: all of its kind were, and no answer that names them was recorded.';

function sideOf(event: WholeEvent | undefined): Compared {
  if (event === undefined || isGone(event)) return {};
  const { row, manifest, notes } = event;
  if (row.isDryRun) return { why: 'the request was a dry run, and nothing of it stayed.' };
  if (row.outcome === 'failure' || (row.code ?? 0) >= 300)
    return { why: 'the request was refused, so it made no version.' };
  if (row.kind?.subresource !== undefined)
    return {
      why: `the request went to the subresource ${row.kind.subresource}, so its body is no version of the object.`,
    };
  return manifest === undefined ? { why: noBody(row) ?? notes[0] ?? ONLY_A_PATCH } : { manifest };
}

const ONLY_A_PATCH = 'No body that is a version of the object was recorded.';

/** A deletion that was done; one answered with the object shows the object as it was then. */
function isGone({ row, event, manifest }: WholeEvent): boolean {
  const isCut = row.tags.includes('truncated') || isWithoutBodies(event);
  const isDeletion = row.verb === 'deletecollection' || (row.verb === 'delete' && manifest === undefined && !isCut);
  return isDeletion && row.outcome !== 'failure' && !row.isDryRun;
}

function textOf(manifest: Manifest | undefined, inJson: boolean): string {
  if (manifest === undefined) return '';
  return inJson ? jsonText(manifest.shown) : yamlText(manifest.shown);
}

function notesOf(which: string, event: WholeEvent | undefined): readonly string[] {
  if (event === undefined) return [];
  const asSent =
    event.manifest?.from === 'request' ? [`The ${which} version is as sent: the answer was not recorded.`] : [];
  return [...asSent, ...event.notes.map((note) => `Of the ${which} version: ${note}`)];
}
