import { ALL, exactly, type Filter } from '../query/filter.ts';
import { filterParams } from '../query/filter-text.ts';
import { type ObjectKey, objectParams } from '../query/object.ts';

/** Every state of the pages is an address; here they are made. */

export function timelineLink(filter: Partial<Filter>, more: Readonly<Record<string, string>> = {}): string {
  return address('/events', filterParams({ ...ALL, ...filter }), more);
}

export function eventLink(id: string): string {
  return address('/event', new URLSearchParams({ id }));
}

/** What an event changed: leads on to the two versions. */
export function changeLink(id: string): string {
  return address('/change', new URLSearchParams({ id }));
}

/** Two versions by their events. `before`: absent where the object was not there. */
export function diffLink(id: string, before?: string): string {
  return address('/diff', new URLSearchParams({ ...(before !== undefined && { left: before }), right: id }));
}

/** An object's change log. */
export function objectLink(key: ObjectKey, more: Readonly<Record<string, string>> = {}): string {
  return address('/object', objectParams(key), more);
}

/** The same filter, showing this value of a key alone. */
export function only(filter: Filter, key: 'user' | 'namespace' | 'address' | 'cluster', text: string): string {
  return timelineLink({ ...filter, [key]: [exactly(text)] });
}

export function address(path: string, params: URLSearchParams, more: Readonly<Record<string, string>> = {}): string {
  const all = new URLSearchParams([...params, ...Object.entries(more)]);
  return all.size === 0 ? path : `${path}?${all}`;
}
