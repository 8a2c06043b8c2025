import { extractor } from './extractor.ts';
import { fields } from './profiles/ecs.ts';
import type { Recorded } from './recorded.ts';

export type Tag = 'truncated' | 'reduced' | 'cut' | 'clock';

const extract = extractor(fields);

/** The document for one event, as JSON text. `tags` in addition to `cut`, which is found here. */
export function documentBody(recorded: Recorded, tags: readonly Tag[]): string {
  const { tree, cut } = extract(recorded);
  const all = cut ? [...tags, 'cut'] : tags;
  if (all.length > 0) tree.tags = all;
  return JSON.stringify(tree);
}
