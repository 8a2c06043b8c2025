import { describe } from 'vitest';
import { indexedDocumentsContract } from '../contracts/indexed-documents.ts';
import { MemoryDocuments } from './documents.ts';
import { MemorySink } from './sink.ts';

describe('the documents in memory', () => {
  indexedDocumentsContract(() => {
    const sink = new MemorySink();
    const put = async (items: Parameters<typeof sink.bulk>[0]) => void (await sink.bulk(items));
    return {
      documents: new MemoryDocuments(sink),
      cluster: 'prod',
      under: (names) => new MemoryDocuments(sink, names),
      put,
    };
  });
});
