import { type Config, readConfig } from '../../lib/config/config.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { ownRegion } from './configured.ts';

/** The file with all its clusters. Throws `WrongUse` with all problems. `region`: what an entry means that names none. */
export async function configuration(file: string, region?: string): Promise<Config> {
  const own = (await ownRegion()) ?? region;
  const result = readConfig(file, { for: 'run', ...(own === undefined ? {} : { region: own }) });
  if (!result.ok) throw WrongUse.of(result.problems);
  return result.config;
}
