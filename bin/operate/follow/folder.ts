/**
 * The folder of a log, as a follower sees it. Between any two calls the writer may rename, truncate and remove files.
 */
export interface LogFolder {
  /** The files whose names are wanted, in no order; what goes while it looks is left out. */
  list(wanted: (name: string) => boolean): Promise<readonly Seen[]>;
  /** undefined: there is none of that name any more. */
  open(name: string): Promise<LogText | undefined>;
  /** Done when it is gone for good; one that is gone already is no fault. */
  remove(name: string): Promise<void>;
}

/** A file at one look. */
export interface Seen {
  readonly name: string;
  readonly device: string;
  readonly inode: string;
  /** Bytes on the disk. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** The text of a file that is open: it stays the same file, whatever becomes of its name. */
export interface LogText {
  readonly device: string;
  readonly inode: string;
  /** When it was opened: bytes on the disk, and when it was last written to (milliseconds). */
  readonly size: number;
  readonly modified: number;
  /** The bytes from a place in the text on, as many as there are of those asked for. */
  read(from: number, length: number): Promise<Buffer>;
  /** Why a packed text ends too early, where the last read met that end: nobody will read more of it. */
  fault(): string | undefined;
  close(): Promise<void>;
}
