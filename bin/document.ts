import { writeFileSync } from 'node:fs';
import { documentPage } from '../lib/document/page.ts';

writeFileSync(new URL('../docs/document.md', import.meta.url), documentPage());
