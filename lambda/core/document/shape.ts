/**
 * The shape of the documents that this version makes, named by each row of the ledger that sent some. Raised when a
 * column is added or changes its meaning; the column says since which shape it is so.
 */
export const SHAPE = 1;
