/** dynalite comes without types; only what is used here. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** LevelDB's folder; absent: memory. */
    readonly path?: string;
    /** Milliseconds that a new table spends in CREATING. */
    readonly createTableMs?: number;
  }

  const dynalite: (options: DynaliteOptions) => Server;
  export = dynalite;
}
