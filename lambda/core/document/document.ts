import type { Profile } from '../../contract.ts';
import { extractor } from './extractor.ts';
import { calicoBody } from './profiles/calico.ts';
import { fields } from './profiles/ecs.ts';
import type { Recorded } from './recorded.ts';

export type Tag = 'truncated' | 'reduced' | 'cut' | 'clock';

const extract = extractor(fields);

/** An event's document of a profile, as JSON text. Calico's has no tags. */
export function bodyOf(profile: Profile, recorded: Recorded, tags: readonly Tag[]): string {
  return profile === 'calico' ? calicoBody(recorded) : documentBody(recorded, tags);
}

/** The document of the profile `ecs`. `tags` in addition to `cut`, which is found here. */
export function documentBody(recorded: Recorded, tags: readonly Tag[]): string {
  const { tree, cut } = extract(recorded);
  const all = cut ? [...tags, 'cut'] : tags;
  if (all.length > 0) tree.tags = all;
  return JSON.stringify(tree);
}
