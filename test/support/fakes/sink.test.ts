import { describe } from 'vitest';
import { bulkSinkContract } from '../contracts/bulk-sink.ts';
import { MemorySink } from './sink.ts';

describe('the sink in memory', () => {
  bulkSinkContract(() => ({ sink: new MemorySink(), index: 'audit', other: 'another' }));
});
