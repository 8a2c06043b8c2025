import type { Security, SettingValue } from './config.ts';
import type { Way } from './find.ts';
import type { Major } from './versions.ts';

export interface ElasticsearchOptions {
  /** Default 9. */
  readonly major?: Major;
  /** Data, configuration and log are kept below it. Default: a temporary folder, removed by `stop`. */
  readonly directory?: string;
  /** More of `elasticsearch.yml`; wins over ours. */
  readonly settings?: Readonly<Record<string, SettingValue>>;
  /** Users of the file realm and their roles. Default: nobody is asked for a password. */
  readonly security?: Security;
  /** HTTPS with a certificate for 127.0.0.1 and localhost by an authority made for this server. Default false. */
  readonly tls?: boolean;
  /** Default: a free one. */
  readonly port?: number;
  /** Gets progress, a sentence at a time. */
  readonly report?: (line: string) => void;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunningElasticsearch {
  readonly url: string;
  readonly version: string;
  readonly how: Way['how'];
  /** PEM text; with `tls` only. */
  readonly ca?: string;
  /** The server's process group; absent for a server that is not ours. */
  readonly pid?: number;
  /** Ends it; a server that is not ours is left alone. A second call does nothing. */
  stop(): Promise<void>;
  /** SIGKILL; the folder stays and can be started on again. Throws for a server that is not ours. */
  kill(): Promise<void>;
}
