import { hunt } from '../simulation/hunt.ts';
import { days as among } from '../simulation/lives.ts';

const DAYS = 10_000;

/** So many simulated days of a source; prints the first that goes wrong, shrunk. */
export async function days(): Promise<boolean> {
  const seed = Number(process.env.DAYS_SEED ?? Date.now() % 1_000_000);
  return await hunt({ count: Number(process.env.DAYS ?? DAYS), seed, among });
}
