/** What a dry run keeps rows in serves tests too, and so passes the ledger's contract. */
export { MemoryLedger } from '../../../bin/operate/run/dry-run.ts';
