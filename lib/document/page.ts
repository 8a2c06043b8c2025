import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import type { FieldType } from '../../lambda/core/document/fit.ts';
import { type Judgement, judge } from '../../lambda/core/document/judge.ts';
import { parkedColumns } from '../../lambda/core/document/parked.ts';
import { fields } from '../../lambda/core/document/profiles/ecs.ts';
import type { Column } from '../../lambda/core/document/recorded.ts';
import { IndexPattern } from '../../lambda/core/index-pattern.ts';
import { at } from '../../lambda/core/json.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { BODIES } from '../../lambda/core/policy/reduce.ts';
import { bodyMeanings, meanings, parkedMeanings } from './meanings.ts';
import { cluster, event, eventLine, handled, noEvent } from './sample.ts';

/** Characters of a value that are shown. */
const SHOWN = 240;

/** docs/document.md: each column of the documents, with the value that the code makes for one event. */
export function documentPage(): string {
  const made = documentOf(eventLine);
  const isOf = (column: Column, ...path: readonly string[]) => path.every((key, depth) => column.path[depth] === key);
  const own = fields.filter((column) => !isOf(column, 'kubernetes'));
  const recorded = fields.filter((column) => isOf(column, 'kubernetes') && !isBody(column));
  return `${[
    '# A document, field by field',
    'This page is made by `npm run document` from the table of columns and from the document that the code makes for the event at its end. A test fails when they differ.',
    'The index template is made from the same table. It has `dynamic: false`: what the table does not name is not indexed, and stands in `event.original` alone. A value of another type than its column is left out, never an object is put in its place; a number that is no integer of its type, or is over 2^53 and so would be rounded, is left out, too. A text is cut at 8,191 UTF-16 units (`tags: cut`).',
    '## Who, what, when, where from',
    tableOf(own, made, (path) => meanings[path]),
    '## The event’s own fields',
    'Below `kubernetes.audit`, under the names that the API server gives them; in the keys of annotations `.` becomes `_`.',
    tableOf(recorded, made, (path) => meanings[path]),
    '## The bodies’ fields',
    'Below `kubernetes.audit.requestObject` and `kubernetes.audit.responseObject`, where the event has the body and the policy keeps it. Containers, volumes, rules and subjects are lists: what all entries say stands in one list, each value once, so that ES|QL’s `==` finds two privileged containers as it finds one. Of a list or table that is read, and of a JSON patch, no item is looked into; nor are init containers, nor the pod within a deployment: these are in `event.original`, and the controller’s create of the pod is an event of its own.',
    ...BODIES.flatMap((body) => [
      `### ${body}`,
      tableOf(
        fields.filter((column) => isOf(column, 'kubernetes', 'audit', body)),
        made,
        (path) => bodyMeanings[path],
        ['kubernetes', 'audit', body],
      ),
    ]),
    '## A parked document',
    'What could not be indexed is in `logs-kubernetes.audit_parked-{cluster}-{yyyy.MM}.01`, with a reason. This one is of a line that is no event:',
    codeOf('text', noEvent.message),
    tableOf(parkedColumns, documentOf(noEvent), (path) => parkedMeanings[path] ?? meanings[path]),
    '## Shapes',
    'Columns came one after the other. Documents of shape 1 lack the bodies’ fields and the message of what is parked; their `message` begins with the whole ARN, and their `related.user` has no session. `log.file.path` and `log.offset` came with shape 3. Each row of the ledger names the shapes of its documents, so that `account --verify` compares what they have.',
    '## The event',
    'As EKS records it, on one line, which is what `event.original` holds:',
    codeOf('json', JSON.stringify(event, null, 2)),
  ].join('\n\n')}\n`;
}

function isBody({ path }: Column): boolean {
  return BODIES.some((body) => body === path[2]);
}

/** As it is sent to Elasticsearch; nothing is removed. */
function documentOf(line: CloudWatchLine): unknown {
  const everything = { level: 'RequestResponse', users: [], userGroups: [], verbs: [], namespaces: [] } as const;
  const rule = { ...everything, resources: [], nonResourceURLs: [], omitStages: [] };
  const policy = { omitStages: [], omitManagedFields: false, rules: [rule] };
  const profiles = [{ name: 'ecs', index: IndexPattern.of(DEFAULT_INDEX) }] as const;
  const judgement: Judgement = judge(line, { cluster, policy, profiles }, handled);
  return judgement.kind === 'send' ? JSON.parse(judgement.parcel.items[0]?.body ?? '{}') : undefined;
}

/** `below`: what all paths begin with, and is not written. */
function tableOf(
  columns: readonly Column[],
  made: unknown,
  meaningOf: (path: string) => string | undefined,
  below: readonly string[] = [],
): string {
  const rows = columns.map(({ path, type }) => {
    const name = path.slice(below.length).join('.');
    return `| \`${name}\` | ${typeText(type)} | ${meaningOf(name) ?? ''} | ${valueText(at(made, ...path))} |`;
  });
  return ['| field | type | says | here |', '|---|---|---|---|', ...rows].join('\n');
}

function typeText(type: FieldType): string {
  return type === 'stored' ? 'keyword, not indexed' : type;
}

function valueText(value: unknown): string {
  const text = [value].flat().map(String).join(', ');
  if (value === undefined || text === '') return '–';
  return `\`${(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text).replaceAll('|', '\\|')}\``;
}

function codeOf(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
