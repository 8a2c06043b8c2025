import { distance } from 'fastest-levenshtein';

/** The known word that was most likely meant, whatever its case; undefined where more than four of ten letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [near] = known
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.ceil(Math.min(word.length, name.length) * 0.4))
    .toSorted((a, b) => a.far - b.far);
  return near?.name;
}

/** ` Did you mean "retention"?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
}
