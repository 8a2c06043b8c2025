import type { ParkReason } from '../../../lambda/core/ledger/outcome.ts';

/** What must be mended before a line that was parked for this reason can be redriven. */
const REMEDIES: Readonly<Record<ParkReason, string>> = {
  truncated: 'CloudWatch cut it: a newer version may make a document of what is left. Redrive it after an upgrade.',
  'not JSON': 'Nobody can decode it, so it stays as it came. A newer version may tell more: redrive it then.',
  'not an audit event': 'It is JSON and no audit event, so it stays as it is: find out who writes into the stream.',
  'not judged':
    'A fault of the forwarder: please report it with the detail. After the upgrade that mends it, redrive it; where not all of the line is parked, it is read from CloudWatch Logs, whose retention must not have taken it, and one of a file is to be imported again.',
  'refused by the mapping':
    'The mapping of its index refuses it. Install the newest templates (npx eks-audit elasticsearch setup); an index that is there keeps its mapping, so change that one too, or make it anew, then redrive it.',
  'too large':
    'Elasticsearch had no room for it: raise http.max_content_length (of a proxy too) or give the node more memory, then redrive it.',
  'index closed': 'The index of its day took no more writes: open it, or remove its block, then redrive it.',
};

export function remedyOf(reason: string): string {
  const known: Readonly<Record<string, string | undefined>> = REMEDIES;
  return known[reason] ?? 'No version before this one knows that reason: use the one that parked it.';
}
