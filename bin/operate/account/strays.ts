import { ID_BYTES } from '../../../lambda/core/document/identity.ts';
import { floorMinute, MINUTE } from '../../../lambda/core/time.ts';
import type { Place } from '../../../lib/elasticsearch/documents.ts';
import { oldestShape } from './columns.ts';
import { type ExpectedDocuments, takenBy } from './expected.ts';
import { runsOf } from './groups.ts';
import type { Inspection } from './inspection.ts';
import { keyOf } from './strangers.ts';
import { NAMED, NOTHING, type Verification } from './verification.ts';

/** How many minutes are read again for what is left at the end. */
const MOST_MINUTES = 60;
/** A line is filed under its event's minute or shortly after it; before it where the clocks differ. */
const AROUND = [-MINUTE, 0, MINUTE, 2 * MINUTE];

/**
 * Calico's documents that no line of their own time makes. Such a document says nothing of its line, so it is found by
 * the event's time, and the line may be filed under the next minute: it is known for one too many only when that was
 * looked at.
 */
export class Strays {
  readonly #open = new Map<string, Place>();
  /** The places that the group before expects, by key. */
  #before = new Map<string, string>();

  /** Those of a group, which are to be taken in the order of time, and what its lines make. */
  take(astray: readonly Place[], { expected }: ExpectedDocuments): void {
    for (const place of astray) this.#open.set(keyOf(place), place);
    const now = new Map([...expected.values()].map(({ key, index }) => [key, index]));
    for (const made of [now, this.#before]) for (const [key, index] of made) this.#clear(key, index);
    this.#before = now;
  }

  #clear(key: string, index: string): void {
    if (this.#open.get(key)?.index === index) this.#open.delete(key);
  }

  /** When all groups were taken: those that are too many. Nothing where it was ended. */
  async verified(inspection: Inspection): Promise<Verification> {
    const times = [...this.#open.values()].map(({ id }) => timeIn(id));
    const minutes = [...new Set(times.flatMap((time) => AROUND.map((by) => floorMinute(time + by))))];
    const asked = minutes.filter((minute) => minute >= 0).toSorted((a, b) => a - b);
    for (const run of runsOf(asked.slice(-MOST_MINUTES))) await this.#read(inspection, run);
    if (inspection.signal.aborted) return NOTHING;
    const left = [...this.#open.values()];
    const described = await inspection.documents.describe(left.slice(0, NAMED));
    const why = 'no line in CloudWatch Logs makes it, as far as the minutes around its time were read';
    return { ...NOTHING, extra: described.map((each) => ({ ...each, why })), extraCount: left.length };
  }

  async #read(inspection: Inspection, { from, to }: { readonly from: number; readonly to: number }): Promise<void> {
    const { ledger, reader, checkpoint, signal } = inspection;
    const rows = await ledger.rows(from, to);
    const rules = await inspection.rules.recorded({ from, to }, rows, checkpoint);
    await reader.readInFull({ startTime: from, endTime: to - 1 }, async ({ lines }) => {
      for (const line of lines) {
        const minute = floorMinute(line.timestamp);
        const taken = takenBy(line, rules.rules(minute), oldestShape(rows, minute));
        if (taken.kind === 'sent') for (const { expected } of taken.all) this.#clear(expected.key, expected.index);
      }
      return !signal.aborted && this.#open.size > 0;
    });
  }
}

/** The event's time, which an id begins with; anything where a stranger chose it. */
function timeIn(id: string): number {
  const bytes = Buffer.from(id, 'base64url');
  return bytes.length === ID_BYTES ? bytes.readUIntBE(0, 6) : 0;
}
