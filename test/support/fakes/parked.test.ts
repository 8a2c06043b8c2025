import { describe } from 'vitest';
import { parkedDocumentsContract } from '../contracts/parked-documents.ts';
import { MemoryParked } from './parked.ts';
import { MemorySink } from './sink.ts';

describe('what is parked in memory', () => {
  parkedDocumentsContract(() => {
    const sink = new MemorySink();
    const put = async (items: Parameters<typeof sink.bulk>[0]) => void (await sink.bulk(items));
    return { parked: new MemoryParked(sink), cluster: 'prod', put };
  });
});
