/** Done when the reader has taken them; a reader that has seen enough (`head`) ends the run. */
export function printDocuments(lines: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(lines, (error) => (error ? process.exit(0) : done()));
  });
}
