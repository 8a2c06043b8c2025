import type { Profile } from '../../contract.ts';
import { calicoBody } from './profiles/calico.ts';
import { fields } from './profiles/ecs.ts';
import type { Recorded } from './recorded.ts';
import { type Write, writer } from './writer.ts';

export type Tag = 'truncated' | 'reduced' | 'cut' | 'clock';

/** An event's document of a profile, as JSON text. Calico's has no tags. */
export function bodyOf(profile: Profile, recorded: Recorded, tags: readonly Tag[]): string {
  return profile === 'calico' ? calicoBody(recorded) : documentBody(recorded, tags);
}

/** The document of the profile `ecs`. `tags` in addition to `cut`, which is found here. */
export const documentBody: Write = writer(fields);
