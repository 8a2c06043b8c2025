import { readFileSync } from 'node:fs';
import type { Route } from './review.ts';

const FILES = [
  ['style.css', 'text/css; charset=utf-8'],
  ['script.js', 'text/javascript; charset=utf-8'],
  ['icon.svg', 'image/svg+xml'],
] as const;

/** What the pages name: our own files, read once. */
export const assets: Route = (app) => {
  for (const [name, type] of FILES) {
    const content = readFileSync(new URL(`../pages/${name}`, import.meta.url), 'utf8');
    app.get(`/${name}`, (context) => context.body(content, 200, { 'Content-Type': type }));
  }
};
