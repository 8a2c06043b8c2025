import { isoTime } from '../../../lambda/core/time.ts';
import { personText } from '../../../review/query/person.ts';
import { type Row, whatText } from '../../../review/query/row.ts';
import { cut } from '../../cli/width.ts';

/** A change in two lines: when (UTC), who, how and with which answer; below it, what. */
export function changeText(row: Row, columns: number): string {
  const time = `${isoTime(row.time).slice(0, 19).replace('T', ' ')}  `;
  const rest = `  ${row.verb}  ${row.code ?? ''}`;
  const who = cut(personText(row.who), columns - time.length - rest.length);
  return [`${time}${who}${rest}`, cut(`  ${whatText(row)}`, columns)].join('\n');
}
