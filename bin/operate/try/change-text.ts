import type { PolicyChange } from '../../../review/query/policy-changes.ts';
import { cut } from '../../cli/width.ts';

/** A change in two lines: when (UTC), who, how and with which answer; below it, what. */
export function changeText({ when, who, verb, what, code }: PolicyChange, columns: number): string {
  const time = `${when.slice(0, 10)} ${when.slice(11, 19)}  `;
  const rest = `  ${verb}  ${code}`;
  return [`${time}${cut(person(who), columns - time.length - rest.length)}${rest}`, cut(`  ${what}`, columns)].join(
    '\n',
  );
}

/** What IAM Identity Center puts around the name of a permission set. */
const PERMISSION_SET = /(?<=\()AWSReservedSSO_(.+)_[0-9a-f]{16}(?=\)$)/;

/** What would leave no room for the name itself. */
function person(who: string): string {
  return who.replace(PERMISSION_SET, '$1').replace(/^system:serviceaccount:/, 'sa ');
}
