import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The machine's own. Throws a sentence that says how to get one. */
export function startChromium(): Promise<Browser> {
  // Who is root has no sandbox to be in.
  return chromium.launch({ executablePath: findChromium(), chromiumSandbox: process.getuid?.() !== 0 });
}

export function findChromium(path = process.env.PATH ?? ''): string {
  const places = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = places.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error('Expected Chromium in the PATH, found none: apt-get install chromium gets it on Debian.');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
