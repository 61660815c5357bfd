/** Which convention is chosen at each kink. No DOM. */

/** Return the kink that a convention belongs to: of `relu.zero.one` it is `relu.zero`. @param {string} convention */
export const kinkOf = (convention) => convention.slice(0, convention.lastIndexOf("."));

/**
 * Choose a convention in place of the others of its kink.
 * @param {readonly string[]} conventions those chosen in place of the default ones
 * @param {{name: string, default: boolean}} choice
 */
export function chosen(conventions, choice) {
  const others = conventions.filter((name) => kinkOf(name) !== kinkOf(choice.name));
  return choice.default ? others : [...others, choice.name];
}
