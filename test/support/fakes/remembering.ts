import { at, parseJson, textAt } from '../../../lambda/core/json.ts';
import { MISSING, type RecordingServer, startRecording } from './elasticsearch.ts';

/** An Elasticsearch that keeps ids and sources of what it is sent, and can go away. */
export interface RememberingElasticsearch extends Pick<RecordingServer, 'url' | 'close'> {
  /** By index and id. */
  readonly documents: Map<string, unknown>;
  /** How many were sent that were there already. */
  again(): number;
  /** Answers 503 to everything from now on, or no more. */
  away(is: boolean): void;
}

export async function startRemembering(): Promise<RememberingElasticsearch> {
  const documents = new Map<string, unknown>();
  let again = 0;
  let isAway = false;
  const create = (action: string, source: string) => {
    const [index, id] = [
      textAt(parseJson(action), 'create', '_index') ?? '',
      textAt(parseJson(action), 'create', '_id'),
    ];
    const key = `${index}/${id}`;
    const isThere = documents.has(key);
    if (isThere) again += 1;
    else documents.set(key, parseJson(source));
    const error = { type: 'version_conflict_engine_exception', reason: 'document already exists' };
    return { create: { _index: index, _id: id, status: isThere ? 409 : 201, ...(isThere ? { error } : {}) } };
  };
  const found = (place: unknown) => {
    const [index, id] = [textAt(place, '_index'), textAt(place, '_id')];
    return { _index: index, _id: id, found: documents.has(`${index}/${id}`) };
  };
  const { url, close } = await startRecording(({ path, text }) => {
    if (isAway) return { status: 503, body: {} };
    if (path.includes('/_pit')) return { body: { id: 'now', succeeded: true } };
    if (path.startsWith('/_mget')) return { body: { docs: listOf(text).map(found) } };
    if (!path.startsWith('/_bulk')) return MISSING;
    const lines = text.trimEnd().split('\n');
    const items = lines.flatMap((line, number) => (number % 2 === 0 ? [create(line, lines[number + 1] ?? '')] : []));
    return { body: { took: 1, errors: items.some((item) => at(item, 'create', 'status') !== 201), items } };
  });
  return {
    url,
    close,
    documents,
    again: () => again,
    away: (is) => {
      isAway = is;
    },
  };
}

function listOf(text: string): readonly unknown[] {
  const docs = at(parseJson(text), 'docs');
  return Array.isArray(docs) ? docs : [];
}
