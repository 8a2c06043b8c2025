import { at, isObject, type JsonObject, textAt } from '../../lambda/core/json.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { isDeep, parseExact } from './exact.ts';
import { ALL, exactly, type Filter, kindText } from './filter.ts';
import { isWithoutBodies, type Manifest, manifestOf } from './manifest.ts';
import { type Row, rowIn, rowOf } from './row.ts';
import { hitsOf } from './timeline.ts';

/** One event with all that is known of it. */
export interface WholeEvent {
  readonly row: Row;
  /** The line as it was kept: byte for byte, or what the audit policy left of it. */
  readonly original: string;
  /** What the line says; big integers are `bigint`. Absent: CloudWatch cut the line, and it is no JSON. */
  readonly event?: JsonObject;
  /** What the caller sent, and what the API server answered; each absent where it was not recorded. */
  readonly request?: unknown;
  readonly response?: unknown;
  readonly manifest?: Manifest;
  /** Why there is no manifest, and what is missing of the event: whole sentences. */
  readonly notes: readonly string[];
  /** The document without `event.original`: what Elasticsearch can be asked by. */
  readonly document: JsonObject;
  readonly links: readonly Link[];
}

/** Other events that have something in common with this one. */
export interface Link {
  readonly text: string;
  readonly filter: Filter;
}

/** undefined: no event has this id. */
export async function wholeEvent(search: AuditSearch, id: string): Promise<WholeEvent | undefined> {
  const answer = await search.search({ size: 1, query: { term: { 'event.id': id } }, track_total_hits: false });
  const [hit] = hitsOf(answer);
  return hit === undefined ? undefined : wholeEventOf(hit);
}

/** A hit of a search that fetched everything. */
export function wholeEventOf(hit: unknown): WholeEvent {
  const original = textAt(hit, '_source', 'event', 'original') ?? '';
  const event = eventIn(original);
  const row = rowIn(rowOf(hit), event);
  const manifest = event === undefined ? undefined : manifestOf(event);
  return {
    row,
    original,
    document: withoutOriginal(at(hit, '_source')),
    notes: notesOf(row, event, manifest),
    links: linksOf(row),
    ...(event === undefined ? {} : { event }),
    ...(event?.requestObject === undefined ? {} : { request: event.requestObject }),
    ...(event?.responseObject === undefined ? {} : { response: event.responseObject }),
    ...(manifest === undefined ? {} : { manifest }),
  };
}

/** undefined: it was cut, or is no object. */
export function eventIn(original: string): JsonObject | undefined {
  try {
    const event = parseExact(original);
    return isObject(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

function withoutOriginal(source: unknown): JsonObject {
  if (!isObject(source)) return {};
  const { original: _, ...event } = isObject(source.event) ? source.event : {};
  return { ...source, event };
}

const TRUNCATED =
  'CloudWatch Logs cut this line: what stood behind the cut is lost, and so are its bodies. Where its own time stood there, it is filed under that of CloudWatch Logs.';
const REDUCED = 'The audit policy of the forwarder removed a part of this event before it was stored.';
const SHORTENED =
  'A text was too long to be indexed whole: searches find its beginning, and the raw line has all of it.';
const CLOCK = "The event's own time was not credible: it is filed under the one at which its line was written.";
export const TOO_LARGE = 'The API server left the bodies out: they were too large for its audit log.';

const DEEP =
  'A body is nested so deeply that it is shown in one line as JSON, and integers of more than 15 digits may be rounded: the raw line has all of it.';

/** What every page that shows an event says of it. */
export function marksOf(tags: readonly string[]): readonly string[] {
  const texts: Readonly<Record<string, string>> = {
    truncated: TRUNCATED,
    reduced: REDUCED,
    cut: SHORTENED,
    clock: CLOCK,
  };
  return tags.flatMap((tag) => (Object.hasOwn(texts, tag) ? [texts[tag] ?? ''] : []));
}

function notesOf(row: Row, event: JsonObject | undefined, manifest: Manifest | undefined): readonly string[] {
  const notes = [...marksOf(row.tags)];
  if (isWithoutBodies(event)) notes.push(TOO_LARGE);
  if (isDeep(event)) notes.push(DEEP);
  if (event === undefined || manifest !== undefined) return notes;
  const why = noBody(row);
  return why === undefined ? notes : [...notes, why];
}

const CUSTOM = /\./;
/** Groups of Kubernetes itself: EKS records their bodies. */
const BUILT_IN = /(^|\.)k8s\.io$|^(apps|batch|autoscaling|policy|extensions)?$/;

/** Why a change has no body; undefined: its level says that it should have one, or it is no change. */
export function noBody({ level, kind, verb }: Row): string | undefined {
  if (level !== 'Metadata' || kind === undefined || !CHANGES.has(verb)) return undefined;
  const what = kind.resource;
  if (kind.group === '' && ['secrets', 'configmaps', 'tokenreviews'].includes(what))
    return `No body was recorded: on EKS the API server's own audit policy records of ${what} who and when, never what, since they may hold what is secret.`;
  if (!BUILT_IN.test(kind.group ?? '') && CUSTOM.test(kind.group ?? ''))
    return `No body was recorded: on EKS the API server's own audit policy records changes of custom resources (${kind.group}) without what was changed.`;
  return 'No body was recorded: the event was kept at the level Metadata, by the API server or by the audit policy of the forwarder.';
}

const CHANGES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

function linksOf(row: Row): readonly Link[] {
  const { kind, namespace, name, who, observed, request, cluster } = row;
  const here = { ...ALL, cluster: [exactly(cluster)] };
  const links: Link[] = [];
  if (kind !== undefined && name !== undefined) {
    const object = {
      kind: [kindText({ resource: kind.resource, group: kind.group ?? '' })],
      name: [exactly(name)],
      ...(namespace === undefined ? {} : { namespace: [exactly(namespace)] }),
    };
    links.push({ text: 'The same object', filter: { ...here, ...object } });
  }
  const person = who.session ?? who.name;
  if (person !== '') links.push({ text: `By ${person}`, filter: { ...ALL, user: [exactly(person)] } });
  if (observed !== undefined) links.push({ text: `From ${observed}`, filter: { ...ALL, address: [observed] } });
  if (request !== undefined)
    links.push({ text: 'All stages of this request', filter: { ...here, request: [exactly(request)] } });
  return links;
}
