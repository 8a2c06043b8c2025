import Table from 'cli-table3';

export type Align = 'left' | 'right';
type Row = readonly (string | number)[];

/** Rows under a head, without colours. `aligns`: of each column; left where it says nothing. */
export function table(head: readonly string[], rows: readonly Row[], aligns: readonly Align[] = []): string {
  const style = { head: [], border: [], compact: true };
  const made = new Table({ head: [...head], style, colAligns: [...aligns] });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}
