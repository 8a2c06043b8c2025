import type { JsonObject } from '../../lambda/core/json.ts';
import type { Change } from './change.ts';
import type { Entry, EntryKind, VersionRef } from './entry.ts';
import { marksOf, noBody, TOO_LARGE } from './event.ts';
import { isCreation } from './lives.ts';
import type { Manifest } from './manifest.ts';
import { changesInWords, textOfNew } from './words/words.ts';

interface Version {
  readonly ref: VersionRef;
  readonly shown: JsonObject;
}

/** Tells one life of an object, change by change, oldest first. */
export class Story {
  #last: Version | undefined;
  /** Changes since that version of which nobody recorded what they changed. */
  #unknown = 0;
  readonly #hasOlder: boolean;

  /** `hasOlder`: there may be events of this life before the first that is told. */
  constructor(hasOlder: boolean) {
    this.#hasOlder = hasOlder;
  }

  /** `manifest`: of a version; undefined: its body can't be read. */
  tell(change: Change, manifest: Manifest | undefined): Entry {
    const { deed, row } = change;
    switch (deed.kind) {
      case 'version':
        return manifest === undefined ? this.#unknownChange(change) : this.#version(change, manifest, deed.isAsSent);
      case 'unknown change':
        return this.#unknownChange(change);
      case 'line':
        if (!LEAVES_IT.has(row.kind?.subresource ?? '')) this.#unknown += 1;
        return entryOf(change, 'line', `${row.kind?.subresource}: ${row.verb}`);
      case 'failure':
        return entryOf(change, 'failure', failureText(change));
      case 'dry run':
        return entryOf(change, 'dry run', `${row.verb} tried out, and nothing of it stayed`);
      default:
        return this.#ending(change);
    }
  }

  #version(change: Change, { shown }: Manifest, isAsSent: boolean): Entry {
    const last = this.#last;
    if (isEqual(last?.ref, change)) return entryOf(change, 'no change', `${change.row.verb} that changed nothing`);
    const notes = [...(isAsSent ? [AS_SENT] : []), ...this.#skipped()];
    this.#last = { ref: refOf(change), shown };
    this.#unknown = 0;
    if (last === undefined) {
      const isNew = isCreation(change.row);
      const details = isNew ? textOfNew(shown) : [];
      return entryOf(change, 'version', isNew ? 'created' : this.#hasOlder ? FURTHER_BACK : NO_VERSION_BEFORE, {
        isAsSent,
        notes,
        details,
      });
    }
    const phrases = changesInWords(last.shown, shown);
    const details = phrases.length > 1 ? phrases : [];
    return entryOf(change, 'version', summary(phrases), { isAsSent, notes, details, before: last.ref });
  }

  #skipped(): readonly string[] {
    if (this.#unknown === 0 || this.#last === undefined) return [];
    const [count, are] = this.#unknown === 1 ? ['One change', 'is'] : [`${this.#unknown} changes`, 'are'];
    return [`${count} in between that nobody recorded in full ${are} in this comparison, too.`];
  }

  #unknownChange(change: Change): Entry {
    const { row } = change;
    this.#unknown += 1;
    const isSentPatch = row.level === 'Request' && row.verb === 'patch';
    const why = isSentPatch ? PATCH_ALONE : noBody(row);
    const summary = isCreation(row) ? 'created, with what is not recorded' : 'changed, and what is not recorded';
    return entryOf(change, 'unknown change', summary, { notes: why === undefined ? [] : [why] });
  }

  #ending(change: Change): Entry {
    const [kind, text] = endingOf(change);
    const before = this.#last?.ref;
    const { level } = change.row;
    const unseen = [...(level === 'RequestResponse' ? [] : [MAY_LINGER]), ...(level === 'Metadata' ? [REHEARSED] : [])];
    const notes = change.deed.kind === 'deleted' ? unseen : [];
    return entryOf(change, kind, text, { notes, ...(before === undefined ? {} : { before }) });
  }
}

/** Subresources that change nothing that anybody wrote in the object. */
const LEAVES_IT = new Set(['status', 'token', 'eviction', 'exec', 'attach', 'portforward', 'proxy', 'log']);

const AS_SENT = 'As sent: the answer was not recorded, so defaults and what admission changed are not in it.';
const PATCH_ALONE =
  'Only the patch was recorded (level Request): it tells how the object was to be changed, not what became of it.';
const MAY_LINGER =
  'The answer was not recorded: where the object had finalizers, this was the request, and it went later.';
const REHEARSED =
  'Nor was what was sent recorded: whether it was a rehearsal (kubectl delete --dry-run=server), nobody can tell.';
const NO_VERSION_BEFORE = 'changed; the version before is in no event at hand';
const FURTHER_BACK = 'changed; the version before is further back than was looked for';

function endingOf({ deed, row, isCut }: Change): readonly [EntryKind, string] {
  const where = row.namespace === undefined ? 'all of its kind' : 'all of its kind in the namespace';
  if (deed.kind === 'deletion requested' && isCut)
    return ['deletion requested', 'deletion requested; the answer is cut, so whether it went at once is not known'];
  if (deed.kind === 'deletion requested')
    return ['deletion requested', 'deletion requested; it goes when nothing holds it'];
  if (deed.kind === 'namespace')
    return ['may have been deleted', 'may have been deleted: the deletion of its namespace was requested'];
  if (deed.kind !== 'collection') return ['deleted', 'deleted'];
  if (deed.listed.is === 'listed') return ['deleted with a collection', `deleted together with ${where}`];
  const why = isCut ? 'is cut' : 'does not name them';
  return ['may have been deleted', `may have been deleted: ${where} were, and the answer ${why}`];
}

function failureText({ row }: Change): string {
  const code = row.code === undefined ? '' : ` with ${row.code}`;
  return `${row.verb} refused${code}${row.reason === undefined ? '' : `: ${row.reason}`}`;
}

function isEqual(last: VersionRef | undefined, { resourceVersion, uid }: Change): boolean {
  return resourceVersion !== undefined && last?.resourceVersion === resourceVersion && last.uid === uid;
}

function refOf({ row, uid, resourceVersion }: Change): VersionRef {
  return {
    id: row.id,
    time: row.time,
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function summary(phrases: readonly string[]): string {
  const [first, ...others] = phrases;
  if (first === undefined) return 'nothing changed but what the API server keeps for itself';
  return others.length === 0 ? first : `${first}, and ${others.length} more`;
}

type More = Partial<Pick<Entry, 'details' | 'before' | 'isAsSent' | 'notes'>>;

function entryOf({ row, isCut }: Change, kind: EntryKind, summary: string, more: More = {}): Entry {
  const { notes = [], details = [], isAsSent = false, before } = more;
  const isLeftOut = isCut && !row.tags.includes('truncated');
  const all = [...marksOf(row.tags), ...(isLeftOut ? [TOO_LARGE] : []), ...notes];
  return { row, kind, summary, details, isAsSent, notes: all, ...(before === undefined ? {} : { before }) };
}
