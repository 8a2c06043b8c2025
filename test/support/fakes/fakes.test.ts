import { describe } from 'vitest';
import { NOON } from '../builders.ts';
import { checkpointStoreContract } from '../contracts/checkpoint-store.ts';
import { ledgerContract } from '../contracts/ledger.ts';
import { pageSourceContract } from '../contracts/page-source.ts';
import { MemoryLedger } from './ledger.ts';
import { MemorySource } from './source.ts';
import { MemoryStore } from './store.ts';

describe('the store in memory', () => checkpointStoreContract(() => new MemoryStore()));

describe('the source in memory', () => pageSourceContract(NOON, async (lines) => new MemorySource(lines, 8)));

describe('the ledger in memory', () => ledgerContract(() => new MemoryLedger()));
