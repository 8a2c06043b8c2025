import type { CloudWatchLine } from '../../../lambda/core/line.ts';
import type { PageAnswer, PageSource, TimeRange } from '../../../lambda/ports.ts';

/** Lines in memory, in pages of `pageSize`; `misbehave` may answer in its place. */
export class MemorySource implements PageSource {
  readonly asked: TimeRange[] = [];
  readonly lines: CloudWatchLine[];
  readonly #pageSize: number;
  misbehave: (call: number) => PageAnswer | undefined = () => undefined;
  calls = 0;

  constructor(lines: readonly CloudWatchLine[], pageSize = 1000) {
    this.lines = [...lines];
    this.#pageSize = pageSize;
  }

  async page(range: TimeRange, token: string | undefined): Promise<PageAnswer> {
    this.calls += 1;
    if (token === undefined) this.asked.push(range);
    const instead = this.misbehave(this.calls);
    if (instead !== undefined) return instead;
    const within = this.lines.filter(({ timestamp }) => timestamp >= range.startTime && timestamp <= range.endTime);
    const from = Number(token ?? 0);
    const lines = within.slice(from, from + this.#pageSize);
    const next = from + this.#pageSize;
    return next < within.length ? { kind: 'page', lines, nextToken: String(next) } : { kind: 'page', lines };
  }
}
