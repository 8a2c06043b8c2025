import type { Change } from './change.ts';

/** Changes of one life of an object, in their order, oldest first. */
export interface LifeChanges {
  readonly uid?: string;
  readonly changes: readonly Change[];
}

interface OpenLife {
  /** By group: Calico gives an object one uid in each of its two. */
  readonly uids: Map<string, string>;
  readonly changes: Change[];
  isOver: boolean;
}

/** Tells the lives of one object apart, oldest first. `changes`: of that object, oldest first. */
export function livesOf(changes: readonly Change[]): readonly LifeChanges[] {
  const lives: OpenLife[] = [];
  for (const change of changes) {
    const { deed } = change;
    if (deed.kind === 'namespace') mayEnd(lives, change);
    else if (deed.kind !== 'collection' || deed.listed.is === 'listed') take(lives, change);
    else if (deed.listed.is === 'unknown') mayEnd(lives, change);
  }
  return lives.map(({ uids, changes: own }) => {
    const uid = [...uids.values()].at(-1);
    return { changes: inOrder(own), ...(uid === undefined ? {} : { uid }) };
  });
}

/** Where nobody says that the object was among them, it was if it was there at all. */
function mayEnd(lives: readonly OpenLife[], change: Change): void {
  const last = lives.at(-1);
  if (last !== undefined && !last.isOver) last.changes.push(change);
}

function take(lives: OpenLife[], change: Change): void {
  const life = lifeFor(lives, change);
  life.changes.push(change);
  if (change.deed.kind === 'deleted' || change.deed.kind === 'collection') life.isOver = true;
}

/** The life that a change belongs to; one that begins with it is added. */
function lifeFor(lives: OpenLife[], change: Change): OpenLife {
  const { uid, group } = change;
  const known = uid === undefined ? undefined : lives.findLast(({ uids }) => uids.get(group) === uid);
  const last = lives.at(-1);
  const life = known ?? (last !== undefined && goesOn(last, change) ? last : begun(lives));
  if (uid !== undefined && changesIt(change)) life.uids.set(group, uid);
  return life;
}

function begun(lives: OpenLife[]): OpenLife {
  const life = { uids: new Map<string, string>(), changes: [], isOver: false };
  lives.push(life);
  return life;
}

function goesOn(life: OpenLife, change: Change): boolean {
  const { uid, group, row } = change;
  if (!changesIt(change)) return true;
  const own = life.uids.get(group);
  if (uid !== undefined && own !== undefined) return false;
  if (isCreation(row)) return isToldTwice(life, change);
  // The second telling of a deletion; another one of what is gone would have failed.
  if (life.isOver) return change.deed.kind === 'deleted' && life.changes.at(-1)?.group !== group;
  return true;
}

function changesIt({ deed }: Change): boolean {
  return deed.kind !== 'failure' && deed.kind !== 'dry run' && deed.kind !== 'line';
}

/** Calico's API server stores what it is asked for, and both are recorded. */
function isToldTwice({ changes, isOver }: OpenLife, { group }: Change): boolean {
  return !isOver && changes.filter(changesIt).every((each) => isCreation(each.row) && each.group !== group);
}

/** To apply what is not there is a patch that creates. */
export function isCreation({ verb, code }: Change['row']): boolean {
  return verb === 'create' || code === 201;
}

const INTEGER = /^\d{1,40}$/;

/** By resourceVersion those that have an integer there, which then stand in the places that these have by time. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const isNumbered = ({ resourceVersion = '' }: Change) => INTEGER.test(resourceVersion);
  const numbered = changes
    .filter(isNumbered)
    .map((change) => ({ change, version: BigInt(change.resourceVersion ?? '') }));
  const ordered = numbered.toSorted((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
  let at = 0;
  return changes.map((change) => (isNumbered(change) ? (ordered[at++]?.change ?? change) : change));
}
