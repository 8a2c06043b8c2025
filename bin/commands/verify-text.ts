import { parkedId } from '../../lambda/core/document/parked.ts';
import { profileOf } from '../../lib/elasticsearch/documents.ts';
import { counted } from '../cli/figures.ts';
import { printable } from '../cli/printable.ts';
import { minuteText } from '../cli/range.ts';
import { COLUMNS, hanging, wrapped } from '../cli/width.ts';
import type { Altered, Deviation, Extra, Missing, Range, Verification } from '../operate/account/verification.ts';

/** The commands that a verification names: they work where it did. */
export interface Remedies {
  /** Sends minutes again. */
  readonly backfill: (minutes: Range) => string;
  /** Compares the rest of what was asked for. */
  readonly goOn: (upTo: string) => string;
  /** Marks what is parked, and indexed too. */
  readonly redrive: (ids: readonly string[]) => string;
}

/** Names each document that is not as it must be, then what was compared, then what to do. Fits 80 columns. */
export function verificationText(verification: Verification, to: string, remedies: Remedies): string {
  const { missing, missingCount, altered, alteredCount, extra, extraCount, both, bothCount } = verification;
  return [
    ...missing.map((each) => named('missing', each)),
    ...more(missingCount - missing.length, 'missing'),
    ...altered.map((each) => named('altered', each, { fields: fieldsText(each) })),
    ...more(alteredCount - altered.length, 'altered'),
    ...extra.map((each) => named('extra', each, { why: each.why })),
    ...more(extraCount - extra.length, 'extra'),
    ...both.map((each) => named('indexed and parked too', each)),
    ...more(bothCount - both.length, 'indexed and parked too'),
    ...verification.notVerifiable.map((each) => deviationText('not verifiable', each)),
    ...verification.changed.map((each) => deviationText('changed', each)),
    wrapped(conclusion(verification), COLUMNS),
    ...advice(verification, to, remedies),
  ].join('\n');
}

function named(what: string, document: Missing | Extra, more: Readonly<Record<string, string>> = {}): string {
  const { id, index, time, stream, eventId } = document;
  const profile = 'profile' in document && document.profile !== undefined ? { profile: document.profile } : {};
  const said = {
    ...profile,
    index,
    time: time || 'none',
    stream: stream || 'none',
    eventId: eventId || 'none',
    ...more,
  };
  const lines = Object.entries(said).map(([name, value]) =>
    hanging(printable(value, LONGEST), `  ${`${name}:`.padEnd(8)} `, INDENT),
  );
  return [`${what}: ${printable(id, LONGEST)}`, ...lines].join('\n');
}

/** Characters: all fields that are named, and more. */
const LONGEST = 4000;
const INDENT = ' '.repeat(4);

function fieldsText({ fields, count }: Altered): string {
  if (fields.length === 0) return `${count}`;
  const others = count - fields.length;
  return `${fields.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`… and ${count} more ${what}.`] : [];
}

function deviationText(what: string, { from, to, why }: Deviation): string {
  return hanging(`${what}: ${minuteText(Date.parse(from))} to ${minuteText(Date.parse(to))}: ${why}.`, '', INDENT);
}

function conclusion(verification: Verification): string {
  const { contents, minutes, present, missingCount, alteredCount, extraCount, awaited } = verification;
  const late =
    awaited === 0
      ? ''
      : ` ${counted(awaited, 'line')} came after the last look at their minute; the next one sends what is new.`;
  const found = contents
    ? `${counted(present, 'document is as its line makes it', 'documents are as their lines make them')}, ${missingCount} missing, ${alteredCount} altered, ${extraCount} extra.`
    : `${counted(present, 'document is', 'documents are')} there, ${missingCount} missing, ${extraCount} extra; what they say was not compared.`;
  return `${counted(minutes, 'minute')} compared with CloudWatch Logs: ${found}${late}`;
}

function advice(verification: Verification, to: string, { backfill, goOn, redrive }: Remedies): readonly string[] {
  const { missingIn, alteredIn, extraCount, both, upTo } = verification;
  return [
    ...todo(missingIn.map(backfill), 'Missing documents are sent again with'),
    ...todo(
      alteredIn.map(backfill),
      "An altered document is never overwritten: the forwarder's key may only create. Find out who changed it, delete " +
        'it with a key of your own (DELETE /INDEX/_doc/ID), then send it again with',
    ),
    ...(extraCount === 0
      ? []
      : [
          wrapped(
            'An extra document is never deleted by the forwarder. Find out who put it there, and delete it with a key of ' +
              'your own (DELETE /INDEX/_doc/ID) where it must not stay.',
            COLUMNS,
          ),
        ]),
    ...(both.length === 0
      ? []
      : todo(
          [redrive(both.slice(0, REDRIVEN).map(({ id, index }) => parkedId(id, profileOf(index))))],
          'What is indexed and parked too is marked so with',
        )),
    ...(Date.parse(upTo) < Date.parse(to)
      ? todo([goOn(upTo)], `Interrupted: only minutes before ${minuteText(Date.parse(upTo))} were compared. Go on with`)
      : []),
  ];
}

/** As many ids are told in one command; it is there for the rest as well. */
const REDRIVEN = 20;

/** Commands stand in lines of their own, whole: they are copied. */
function todo(commands: readonly string[], what: string): readonly string[] {
  return commands.length === 0 ? [] : [wrapped(`${what}:`, COLUMNS), ...commands];
}
