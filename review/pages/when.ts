import { type Html, html } from './html.ts';

/** A moment in the reader's own time and in UTC; where these are one, it is said once. */
export interface When {
  /** Of the day, in the reader's zone: `Saturday, 21 November 2026`. */
  day(time: number): string;
  /** `19:55:06.695` and `18:55:06 UTC`; with its day where nothing around it says so. */
  moment(time: number, style?: 'short' | 'full'): Html;
  /** As a text of one line: `2026-11-21 19:55`. */
  text(time: number): string;
  readonly zone: string;
}

/** `zone`: of the IANA database, like `Europe/Berlin`. */
export function whenIn(zone: string): When {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
  });
  const days = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'full' });
  const local = (time: number) => {
    const at = Object.fromEntries(parts.formatToParts(time).map(({ type, value }) => [type, value]));
    return {
      date: `${at.year}-${at.month}-${at.day}`,
      clock: `${at.hour}:${at.minute}:${at.second}.${at.fractionalSecond}`,
    };
  };
  return {
    zone,
    day: (time) => days.format(time),
    text: (time) => `${local(time).date} ${local(time).clock.slice(0, 5)}`,
    moment: (time, style = 'short') => {
      const iso = new Date(time).toISOString();
      const [date = '', clock = ''] = iso.slice(0, -1).split('T');
      const own = local(time);
      const isUtc = own.date === date && own.clock === clock;
      const ownDate = style === 'full' && html`${own.date} `;
      const utcDate = own.date !== date && html`${date} `;
      return html`<time datetime="${iso}">${ownDate}${own.clock} <span class="soft">${isUtc ? 'UTC' : html`${utcDate}${clock.slice(0, 8)} UTC`}</span></time>`;
    },
  };
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
];

/** `3 hours`, `1 minute`: how long something took, to one unit. */
export function lasting(milliseconds: number): string {
  const [length, name] = UNITS.find(([each]) => milliseconds >= each) ?? [1000, 'second'];
  const count = Math.round(milliseconds / length);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
