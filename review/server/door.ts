import { createHash, randomBytes } from 'node:crypto';

/** How many bytes a token has: nobody guesses them. */
const BYTES = 32;

/**
 * Who may come in: tokens, each good for once, and the sessions that they were exchanged for. Hashes are kept and
 * looked up, so that no comparison tells by its time how much of a guess was right.
 */
export class Door {
  readonly #tokens = new Set<string>();
  readonly #sessions = new Set<string>();

  /** A new token. */
  token(): string {
    return remembered(this.#tokens);
  }

  /** The session for a token; undefined: it is none, or it was used before. */
  enter(token: string): string | undefined {
    return this.#tokens.delete(hash(token)) ? remembered(this.#sessions) : undefined;
  }

  knows(session: string): boolean {
    return this.#sessions.has(hash(session));
  }
}

function remembered(hashes: Set<string>): string {
  const secret = randomBytes(BYTES).toString('base64url');
  hashes.add(hash(secret));
  return secret;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
