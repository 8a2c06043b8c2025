/** A text's UTF-16 units in an array. */
export type Units = Uint16Array;

let room = Buffer.alloc(0);
let last: { readonly text: string; readonly units: Units } = { text: '', units: new Uint16Array(0) };

/**
 * Copies a text, for loops that look at each unit: in an array they take a third of the time of `charCodeAt`, and the
 * copy next to none. All texts share one room, so ask again for each piece of work; the same text is not copied twice.
 */
export function unitsOf(text: string): Units {
  if (last.text === text) return last.units;
  if (room.length < 2 * text.length) room = Buffer.allocUnsafeSlow(2 * text.length);
  room.write(text, 'utf16le');
  last = { text, units: new Uint16Array(room.buffer, 0, text.length) };
  return last.units;
}
