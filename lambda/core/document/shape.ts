/**
 * The shape of the documents that this version makes, named by each row of the ledger that sent some. Raised when a
 * column is added or changes its meaning; the column says since which shape it is so. `account --verify` goes by both,
 * so a column that says another thing than before, and does not say so, makes it call honest documents altered.
 * Since shape 2 lines that CloudWatch cut are documents; before they were parked. Since shape 3 documents of lines in
 * files say in which.
 */
export const SHAPE = 3;
