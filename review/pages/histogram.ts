import type { Histogram } from '../query/facets.ts';
import type { Filter } from '../query/filter.ts';
import { type Html, html } from './html.ts';
import { timelineLink } from './links.ts';
import { lasting, type When } from './when.ts';

const HEIGHT = 72;
const WIDTH = 1000;

/**
 * How many events there were when. Each bar is a link to its time. The script lets one drag across; the keyboard has
 * the fields of the filter for it, so that nobody walks through a hundred bars.
 */
export function histogramPicture({ interval, bars }: Histogram, filter: Filter, when: When): Html {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = WIDTH / Math.max(1, bars.length);
  const [first, last] = [bars[0]?.time ?? 0, (bars.at(-1)?.time ?? 0) + interval];
  const drawn = bars.map(({ time, count, failed }, at) => {
    const label = `${when.text(time)}, ${lasting(interval)}: ${count.toLocaleString('en')} events, ${failed.toLocaleString('en')} failed`;
    const tall = count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT);
    const bad = failed === 0 ? 0 : Math.max(1.5, (failed / most) * HEIGHT);
    const x = (at * step).toFixed(2);
    const width = Math.max(1, step - 1).toFixed(2);
    return html`<a href="${timelineLink({ ...filter, ...span(time, time + interval) })}" tabindex="-1" aria-label="${label}"><title>${label}</title><rect class="room" x="${x}" y="0" width="${step.toFixed(2)}" height="${HEIGHT}"></rect><rect class="bar" x="${x}" y="${(HEIGHT - tall).toFixed(2)}" width="${width}" height="${tall.toFixed(2)}"></rect><rect class="bad" x="${x}" y="${(HEIGHT - bad).toFixed(2)}" width="${width}" height="${bad.toFixed(2)}"></rect></a>`;
  });
  return html`<figure class="histogram">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="group" aria-label="Events over time" data-from="${first}" data-to="${last}">${drawn}</svg>
    <figcaption>
      <span>${when.text(first)}</span>
      <span class="soft">a bar is ${lasting(interval)}, failed ones are red<span class="keys" hidden>; drag across to choose a time</span></span>
      <span>${when.text(last)}</span>
    </figcaption>
  </figure>`;
}

/** As the filter takes it. */
export function span(from: number, to: number): Pick<Filter, 'from' | 'to'> {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
