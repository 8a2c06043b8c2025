/** What became of a line: one vocabulary, from the judge to the ledger and whoever reads it. */
export type Outcome =
  | { readonly kind: 'indexed' }
  /** Elasticsearch already has a document of this id. */
  | { readonly kind: 'already indexed' }
  /** Its id was already seen in this minute. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'dropped'; readonly by: Dropper }
  | { readonly kind: 'parked'; readonly why: ParkReason };

/** What of the policy dropped an event: a rule (from 0) that says None, a stage that it omits, or that no rule matched. */
export type Dropper = `rules[${number}]` | 'stage' | 'no rule';

/** Why a line can't be judged by the policy. */
export type Undecodable = (typeof UNDECODABLE)[number];
const UNDECODABLE = ['truncated', 'not JSON', 'not an audit event'] as const;

/** The short list of reasons; whoever counts or redrives what is parked reads these. */
export type ParkReason =
  | Undecodable
  /** Judging it threw: a fault of ours, which must not keep the lines behind it. */
  | 'not judged'
  /** Elasticsearch refused this document, and would again. */
  | 'refused by the mapping'
  | 'too large'
  /** The index of the event's day takes no more writes. */
  | 'index closed';

/** Whether somebody can do something about it: a line that nobody can decode stays as CloudWatch has it. */
export function isRefused(reason: ParkReason): boolean {
  return !UNDECODABLE.some((each) => each === reason);
}
