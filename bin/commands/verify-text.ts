import { minuteText } from '../cli/range.ts';
import type { Deviation, Extra, Missing, Verification } from '../operate/account/verification.ts';

/** Names each document that is missing or extra, then what was compared. `repair`: the command that sends it again. */
export function verificationText(verification: Verification, repair: string): string {
  const { missing, missingCount, extra, extraCount, both, bothCount, notVerifiable, changed } = verification;
  return [
    ...missing.map((each) => `missing: ${nameText(each)}`),
    ...more(missingCount - missing.length, 'missing'),
    ...extra.map((each) => `extra: ${nameText(each)}: ${each.why}`),
    ...more(extraCount - extra.length, 'extra'),
    ...both.map((each) => `indexed and parked too: ${nameText(each)}: delete the parked one.`),
    ...more(bothCount - both.length, 'indexed and parked too'),
    ...notVerifiable.map((each) => `not verifiable: ${deviationText(each)}.`),
    ...changed.map((each) => `changed: ${deviationText(each)}.`),
    conclusion(verification, repair),
  ].join('\n');
}

function nameText({ id, time, stream, eventId, index }: Missing | Extra): string {
  return `${id} in ${index} (${time || 'no time'}, ${stream || 'no stream'}, eventId ${eventId || 'none'})`;
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`… and ${count} more ${what}.`] : [];
}

function deviationText({ from, to, why }: Deviation): string {
  return `${minuteText(Date.parse(from))} to ${minuteText(Date.parse(to))}: ${why}`;
}

function conclusion({ minutes, present, missingCount, extraCount, awaited }: Verification, repair: string): string {
  const found = `${minutes} minutes compared with CloudWatch Logs: ${present} documents are there, ${missingCount} missing, ${extraCount} extra.`;
  const late =
    awaited === 0 ? '' : ` ${awaited} lines came after the last look at their minute; the next one sends them.`;
  const todo = missingCount === 0 ? '' : ` ${repair} sends what is missing.`;
  return `${found}${late}${todo}`;
}
