import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';

const SCRIPT = readFileSync(new URL('../../../review/pages/script.js', import.meta.url), 'utf8');

/** How often Escape goes back, on an empty page of a browser that knows no more than this. */
function escaped(navigation: object | undefined): number {
  const listeners = new Map<string, (event: object) => void>();
  const body = {};
  let back = 0;
  const document = {
    body,
    activeElement: Object.assign(body, { matches: () => false }),
    referrer: '',
    querySelector: () => null,
    querySelectorAll: () => [],
    addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
  };
  runInNewContext(SCRIPT, {
    document,
    navigation,
    location: { origin: 'http://127.0.0.1:7240' },
    history: { length: 9, back: () => (back += 1) },
    matchMedia: () => ({ matches: true }),
    addEventListener: () => {},
    HTMLElement: class {},
    IntersectionObserver: class {},
  });
  listeners.get('keydown')?.({ key: 'Escape', target: body });
  return back;
}

test('Escape goes back to a page of ours, and never off these pages', () => {
  expect(escaped({ canGoBack: true })).toBe(1);
  expect(escaped({ canGoBack: false })).toBe(0);
  expect(escaped(undefined)).toBe(0);
});
